"""Webhooks as Clerk sends them."""

from __future__ import annotations

import json
import time
import uuid
from datetime import UTC, datetime
from typing import Any

import httpx
from standardwebhooks.webhooks import Webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"


def user_event(kind: str, user: str, *, updated: int = 1_700_000_000_000, **data: Any) -> bytes:
    """The body of an event about a user, in Clerk's shape."""
    if kind == "user.deleted":
        found = {"id": user, "object": "user", "deleted": True, **data}
    else:
        address = {"id": "idn_1", "object": "email_address", "email_address": f"{user}@nyu.edu"}
        found = {
            "id": user,
            "object": "user",
            "created_at": 1_600_000_000_000,
            "updated_at": updated,
            "primary_email_address_id": "idn_1",
            "email_addresses": [{**address, "id": "idn_0", "email_address": "other@nyu.edu"}, address],
            "public_metadata": {},
            **data,
        }
    return json.dumps({"type": kind, "object": "event", "data": found, "timestamp": updated}).encode()


def signed(
    body: bytes, *, secret: str = SECRET, message: str = "", at: float | None = None
) -> dict[str, str]:
    """The headers with which Clerk sends a body."""
    message, at = message or f"msg_{uuid.uuid4().hex}", int(time.time() if at is None else at)
    signature = Webhook(secret).sign(message, datetime.fromtimestamp(at, UTC), body.decode())
    return {"svix-id": message, "svix-timestamp": str(at), "svix-signature": signature}


async def send(url: str, body: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
    """What the gateway at `url` answers."""
    async with httpx.AsyncClient() as http:
        return await http.post(
            f"{url}/webhooks/clerk", content=body, headers=signed(body) if headers is None else headers
        )
