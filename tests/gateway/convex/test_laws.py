"""Whatever clients do: nothing raises, each write happens once, and in the end everybody sees the truth."""

import asyncio
import json
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.gateway.convex.rig import Client, Rig, added, identity, removed

CHANNELS = ("x", "y")
STEPS = 40

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = (
    *("sessionId", "maxObservedTimestamp", "clientTs", "baseVersion", "newVersion", "modifications"),
    *("tokenType", "value", "queryId", "udfPath", "args", "journal", "componentPath", "requestId"),
)
messages = st.builds(
    lambda kind, fields: {"type": kind, **fields},
    st.sampled_from(["Connect", "Authenticate", "ModifyQuerySet", "Mutation", "Action", "Event", "?"]),
    st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=6),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(messages | json_values | st.text(max_size=20), max_size=5))
def test_no_message_makes_a_session_raise(said: list[Any]) -> None:
    async def speak() -> None:
        rig = Rig()
        client = rig.client()
        for message in said:
            client.session.receive(message if isinstance(message, str) else json.dumps(message))
        await client.receive()

    asyncio.run(speak())


class Person:
    """Somebody who watches and writes over connections that get lost."""

    def __init__(self, rig: Rig, chance: Random, name: str) -> None:
        self.rig = rig
        self.chance = chance
        self.name = name
        self.client: Client = rig.client()
        self.watched: dict[int, str] = {}
        self.unanswered: dict[int, tuple[str, str]] = {}
        self.sent: list[tuple[str, str]] = []
        self.channels: dict[int, str] = {}  # of every query ever watched
        self.shown: dict[int, int] = {}
        self.least = dict.fromkeys(CHANNELS, 0)  # rows that own writes have made, as far as they are over
        self._next_query = self._next_request = 0
        self._who: str | None = None

    async def step(self) -> None:
        """Does something."""
        await self.chance.choice(
            [self._watch, self._unwatch, self._write, self._write, self._sign_in, self._reconnect]
        )()
        if self.chance.random() < 0.7:
            await self.hear()

    async def hear(self) -> None:
        """Takes in what has come, and checks that a write that is over is shown, and nothing undone."""
        for frame in await self.client.receive():
            if frame["type"] == "MutationResponse":
                assert frame["success"], frame
                channel, body = self.unanswered.pop(frame["requestId"])
                place = self.rig.rows.rows[channel].index(body) + 1
                self.least[channel] = max(self.least[channel], place)
        assert self.client.end is None, self.client.frames
        for number, count in self.client.values.items():
            channel = self.channels[number]
            assert count >= self.least[channel]
            assert count >= self.shown.get(number, 0)
            self.shown[number] = count

    async def _watch(self) -> None:
        channel = self.chance.choice(CHANNELS)
        self.watched[self._next_query] = self.channels[self._next_query] = channel
        self.client.modify(self._added(self._next_query))
        self._next_query += 1

    async def _unwatch(self) -> None:
        if self.watched:
            number = self.chance.choice(list(self.watched))
            del self.watched[number]
            self.client.modify(removed(number))

    async def _write(self) -> None:
        number, self._next_request = self._next_request, self._next_request + 1
        channel, body = self.chance.choice(CHANNELS), f"{self.name}{number}"
        self.unanswered[number] = (channel, body)
        self.sent.append((channel, body))
        self.client.mutate(number, "send", channel=channel, body=body)

    async def _sign_in(self) -> None:
        self._who = self.chance.choice([None, "ann", "bob"])
        self._authenticate()

    async def _reconnect(self) -> None:
        """As the npm client does: the token, all queries, all that is unanswered."""
        old = self.client
        if self.chance.random() < 0.5:
            await self.rig.settle()  # the answer is lost, not the request
        old.leave()
        self.client = self.rig.client(connect=False, session_id=old.session_id)
        seen = {} if old.version["ts"] == "AAAAAAAAAAA=" else {"maxObservedTimestamp": old.version["ts"]}
        self.client.connect(**seen)
        if self._who is not None:
            self._authenticate()
        self.client.modify(*(self._added(number) for number in self.watched))
        for number, (channel, body) in self.unanswered.items():
            self.client.mutate(number, "send", channel=channel, body=body)

    def _authenticate(self) -> None:
        now = self.rig.wall / 1e9
        self.client.sign_in(None if self._who is None else identity(self._who, now=now))

    def _added(self, number: int) -> dict[str, Any]:
        return added(number, "count", {"channel": self.watched[number]})


@pytest.mark.parametrize("seed", range(60))
async def test_every_write_happens_once_in_order_and_everybody_sees_it(seed: int) -> None:
    rig, chance = Rig(), Random(seed)  # noqa: S311
    people = [Person(rig, chance, name) for name in "pq"]
    rig.lags = seed % 2 == 1  # half of the worlds answer what was true a while ago
    for _ in range(STEPS):
        await chance.choice(people).step()
        if chance.random() < 0.3:
            await rig.pass_time(chance.choice([0.02, 0.2, 2.0]))
    for _ in range(12):
        await rig.pass_time(1.0)
        for person in people:
            await person.hear()
    for person in people:
        assert not person.unanswered
        for channel in CHANNELS:
            own = [body for body in rig.rows.rows.get(channel, []) if body.startswith(person.name)]
            assert own == [body for into, body in person.sent if into == channel]
        shown = {number: len(rig.rows.rows.get(into, [])) for number, into in person.watched.items()}
        assert person.client.values == shown
