"""A tab that speaks the Convex protocol, and recovers as the official clients do."""

from __future__ import annotations

import json
import uuid
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from tests.chaos.client import COURSES, QUERIES, Client, is_new, new_course
from tests.chaos.oracle import Write, title, version_of
from tests.support.convex_socket import Message, Raw, number

FUNCTIONS = {COURSES: "userCourses:getUserCourses", "schedule": "userCourseOfferings:getUserCourseOfferings"}
OPEN_SECONDS = 2.0


class ConvexClient(Client):
    """A reconnect sends the token, the queries and all unfinished mutations again."""

    def __init__(self, user: str, tab: str, **more: Any) -> None:
        super().__init__(user, tab, **more)
        self._session = str(uuid.uuid4())
        self._socket: Raw | None = None
        self._observed = ""
        self._answered: dict[int, int] = {}
        """Mutations that were answered and wait for the Transition that shows them: when that is."""
        self._sent: dict[int, Message] = {}

    async def connected(self) -> None:
        """One connection."""
        address = f"ws://127.0.0.1:{self.port}/api/1.48.0/sync"
        try:
            async with connect(address, proxy=None, compression=None, open_timeout=OPEN_SECONDS) as socket:
                raw = Raw(socket, self._session)
                await self._begin(raw)
                while True:
                    self._take(raw, json.loads(await socket.recv()))
        except (OSError, TimeoutError, WebSocketException):
            self._socket = None

    async def send(self, number: int, write: Write, id_: str) -> None:
        """Sends it now or, without a connection, with the next one."""
        name, args = _call(write, id_)
        self._sent[number] = {
            "type": "Mutation", "requestId": number, "udfPath": f"userCourses:{name}", "args": [args]
        }  # fmt: skip
        if self._socket is not None:
            try:
                await self._socket.say(**self._sent[number])
            except WebSocketException:
                self._socket = None

    async def _begin(self, raw: Raw) -> None:
        observed = {"maxObservedTimestamp": self._observed} if self._observed else {}
        again = {"connectionCount": self.connections - 1, "lastCloseReason": "lost"}
        await raw.connect(**again, **observed)
        await raw.sign_in(self.token())
        self._answered.clear()
        await raw.modify(
            *(
                {"type": "Add", "queryId": at, "udfPath": FUNCTIONS[query], "args": [{}], "journal": None}
                for at, query in enumerate(QUERIES)
            )
        )
        for at in sorted(self._waiting.keys() & self._sent.keys()):
            await raw.say(**self._sent[at])
        missed = self._waiting.keys() & self._sent.keys()
        self._socket = raw
        for at in sorted((self._waiting.keys() & self._sent.keys()) - missed):
            await raw.say(**self._sent[at])

    def _take(self, raw: Raw, frame: Message) -> None:
        raw.take(frame)
        raw.frames.clear()
        if frame["type"] == "Transition":
            self._see(frame["modifications"])
            self._observe(raw.version["ts"])
            self._reflect(number(raw.version["ts"]))
        elif frame["type"] == "MutationResponse":
            self._answer(frame)
        elif frame["type"] in ("FatalError", "AuthError"):
            raise AssertionError(str(frame))

    def _see(self, modifications: list[Message]) -> None:
        """All of a Transition is shown at once."""
        for each in modifications:
            query = QUERIES[each["queryId"]]
            if each["type"] == "QueryUpdated":
                self.show(query, *_rows(query, each["value"]))
            else:
                self.fail(query)

    def _answer(self, frame: Message) -> None:
        at = frame["requestId"]
        if frame["success"]:
            self._observe(frame["ts"])
            self._answered[at] = number(frame["ts"])
        else:
            self.complete(at, f"{frame['result']} {frame.get('errorData', '')}")
            self._sent.pop(at, None)

    def _reflect(self, ts: int) -> None:
        for at in [at for at, due in self._answered.items() if due <= ts]:
            del self._answered[at]
            self._sent.pop(at, None)
            self.complete(at, "")

    def _observe(self, ts: str) -> None:
        if not self._observed or number(ts) > number(self._observed):
            self._observed = ts


def _call(write: Write, id_: str) -> tuple[str, dict[str, Any]]:
    if write.deletes:
        return "deleteUserCourse", {"id": id_}
    if is_new(write, id_):
        return "createUserCourse", new_course(write)
    return "updateUserCourse", {"id": id_, "title": title(write.row, write.version)}


def _rows(query: str, value: list[Message]) -> tuple[dict[str, int], dict[str, str]]:
    """Versions and ids."""
    if query == COURSES:
        versions = {row["courseCode"]: version_of(row["title"]) for row in value}
        return versions, {row["courseCode"]: row["_id"] for row in value}
    titles = [row["courseOffering"]["title"] for row in value]
    return {each.rpartition("#")[0]: version_of(each) for each in titles}, {}
