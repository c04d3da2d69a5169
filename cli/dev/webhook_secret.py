"""The secret with which webhooks of the local sign-in are signed."""

from __future__ import annotations

import base64
from pathlib import Path

from cli.dev.files import secret


def webhook_secret(home: Path) -> str:
    """The secret of `home`, in Clerk's form; the first call makes it."""
    kept = secret(home / "issuer" / "webhook-secret")
    return f"whsec_{base64.b64encode(kept.encode()).decode()}"
