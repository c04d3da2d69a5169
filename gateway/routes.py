"""The HTTP routes the scraper writes to: courses, programs, sections and settings, with a key.

What is refused is told item by item, and never keeps the rest of a list from being written: an answer of 400
says both what was wrong and, as `data`, what was written.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from albertplus.catalog.v1 import (
    course_service_pb2,
    offering_input_pb2,
    offering_service_pb2,
    program_service_pb2,
    upsert_pb2,
)
from albertplus.live.v1 import read_set_pb2
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from gateway import ingestion
from gateway.api_keys import ApiKeys
from gateway.functions import settings
from gateway.functions.catalog import MAX_CODE, courses_by_code
from gateway.functions.context import Context
from gateway.functions.errors import Refused
from gateway.functions.paging import MOST_AT_ONCE
from gateway.methods import PublicMethods
from gateway.request_limits import BodyRefused
from gateway.upstream import Upstream
from runtime.auth import Principal
from runtime.ids import new_id
from runtime.refusal import Unavailable

LOGGED = 500
MAX_BODY = 32 * 1024 * 1024
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
WRONG_KEY = "Invalid or missing API key"
WRONG_BODY = "Invalid request body"
INTERNAL = "Internal error; it has been logged under the request id."

Handler = Callable[[Context, Any], Awaitable[Response]]
Wrote = Callable[[tuple[read_set_pb2.WriteSet, ...]], None]
Result = upsert_pb2.UpsertResult

log = structlog.get_logger(__name__)


class Ingestion:
    """The routes, for holders of API keys that are good for them."""

    def __init__(self, upstream: Upstream, methods: PublicMethods, api_keys: ApiKeys, wrote: Wrote) -> None:
        """`wrote` hears of every write."""
        self._upstream = upstream
        self._methods = methods
        self._api_keys = api_keys
        self._wrote = wrote

    def routes(self) -> list[BaseRoute]:
        """What to mount, behind everything else: it answers for every path, however many slashes lead it."""
        return [Route("/{path:path}", self._answer, methods=METHODS)]

    async def _answer(self, request: Request) -> Response:
        path = f"/{request.scope['path'].lstrip('/')}"
        route = ROUTES.get(path)
        if route is None or request.method != "POST":
            return PlainTextResponse(f"No HttpAction routed for {request.scope['path']}", 404)
        handler, scope = route
        try:
            holder = await self._api_keys.holder(request.headers.get("x-api-key", ""))
        except Unavailable as unavailable:
            return _error(503, str(unavailable))
        if holder is None:
            return _error(401, WRONG_KEY)
        if scope not in holder.scopes:
            log.warning("an API key lacks a scope", path=path, name=holder.subject, scope=scope)
            return _error(403, f"This API key lacks the scope {scope}")
        try:
            return await self._handle(holder, handler, await _json(request))
        except BodyRefused:
            raise
        except Exception as error:
            return _failed(error, path)

    async def _handle(self, holder: Principal, handler: Handler, body: Any) -> Response:
        context = Context(upstream=self._upstream, methods=self._methods, principal=holder)
        try:
            answer = await handler(context, body)
        finally:
            self._wrote(tuple(context.writes))
        if answer.status_code != HTTPStatus.OK:
            log.warning(
                "an ingestion was refused", handler=handler.__name__, answer=bytes(answer.body[:LOGGED])
            )
        return answer


async def _course(context: Context, json: Any) -> Response:
    """Creates or replaces a course with its prerequisites; answers with its id."""
    body = ingestion.read(ingestion.CourseBody, json)
    if isinstance(body, list):
        return _wrong(body)
    possible = [code for code in ingestion.prerequisite_codes(body) if len(code) <= MAX_CODE]
    known = {*await courses_by_code(context, possible), ingestion.own_code(body)}
    course = ingestion.course(body, known.__contains__)
    request = course_service_pb2.BatchUpsertCoursesRequest(courses=[course])
    response = course_service_pb2.BatchUpsertCoursesResponse
    answer = await context.call("CourseService/BatchUpsertCourses", request, response)
    return _one(answer.results[0])


async def _program(context: Context, json: Any) -> Response:
    """Creates or replaces a program with its requirements; answers with its id."""
    body = ingestion.read(ingestion.ProgramBody, json)
    if isinstance(body, list):
        return _wrong(body)
    request = program_service_pb2.BatchUpsertProgramsRequest(programs=[ingestion.program(body)])
    response = program_service_pb2.BatchUpsertProgramsResponse
    answer = await context.call("ProgramService/BatchUpsertPrograms", request, response)
    return _one(answer.results[0])


async def _offerings(context: Context, json: Any) -> Response:
    """Creates or replaces a list of sections; answers with the ids of new ones, null for others."""
    if not isinstance(json, list):
        return _wrong([{"code": "invalid_type", "path": [], "message": "Input should be a list"}])
    data: list[str | None] = [None] * len(json)
    refused: dict[int, list[ingestion.Issue]] = {}
    right: dict[int, offering_input_pb2.OfferingInput] = {}
    for at, item in enumerate(json):
        body = ingestion.read(ingestion.OfferingBody, item)
        if isinstance(body, list):
            refused[at] = body
        else:
            right[at] = ingestion.offering(body)
    for at, result in zip(right, await _upsert_offerings(context, list(right.values())), strict=True):
        if result.outcome == Result.OUTCOME_REFUSED:
            refused[at] = ingestion.issues(result)
        elif result.outcome == Result.OUTCOME_CREATED:
            data[at] = result.id
    return _many(data, refused)


async def _upsert_offerings(
    context: Context, offerings: Sequence[offering_input_pb2.OfferingInput]
) -> list[Result]:
    results: list[Result] = []
    for start in range(0, len(offerings), MOST_AT_ONCE):
        some = offerings[start : start + MOST_AT_ONCE]
        request = offering_service_pb2.BatchUpsertOfferingsRequest(offerings=some)
        response = offering_service_pb2.BatchUpsertOfferingsResponse
        answer = await context.call("OfferingService/BatchUpsertOfferings", request, response)
        results.extend(answer.results)
    return results


async def _get_setting(context: Context, json: Any) -> Response:
    """Answers with the value of the setting of a key, null if there is none."""
    body = ingestion.read(ingestion.KeyBody, json)
    if isinstance(body, list):
        return _wrong(body)
    return _written(await settings.get(context, body.model_dump()))


async def _set_setting(context: Context, json: Any) -> Response:
    """Gives the setting of a key a value; answers with its id."""
    body = ingestion.read(ingestion.SettingBody, json)
    if isinstance(body, list):
        return _wrong(body)
    try:
        return _written(await settings.set_(context, body.model_dump()))
    except Refused as refused:
        if not refused.fields:
            raise
        return _wrong([_issue(field, rule) for field, rule in refused.fields])


async def _json(request: Request) -> Any:
    """The body. Raises JSONDecodeError for one that is no JSON or too long to be read."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY:
            raise orjson.JSONDecodeError(f"the body is longer than {MAX_BODY} bytes", "", 0)
    return orjson.loads(bytes(body))


