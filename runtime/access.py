"""Who may call what. The protos say it for each RPC; this is the only place that enforces it."""

from __future__ import annotations

from albertplus.live.v1 import access_pb2

from runtime.auth import Kind, Principal
from runtime.methods import Method
from runtime.refusal import PermissionDenied, Unauthenticated

ADMIN = "an administrator"


def check_process(method: Method, process: str) -> None:
    """Raises PermissionDenied when `process` may not make this call, for whomever it is."""
    if process not in method.callers:
        raise PermissionDenied(needed="another process")


def check_access(method: Method, principal: Principal) -> None:
    """Raises Unauthenticated when nobody calls what somebody must, PermissionDenied when it takes more."""
    if principal.kind is Kind.SERVICE:
        return _check_service(method, principal)
    if method.access == access_pb2.ACCESS_ANYONE:
        return None
    if not principal.signed_in:
        raise Unauthenticated
    if principal.kind is Kind.KEY:
        return _check_key(method, principal)
    return _check_user(method, principal)


def is_recorded(method: Method, principal: Principal) -> bool:
    """Whether a call goes into the audit log.

    That is a mutation by an administrator, a key, or a process that acts as an administrator would.
    """
    if method.is_query:
        return False
    if principal.kind is Kind.SERVICE:
        return method.access == access_pb2.ACCESS_ADMIN
    return principal.admin or principal.kind is Kind.KEY


def _check_service(method: Method, principal: Principal) -> None:
    if principal.subject not in method.processes:
        raise PermissionDenied(needed="another caller than a process")


def _check_key(method: Method, principal: Principal) -> None:
    if method.access == access_pb2.ACCESS_SIGNED_IN and method.is_query:
        return
    if not method.scope:
        raise PermissionDenied(needed="another caller than an API key")
    if method.scope not in principal.scopes:
        raise PermissionDenied(needed=f"the scope {method.scope}")


def _check_user(method: Method, principal: Principal) -> None:
    if method.access == access_pb2.ACCESS_ADMIN and not principal.admin:
        raise PermissionDenied(needed=ADMIN)
    if method.access == access_pb2.ACCESS_SERVICE:
        raise PermissionDenied(needed="one of the system's own services")
