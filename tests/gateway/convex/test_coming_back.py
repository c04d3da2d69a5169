"""A client that comes back shows what it saw until the first Transition, which has to show everything."""

from gateway.convex.clock import to_wire
from tests.gateway.convex.rig import SECOND, Client, Rig, identity


def returned(rig: Rig) -> Client:
    """A client that is back."""
    client = rig.client(connect=False)
    client.connect(maxObservedTimestamp=to_wire(rig.wall - 1))
    return client


async def test_a_sign_in_is_confirmed_together_with_what_is_watched(rig: Rig) -> None:
    client = returned(rig)
    client.sign_in(identity("alice", now=rig.wall / SECOND))
    assert await client.receive() == []
    client.watch(0, "count", {"channel": "x"})
    (step,) = await client.receive()
    assert (step["endVersion"]["identity"], client.values) == (1, {0: 0})


async def test_a_sign_in_without_anything_watched_is_confirmed_after_a_while(rig: Rig) -> None:
    client = returned(rig)
    client.sign_in(identity("alice", now=rig.wall / SECOND))
    client.session.confirm()
    (step,) = await client.receive()
    assert step["endVersion"]["identity"] == 1
    client.session.confirm()
    assert await client.receive() == []


async def test_a_call_does_not_wait_for_what_is_watched(rig: Rig) -> None:
    client = returned(rig)
    client.sign_in(identity("alice", now=rig.wall / SECOND))
    client.mutate(0, "send", channel="x", body="one")
    assert {frame["type"] for frame in await client.receive()} == {"MutationResponse", "Transition"}


async def test_who_leaves_is_not_confirmed(rig: Rig) -> None:
    client = returned(rig)
    client.sign_in(identity("alice", now=rig.wall / SECOND))
    client.leave()
    client.session.confirm()
    assert await client.receive() == []
