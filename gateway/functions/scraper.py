"""scraper: starting a run of the scraper, which fills the catalog."""

from __future__ import annotations

from typing import Any

import httpx

from gateway.convex.values import InvalidValue, decode
from gateway.functions.context import Context
from gateway.functions.errors import ConvexError

DEADLINE = 10.0
_LONGEST_BODY = 1_000

Args = dict[str, Any]


async def trigger_programs(context: Context, _: Args) -> Any:
    """Makes the scraper look for all programs; answers with its job. Refuses with "Failed to trigger
    programs scraping: <status> <body>"."""
    return await _trigger(context, "programs")


async def trigger_courses(context: Context, _: Args) -> Any:
    """Makes the scraper look for all courses; answers with its job. Refuses with "Failed to trigger
    courses scraping: <status> <body>"."""
    return await _trigger(context, "courses")


async def _trigger(context: Context, noun: str) -> Any:
    url, key = context.settings.scraper_url, context.settings.api_key
    if not url:
        raise ConvexError("SCRAPER_URL environment variable is not configured")
    if not key:
        raise ConvexError("CONVEX_API_KEY environment variable is not configured")
    return await _post(noun, f"{url.rstrip('/')}/api/{noun}", key)


async def _post(noun: str, url: str, key: str) -> Any:
    try:
        async with httpx.AsyncClient(timeout=DEADLINE, trust_env=False) as client:
            answer = await client.post(url, headers={"X-API-KEY": key})
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise _failed(noun, f"the scraper does not answer ({type(error).__name__})") from error
    if not answer.is_success:
        raise _failed(noun, f"{answer.status_code} {answer.text[:_LONGEST_BODY]}")
    try:
        return decode(answer.json())
    except (ValueError, InvalidValue) as error:
        raise _failed(noun, f"{answer.status_code} without JSON") from error


def _failed(noun: str, why: str) -> ConvexError:
    return ConvexError(f"Failed to trigger {noun} scraping: {why}")
