"""A few functions over rows in memory, which tell what they read and wrote as a service would."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from albertplus.live.v1 import read_set_pb2
from google.rpc import status_pb2

from gateway.convex.identity import user_identity
from gateway.functions.context import Context
from gateway.functions.errors import ConvexError, FunctionError, OutcomeUnknown
from gateway.functions.function import Access, Args, Function, FunctionTable, Kind
from gateway.functions.validators import ANY, NUMBER, STRING, Object, Validator

SERVICE = "a"
NOTHING = Object({})
CHANNEL = Object({"channel": STRING})


def key(channel: str) -> str:
    """The dependency key of a channel's rows."""
    return f"{SERVICE}.rows/by_channel/{channel}"


@dataclass
class Rows:
    """Rows by channel, and the transactions that made them."""

    rows: dict[str, list[str]] = field(default_factory=dict)
    xid: int = 100
    done: dict[str, tuple[float, read_set_pb2.WriteSet]] = field(default_factory=dict)
    wall: int = 0
    runs: int = 0

    def read(self, context: Context, channel: str) -> list[str]:
        """The rows of a channel."""
        self.runs += 1
        reads = context.reads
        assert reads is not None
        snapshot = f"{self.xid + 1}:{self.xid + 1}:"
        reads.reads.add(service=SERVICE, epoch=1, snapshot=snapshot, head=0, keys=[key(channel)])
        return self.rows.setdefault(channel, [])

    def write(self, context: Context, channel: str, body: str) -> float:
        """A new row, once for each idempotency key."""
        known = self.done.get(context.idempotency_key)
        if known is None:
            self.xid += 1
            self.rows.setdefault(channel, []).append(body)
            known = (float(len(self.rows[channel])), self._write_set(channel))
            self.done[context.idempotency_key] = known
        context.writes.append(known[1])
        return known[0]

    def _write_set(self, channel: str) -> read_set_pb2.WriteSet:
        made = read_set_pb2.WriteSet(service=SERVICE, epoch=1, xid=self.xid, keys=[key(channel)])
        made.commit_time.FromNanoseconds(self.wall)
        return made


def table(rows: Rows) -> FunctionTable:
    """Functions over these rows."""

    async def count(context: Context, args: Args) -> Any:
        return float(len(rows.read(context, args["channel"])))

    async def page(context: Context, args: Args) -> Any:
        found = rows.read(context, args["channel"])
        end = int(context.journal) if context.journal else 2
        context.new_journal = str(end)
        return found[:end]

    async def whoami(context: Context, _: Args) -> Any:
        return user_identity(context.identity) if context.identity else None

    async def private(context: Context, _: Args) -> Any:
        return context.subject

    async def fail(_: Context, args: Args) -> Any:
        raise ConvexError(args["data"])

    async def boom(_: Context, __: Args) -> Any:
        raise FunctionError("boom")

    async def defective(_: Context, __: Args) -> Any:
        raise ZeroDivisionError

    async def echo(context: Context, args: Args) -> Any:
        context.log("echo", args)
        return args

    async def big(_: Context, args: Args) -> Any:
        return "x" * int(args["bytes"])

    async def lost(_: Context, __: Args) -> Any:
        raise OutcomeUnknown(status_pb2.Status(message="nobody knows"))

    async def send(context: Context, args: Args) -> Any:
        return rows.write(context, args["channel"], args["body"])

    async def noop(_: Context, __: Args) -> Any:
        return "noop"

    async def act(_: Context, args: Args) -> Any:
        return {"acted": args.get("x")}

    query, mutation, action = Kind.QUERY, Kind.MUTATION, Kind.ACTION
    return FunctionTable(
        [
            _function("count", query, CHANNEL, count),
            _function("page", query, CHANNEL, page),
            _function("adminCount", query, CHANNEL, count, access=Access.ADMIN),
            _function("adminPage", query, CHANNEL, page, access=Access.ADMIN),
            _function("whoami", query, NOTHING, whoami, personal=True),
            _function("private", query, NOTHING, private, access=Access.SIGNED_IN, personal=True),
            _function("fail", query, Object({"data": ANY}), fail),
            _function("boom", query, NOTHING, boom),
            _function("defective", query, NOTHING, defective),
            _function("defectiveMutation", mutation, NOTHING, defective),
            _function("echo", query, ANY, echo),
            _function("big", query, Object({"bytes": NUMBER}), big),
            _function("send", mutation, Object({"channel": STRING, "body": STRING}), send),
            _function("noop", mutation, NOTHING, noop),
            _function("failMutation", mutation, NOTHING, boom),
            _function("lost", mutation, NOTHING, lost),
            _function("act", action, Object({}, {"x": ANY}), act),
        ]
    )


def _function(name: str, kind: Kind, args: Validator, run: Any, **more: Any) -> Function:
    access = more.pop("access", Access.ANYONE)
    return Function(f"test:{name}", kind, access, args, ANY, run, f"Test {name}.", **more)
