"""The queries of the model.

Point, list, own, nested over two services, whole table; one that leaks; one of two statements that is refused
to whoever owns no row; and a page, which after its first answer is asked for by its end.
"""

from dataclasses import dataclass

from gateway.live.messages import Query
from tests.gateway.live.model.database import ROWS, Database, Read, Row

KINDS = ("point", "list", "own", "nested", "whole", "leaky", "guarded", "page", "point", "nested")
REFUSED = ("refused",)

Where = tuple[str, str, object]  # service, index, argument


@dataclass(frozen=True)
class Spec:
    """What to ask. A pinned page's argument is twice its end, plus the group."""

    kind: str
    service: str
    argument: int

    @staticmethod
    def of(number: int) -> "Spec":
        """A spec for a number, so that several clients ask the same."""
        kind = KINDS[number % len(KINDS)]
        argument = number // 20 % ROWS
        if kind in ("list", "page"):
            argument %= 2
        elif kind not in ("point", "nested", "guarded"):
            argument = 0
        return Spec(kind, "ab"[number // 10 % 2], argument)

    @property
    def personal(self) -> bool:
        """Whether it is asked as somebody."""
        return self.kind in ("own", "guarded")

    def pinned(self, rows: object) -> "Spec":
        """The same page, by the end that it has: all rows if it found none."""
        assert isinstance(rows, tuple)
        end = rows[-1][0] if rows else ROWS
        return Spec("pinned", self.service, self.argument % 2 + 2 * end)

    def query(self, user: str) -> Query:
        """The entry's key."""
        scope = user if self.personal else None
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
    user: str | None  # whose it is, if it is personal
    spec: Spec
    asker: str
    incomplete: bool = False

    def same_since(self, service: str, position: int) -> bool:
        """Whether the answer would be the same had this service been read at this position or later."""
        database = next(read.database for read in self.reads if read.evidence.service == service)
        positions = range(position, len(database.committed) + 1)
        return any(self._at(database, at) == self.value for at in positions)

    def _at(self, database: Database, position: int) -> object:
        found: list[object] = []
        while (where := next_read(self.spec, self.asker, found)) is not None:
            if where[0] == database.name:
                found.append(database.find(position, where[1], where[2]))
            elif len(found) < len(self.reads):
                found.append(self.reads[len(found)].found)
            else:
                break
        return (*found, "incomplete") if self.incomplete else value(self.spec, found)


def next_read(spec: Spec, user: str, found: list[object]) -> Where | None:
    """What a run reads next, given what it found so far; None: it is done."""
    if not found:
        match spec.kind:
            case "list" | "page" | "pinned":
                return spec.service, "by_group", spec.argument % 2
            case "own" | "leaky" | "guarded":
                return spec.service, "by_owner", user
            case "whole":
                return spec.service, "*", None
        return spec.service, "by_id", spec.argument
    if spec.kind == "nested" and len(found) == 1 and isinstance(found[0], Row):
        return "b" if spec.service == "a" else "a", "by_id", found[0].pointer
    if spec.kind == "guarded" and len(found) == 1 and found[0]:
        return spec.service, "by_id", spec.argument
    return None


def value(spec: Spec, found: list[object]) -> tuple[object, ...]:
    """The answer made of what a run found."""
    rows = found[0]
    match spec.kind:
        case "guarded":
            return tuple(found[1:]) if rows else REFUSED
        case "page" if isinstance(rows, tuple):
            return rows[:1]
        case "pinned" if isinstance(rows, tuple):
            return tuple(row for row in rows if row[0] <= spec.argument // 2)
    return tuple(found)


def truth(spec: Spec, user: str, databases: dict[str, Database]) -> object:
    """What a run would find now."""
    if spec.kind == "leaky":
        return "refused"
    found: list[object] = []
    while (where := next_read(spec, user, found)) is not None:
        found.append(databases[where[0]].read(0, where[1], where[2]).found)
    return value(spec, found)
