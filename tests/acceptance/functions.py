"""The functions of module `acceptance`, as the suite's README describes them."""

from __future__ import annotations

import asyncio
from typing import Any

from gateway.convex.identity import user_identity
from gateway.extension import Extension
from gateway.functions.context import Context
from gateway.functions.errors import ConvexError, FunctionError, Refused
from gateway.functions.function import Access, Args, Body, Function, Kind
from gateway.functions.paging import Rows, paginate
from gateway.functions.validators import ANY, NUMBER, STRING, Array, Id, Object, Validator, nullable
from tests.acceptance.protos import documents_pb2 as messages

MODULE = "acceptance"
RPC_SERVICE = "albertplus.acceptance.v1.DocumentService"

_CHANNEL = Object({"channel": STRING})
_PAGING = Object(
    {"numItems": NUMBER, "cursor": nullable(STRING)},
    {
        "endCursor": nullable(STRING),
        "id": NUMBER,
        "maximumRowsRead": NUMBER,
        "maximumBytesRead": NUMBER,
    },
)
_DOCUMENT = Object(
    {
        "_id": Id("documents"),
        "_creationTime": NUMBER,
        "channel": STRING,
        "body": STRING,
        "author": nullable(STRING),
    }
)


async def list_(context: Context, args: Args) -> Any:
    """A channel's documents, oldest first."""
    request = messages.ListDocumentsRequest(channel=args["channel"])
    found = await context.call("DocumentService/ListDocuments", request, messages.ListDocumentsResponse)
    context.log("listed", float(len(found.documents)))
    return [_document(each) for each in found.documents]


async def count(context: Context, args: Args) -> Any:
    """Their number."""
    request = messages.CountDocumentsRequest(channel=args["channel"])
    found = await context.call("DocumentService/CountDocuments", request, messages.CountDocumentsResponse)
    return float(found.count)


async def page(context: Context, args: Args) -> Any:
    """A page of them that keeps the end it had when it was first read."""

    async def read(size: int, token: str, end: str) -> tuple[Rows, str]:
        request = messages.ListDocumentsRequest(
            channel=args["channel"], page_size=size, page_token=token, end_page_token=end
        )
        found = await context.call("DocumentService/ListDocuments", request, messages.ListDocumentsResponse)
        return list(found.documents), found.next_page_token

    result = await paginate(context, args["paginationOpts"], read)
    rows = result["page"]
    middle = rows[(len(rows) - 1) // 2].place if len(rows) > 2 else None
    return {**result, "page": [_document(each) for each in rows], "splitCursor": middle}


async def echo(context: Context, args: Args) -> Any:
    """What it was given."""
    return args


async def whoami(context: Context, args: Args) -> Any:
    """Who asks."""
    return user_identity(context.identity) if context.identity is not None else None


async def private(context: Context, args: Args) -> Any:
    """Who asks, for those who have signed in."""
    if context.identity is None:
        raise ConvexError({"code": "UNAUTHENTICATED"})
    return context.subject


async def fail(context: Context, args: Args) -> Any:
    """Fails, with data or without."""
    raise _failure(args)


async def big(context: Context, args: Args) -> Any:
    """So many letters."""
    return "x" * int(args["bytes"])


async def send(context: Context, args: Args) -> Any:
    """Adds a document and returns its id."""
    context.log("sending", args["body"])
    request = messages.CreateDocumentRequest(
        channel=args["channel"], body=args["body"], delay_ms=int(args.get("delayMs", 0))
    )
    added = await context.call("DocumentService/CreateDocument", request, messages.CreateDocumentResponse)
    return added.document.id


async def remove(context: Context, args: Args) -> Any:
    """Deletes a document."""
    request = messages.DeleteDocumentRequest(id=args["id"])
    await context.call("DocumentService/DeleteDocument", request, messages.DeleteDocumentResponse)


async def noop(context: Context, args: Args) -> Any:
    """Writes nothing."""
    return "noop"


async def fail_mutation(context: Context, args: Args) -> Any:
    """Adds a document and fails, so that nothing remains."""
    request = messages.CreateDocumentRequest(channel=args.get("channel", "failed"), body="?", unwanted=True)
    try:
        await context.call("DocumentService/CreateDocument", request, messages.CreateDocumentResponse)
    except Refused as refused:
        if refused.reason != "UNWANTED":
            raise
    raise _failure(args)


async def act(context: Context, args: Args) -> Any:
    """Waits, then fails with the data, if any is given."""
    await asyncio.sleep(args.get("delayMs", 0) / 1000)
    if "data" in args:
        raise ConvexError(args["data"])
    return {"acted": args.get("x")}


def _function(
    name: str, kind: Kind, args: Validator, run: Body, returns: Validator = ANY, **more: Any
) -> Function:
    doc = (run.__doc__ or "").strip()
    return Function(f"{MODULE}:{name}", kind, Access.ANYONE, args, returns, run, doc, **more)


_MAY_FAIL = {"data": ANY, "message": STRING}
FUNCTIONS = (
    _function("list", Kind.QUERY, _CHANNEL, list_, Array(_DOCUMENT)),
    _function("count", Kind.QUERY, _CHANNEL, count, NUMBER),
    _function("page", Kind.QUERY, _CHANNEL.extended({"paginationOpts": _PAGING}), page),
    _function("echo", Kind.QUERY, ANY, echo),
    _function("whoami", Kind.QUERY, Object(), whoami, personal=True),
    _function("private", Kind.QUERY, Object(), private, STRING, personal=True),
    _function("fail", Kind.QUERY, Object({}, _MAY_FAIL), fail),
    _function("big", Kind.QUERY, Object({"bytes": NUMBER}), big, STRING),
    _function(
        "send", Kind.MUTATION, Object({"channel": STRING, "body": STRING}, {"delayMs": NUMBER}), send, STRING
    ),
    _function("remove", Kind.MUTATION, Object({"id": Id("documents")}), remove),
    _function("noop", Kind.MUTATION, Object(), noop, STRING),
    _function("failMutation", Kind.MUTATION, Object({}, {"channel": STRING, **_MAY_FAIL}), fail_mutation),
    _function("act", Kind.ACTION, Object({}, {"x": ANY, "delayMs": NUMBER, "data": ANY}), act),
)

EXTENSION = Extension(FUNCTIONS, (RPC_SERVICE,))
"""What the gateway mounts."""


def _document(message: messages.Document) -> dict[str, Any]:
    return {
        "_id": message.id,
        "_creationTime": message.create_time.ToMicroseconds() / 1000,
        "channel": message.channel,
        "body": message.body,
        "author": message.author if message.HasField("author") else None,
    }


def _failure(args: Args) -> Exception:
    return ConvexError(args["data"]) if "data" in args else FunctionError(args.get("message", "failed"))
