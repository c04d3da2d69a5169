"""`albertplus webhook`: what Clerk would tell of a user, told to the local system."""

from __future__ import annotations

import json
import time
import uuid
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from cli.errors import CommandError
from cli.target import home, running

EXAMPLES = """
Examples:

  albertplus webhook user.created --user alice

  albertplus webhook user.updated --user alice --admin

  albertplus webhook user.deleted --user alice
"""

_PATH = "/webhooks/clerk"


class Event(StrEnum):
    """What can be told."""

    CREATED = "user.created"
    UPDATED = "user.updated"
    DELETED = "user.deleted"


def webhook(
    event: Annotated[Event, typer.Argument(help="What happened.")],
    user: Annotated[str, typer.Option("--user", metavar="NAME", help="To whom.")] = "alice",
    admin: Annotated[bool, typer.Option("--admin", help="As an administrator.")] = False,
    email: Annotated[str, typer.Option("--email", help="The mail address; by default NAME@localhost.")] = "",
) -> None:
    """Send a webhook as Clerk does to the system of `albertplus dev`, signed with its own secret.

    A deleted user is gone for good: try it with a name that you don't need.
    """
    import httpx

    body = json.dumps(_event(event, user, admin, email or f"{user}@localhost")).encode()
    url = f"{running('gateway', 'http')}{_PATH}"
    try:
        answer = httpx.post(url, content=body, headers=_signed(body), timeout=15, trust_env=False)
    except httpx.HTTPError as error:
        raise CommandError(
            f"the gateway did not answer: {error}", hint="is `albertplus dev` running?"
        ) from error
    if not answer.is_success:
        raise CommandError(f"refused with {answer.status_code}", details=answer.text)
    print(f"{event.value} of {user}: {answer.json()['outcome']}")


def _event(event: Event, user: str, admin: bool, email: str) -> dict[str, Any]:
    now = int(time.time() * 1000)
    address = {"id": "idn_local", "object": "email_address", "email_address": email}
    present = {
        "created_at": now,
        "updated_at": now,
        "primary_email_address_id": "idn_local",
        "email_addresses": [address],
        "public_metadata": {"is_admin": admin},
    }
    about = {"deleted": True} if event is Event.DELETED else present
    data = {"id": user, "object": "user", **about}
    return {"type": event.value, "object": "event", "data": data, "timestamp": now}


def _signed(body: bytes) -> dict[str, str]:
    from standardwebhooks.webhooks import Webhook

    from cli.dev.webhook_secret import webhook_secret

    message, now = f"msg_{uuid.uuid4().hex}", datetime.now(UTC)
    return {
        "svix-id": message,
        "svix-timestamp": str(int(now.timestamp())),
        "svix-signature": Webhook(webhook_secret(home())).sign(message, now, body.decode()),
    }
