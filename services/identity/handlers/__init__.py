"""Handlers: one class per gRPC service. They open the transaction; nothing else sees grpc."""

from __future__ import annotations

from runtime.context import current_call


def caller() -> str:
    """The user who calls, by the subject of their sign-in token. Makes the result personal."""
    return current_call().principal.subject
