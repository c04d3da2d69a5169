"""Who may call what. The protos say it for each RPC; this is the only place that enforces it."""

from __future__ import annotations

from albertplus.live.v1 import access_pb2

from runtime.auth import Kind, Principal
from runtime.methods import Method
from runtime.refusal import PermissionDenied, Unauthenticated


def check_access(method: Method, principal: Principal) -> None:
    """Raises Unauthenticated when nobody calls what somebody must, PermissionDenied when it takes more."""
    access = method.access
    if access == access_pb2.ACCESS_ANYONE:
        return
    if not principal.signed_in:
        raise Unauthenticated
    if access == access_pb2.ACCESS_OWNER and principal.kind is not Kind.USER:
        raise PermissionDenied(needed="a signed-in user")
    if access == access_pb2.ACCESS_ADMIN and not (principal.admin or principal.kind is Kind.SERVICE):
        raise PermissionDenied(needed="an administrator")
    if access == access_pb2.ACCESS_SERVICE and principal.kind is not Kind.SERVICE:
        raise PermissionDenied(needed="one of the system's own services")
