"""A client of the Convex protocol written by hand: it sees what the official clients hide."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import uuid
from collections.abc import AsyncIterator
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

Message = dict[str, Any]
_LARGEST = 1 << 28
_SECONDS = 15


def number(ts: str) -> int:
    """A timestamp as a number."""
    return int.from_bytes(base64.b64decode(ts), "little")


class Raw:
    """One connection. Checks that each Transition begins where the one before has ended."""

    def __init__(self, socket: ClientConnection, session_id: str) -> None:
        self.socket = socket
        self.session_id = session_id
        self.version: Message = {"querySet": 0, "identity": 0, "ts": "AAAAAAAAAAA="}
        self.results: dict[int, Message] = {}
        self.frames: list[Message] = []
        self._query_set = self._identity = self._requests = 0

    async def say(self, **message: Any) -> None:
        """Sends a message."""
        await self.socket.send(json.dumps(message))

    async def connect(self, **more: Any) -> None:
        """Begins the session."""
        common = {"connectionCount": 0, "lastCloseReason": "InitialConnect", "clientTs": 0}
        await self.say(type="Connect", sessionId=self.session_id, **{**common, **more})

    async def sign_in(self, token: str) -> None:
        """Authenticates."""
        await self.say(type="Authenticate", tokenType="User", value=token, baseVersion=self._identity)
        self._identity += 1

    async def modify(self, *modifications: Message) -> None:
        """Changes what is watched."""
        old, self._query_set = self._query_set, self._query_set + 1
        await self.say(
            type="ModifyQuerySet", baseVersion=old, newVersion=old + 1, modifications=list(modifications)
        )

    async def watch(self, query_id: int, function: str, journal: str | None = None, **args: Any) -> None:
        """Watches one query more: a function of the suite's, or of any module when that is named."""
        path = function if ":" in function else f"acceptance:{function}"
        add = {"type": "Add", "queryId": query_id, "udfPath": path, "args": [args], "journal": journal}
        await self.modify(add)

    async def mutate(self, function: str, **args: Any) -> Message:
        """The response to a mutation, once its Transition is there."""
        request_id, self._requests = self._requests, self._requests + 1
        path = f"acceptance:{function}"
        await self.say(type="Mutation", requestId=request_id, udfPath=path, args=[args])
        response = await self.until(
            lambda: next((m for m in self.of("MutationResponse") if m["requestId"] == request_id), None)
        )
        behind = self.frames.index(response)
        await self.until(lambda: any(frame["type"] == "Transition" for frame in self.frames[behind:]))
        assert not response["success"] or number(self.version["ts"]) >= number(response["ts"])
        found: Message = response
        return found

    async def until(self, condition: Any) -> Any:
        """What `condition` says as soon as it says something, after any number of frames."""
        async with asyncio.timeout(_SECONDS):
            while not (found := condition()):
                self.take(json.loads(await self.socket.recv()))
        return found

    async def ended(self) -> tuple[int | None, str]:
        """The close code and reason, once the gateway has closed the connection."""
        async with asyncio.timeout(_SECONDS):
            with contextlib.suppress(ConnectionClosed):
                while True:
                    self.take(json.loads(await self.socket.recv()))
        return self.socket.close_code, self.socket.close_reason or ""

    def of(self, kind: str) -> list[Message]:
        """The frames of a type."""
        return [frame for frame in self.frames if frame["type"] == kind]

    def value(self, query_id: int) -> Any:
        """A query's value; None while there is none."""
        return self.results.get(query_id, {}).get("value")

    def bodies(self, query_id: int) -> list[str]:
        """What the documents of a list, or a page, say."""
        value = self.value(query_id)
        return [row["body"] for row in (value["page"] if isinstance(value, dict) else value or [])]

    def take(self, frame: Message) -> None:
        """Notes a frame. Raises AssertionError for a Transition that doesn't begin where the last ended."""
        self.frames.append(frame)
        if frame["type"] != "Transition":
            return
        assert frame["startVersion"] == self.version
        assert number(frame["endVersion"]["ts"]) >= number(self.version["ts"])
        self.version = frame["endVersion"]
        for each in frame["modifications"]:
            if each["type"] == "QueryRemoved":
                self.results.pop(each["queryId"], None)
            else:
                self.results[each["queryId"]] = each


@contextlib.asynccontextmanager
async def raw(
    port: int, *, path: str = "/api/1.48.0/sync", session_id: str = "", begun: bool = True, **more: Any
) -> AsyncIterator[Raw]:
    """A connection to the gateway at `port`, with its Connect sent unless `begun` is False."""
    async with connect(
        f"ws://127.0.0.1:{port}{path}", max_size=_LARGEST, proxy=None, compression=None
    ) as socket:
        client = Raw(socket, session_id or str(uuid.uuid4()))
        if begun:
            await client.connect(**more)
        yield client
        socket.transport.abort()