ROUTES: dict[str, tuple[Handler, str]] = {
    "/api/courses/upsert": (_course, "courses:write"),
    "/api/programs/upsert": (_program, "programs:write"),
    "/api/courseOfferings/upsert": (_offerings, "offerings:write"),
    "/api/appConfigs/get": (_get_setting, "settings:read"),
    "/api/appConfigs/set": (_set_setting, "settings:write"),
}
"""What each path does with a body of JSON, and the scope that takes."""


def _one(result: Result) -> Response:
    if result.outcome == Result.OUTCOME_REFUSED:
        return _wrong(ingestion.issues(result))
    return _written(result.id)


def _many(data: list[str | None], refused: dict[int, list[ingestion.Issue]]) -> Response:
    if not refused:
        return _written(data)
    items = [{"index": at, "issues": refused[at]} for at in sorted(refused)]
    flat = [{**issue, "path": [at, *issue["path"]]} for at in sorted(refused) for issue in refused[at]]
    return JSONResponse({"error": WRONG_BODY, "issues": flat, "data": data, "refused": items}, 400)


def _wrong(issues: list[ingestion.Issue]) -> Response:
    refused = [{"index": 0, "issues": issues}]
    return JSONResponse({"error": WRONG_BODY, "issues": issues, "refused": refused}, 400)


def _issue(field: str, rule: str) -> ingestion.Issue:
    return {"code": "custom", "path": [field.rpartition(".")[2]], "message": rule}


def _written(data: Any) -> Response:
    return JSONResponse({"data": data})


def _error(status: int, message: str, **more: str) -> Response:
    return JSONResponse({"error": message, **more}, status)


def _failed(error: Exception, path: str) -> Response:
    """What is wrong with a request is said; what is wrong with us is in the log, and an id to find it by."""
    if isinstance(error, orjson.JSONDecodeError) or (isinstance(error, Refused) and not error.is_ours):
        log.warning("an ingestion failed", path=path, problem=str(error))
        return _error(500, str(error))
    request_id = new_id()
    log.error("an ingestion failed", path=path, request_id=request_id, exc_info=error)
    return _error(500, INTERNAL, requestId=request_id)
