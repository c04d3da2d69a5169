"""The queries of the model: point, list, own, nested over two services, whole table, and one that leaks."""

from dataclasses import dataclass

from gateway.live.messages import Query
from tests.gateway.live.model.database import ROWS, Database, Read, Row

KINDS = ("point", "list", "own", "nested", "whole", "leaky", "point", "nested")

Where = tuple[str, str, object]  # service, index, argument


@dataclass(frozen=True)
class Spec:
    """What to ask; `own` is asked as somebody."""

    kind: str
    service: str
    argument: int

    @staticmethod
    def of(number: int) -> "Spec":
        """A spec for a number, so that several clients ask the same."""
        kind = KINDS[number % len(KINDS)]
        argument = number // 16 % ROWS
        if kind == "list":
            argument %= 2
        elif kind not in ("point", "nested"):
            argument = 0
        return Spec(kind, "ab"[number // 8 % 2], argument)

    def query(self, user: str) -> Query:
        """The entry's key."""
        scope = user if self.kind == "own" else None
        return Query(self.service, self.kind, str(self.argument).encode(), scope)

    @staticmethod
    def asked_by(query: Query) -> "Spec":
        """Back from the entry's key."""
        return Spec(query.method, query.service, int(query.request))


@dataclass(eq=False, slots=True)
class Payload:
    """A result as the client gets it, with what the oracle wants to know."""

    value: object
    reads: list[Read]
    user: str | None


def next_read(spec: Spec, user: str, found: list[object]) -> Where | None:
    """What a run reads next, given what it found so far; None: it is done."""
    if not found:
        match spec.kind:
            case "list":
                return spec.service, "by_group", spec.argument
            case "own" | "leaky":
                return spec.service, "by_owner", user
            case "whole":
                return spec.service, "*", None
        return spec.service, "by_id", spec.argument
    if spec.kind == "nested" and len(found) == 1 and isinstance(found[0], Row):
        return "b" if spec.service == "a" else "a", "by_id", found[0].pointer
    return None


def truth(spec: Spec, user: str, databases: dict[str, Database]) -> object:
    """What a run would find now."""
    if spec.kind == "leaky":
        return "refused"
    found: list[object] = []
    while (where := next_read(spec, user, found)) is not None:
        found.append(databases[where[0]].read(0, where[1], where[2]).found)
    return tuple(found)
