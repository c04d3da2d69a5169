"""Parts of the system stop and start again; what clients see stays true."""

from __future__ import annotations

import asyncio

import grpc
import psycopg
import pytest
from albertplus.catalog.v1 import offering_service_pb2

from cli.dev.nats import Nats
from gateway.live.limits import Limits
from tests.gateway.live_client import Ended, LiveStream, watch
from tests.gateway.rig import Rig
from tests.gateway.sections import (
    ADD_OFFERING,
    BATCH_GET_OFFERINGS,
    CLOSED,
    GET_OFFERING,
    GET_SCHEDULE,
    OPEN,
    add,
    get_offering,
    get_schedule,
    key,
    load,
    statuses,
    take,
)


async def shows(stream: LiveStream, class_number: int, status: str) -> None:
    """Returns when the schedule says so; a step in between may be shown, an error may not."""
    while True:
        result = await stream.result()
        assert result.HasField("response"), result
        if statuses(result.response) == {class_number: status}:
            return


async def test_own_writes_show_without_a_broker(fragile_rig: Rig, broker: Nats) -> None:
    await load(fragile_rig, 7001)
    stream = fragile_rig.live("alice")
    await stream.start(watch(GET_SCHEDULE, get_schedule()))
    await stream.update()
    await broker.stop()
    await stream.mutate("m", ADD_OFFERING, add(7001))
    _, update = await stream.outcome("m")
    assert [statuses(result.response) for result in update.results] == [{7001: "OFFERING_STATUS_OPEN"}]


async def test_others_writes_show_without_and_with_a_broker_again(fragile_rig: Rig, broker: Nats) -> None:
    await fragile_rig.start_gateway()
    await load(fragile_rig, 7001)
    await take(fragile_rig, "alice", 7001)
    stream = fragile_rig.live("alice")
    await stream.start(watch(GET_SCHEDULE, get_schedule()))
    await shows(stream, 7001, "OFFERING_STATUS_OPEN")
    await broker.stop()
    await load(fragile_rig, 7001, status=CLOSED, gateway=1)
    await shows(stream, 7001, "OFFERING_STATUS_CLOSED")
    await broker.start()
    await load(fragile_rig, 7001, status=OPEN, gateway=1)
    await shows(stream, 7001, "OFFERING_STATUS_OPEN")


async def test_others_writes_show_before_they_have_a_number(fragile_rig: Rig) -> None:
    await fragile_rig.start_gateway()
    await load(fragile_rig, 7001)
    await take(fragile_rig, "alice", 7001)
    stream = fragile_rig.live("alice")
    await stream.start(watch(GET_SCHEDULE, get_schedule()))
    await shows(stream, 7001, "OFFERING_STATUS_OPEN")
    async with await psycopg.AsyncConnection.connect(fragile_rig.database("catalog")) as numbering:
        await numbering.execute("select seq from log_head for update")
        await load(fragile_rig, 7001, status=CLOSED, gateway=1)
        await shows(stream, 7001, "OFFERING_STATUS_CLOSED")


async def test_a_service_that_was_away_is_watched_again(fragile_rig: Rig) -> None:
    await load(fragile_rig, 7001)
    await take(fragile_rig, "alice", 7001)
    stream = fragile_rig.live("alice")
    await stream.start(watch(GET_SCHEDULE, get_schedule()))
    await shows(stream, 7001, "OFFERING_STATUS_OPEN")
    await fragile_rig.stop_service("catalog")
    await fragile_rig.start_service("catalog")
    await load(fragile_rig, 7001, status=CLOSED)
    await shows(stream, 7001, "OFFERING_STATUS_CLOSED")


async def test_a_mutation_waits_for_a_service_that_is_away(fragile_rig: Rig) -> None:
    await load(fragile_rig, 7001)
    stream = fragile_rig.live("alice")
    await stream.start()
    await fragile_rig.stop_service("planner")
    await stream.mutate("m", ADD_OFFERING, add(7001))
    await fragile_rig.start_service("planner")
    outcome, _ = await stream.outcome("m")
    assert outcome.response


async def test_a_gateway_that_stops_answers_its_mutations_and_sends_clients_on(fragile_rig: Rig) -> None:
    await load(fragile_rig, 7001)
    gateway = await fragile_rig.start_gateway(drain_seconds=20)
    stream = fragile_rig.live("alice", gateway=1)
    await stream.start()
    await fragile_rig.stop_service("planner")
    await stream.mutate("m", ADD_OFFERING, add(7001))
    await stream.send(watch=watch(GET_OFFERING, get_offering(7001)))
    await stream.result()  # so the mutation before it has been accepted
    stopping = asyncio.create_task(gateway.stop())
    await fragile_rig.start_service("planner")
    assert (await stream.outcome("m"))[0].response
    with pytest.raises(Ended) as end:
        await stream.message()
    assert (end.value.code, end.value.reason) == (grpc.StatusCode.UNAVAILABLE, "DRAINING")
    await stopping
    fragile_rig.gateways.remove(gateway)


async def test_a_gateway_starts_without_a_broker_and_says_that_it_is_not_ready(
    fragile_rig: Rig, broker: Nats
) -> None:
    await broker.stop()
    gateway = await fragile_rig.start_gateway(start_seconds=0.2)
    assert not gateway.readiness()["broker"]
    stream = fragile_rig.live("alice", gateway=1)
    await stream.start(watch(GET_OFFERING, get_offering(7001)))
    assert (await stream.result()).HasField("error")
    await load(fragile_rig, 7001)
    assert (await stream.result()).HasField("response")


async def test_a_slow_reader_gets_fewer_and_newer_updates(fragile_rig: Rig) -> None:
    text = "x" * 19_000
    numbers = range(7001, 7051)
    await load(fragile_rig, *numbers, description=text)
    wanted = offering_service_pb2.BatchGetOfferingsRequest(sections=[key(number) for number in numbers])
    listing = watch(BATCH_GET_OFFERINGS, wanted)
    slow = fragile_rig.live("alice")
    await slow.start(listing)
    quick = fragile_rig.live("bob")
    await quick.start(watch(GET_OFFERING, get_offering(7001)))
    await quick.update()
    for step in range(12):
        await load(fragile_rig, 7001, status=CLOSED if step % 2 == 0 else OPEN, description=text[step:])
        await quick.update()
    last = None
    while last is None or len(last.offerings[0].description) > len(text) - 11:
        last = offering_service_pb2.BatchGetOfferingsResponse.FromString((await slow.result()).response)
    assert slow.version < 12


async def test_a_client_that_stops_reading_is_let_go(fragile_rig: Rig) -> None:
    limits = Limits(unsent_for=0.5)
    gateway = await fragile_rig.start_gateway(limits=limits)
    numbers = range(7001, 7101)
    await load(fragile_rig, *numbers, description="x" * 19_000)
    wanted = offering_service_pb2.BatchGetOfferingsRequest(sections=[key(number) for number in numbers])
    stream = fragile_rig.live("alice", gateway=1)
    await stream.start()
    for query in range(6):  # 12 MB, more than fits between here and there
        await stream.send(watch=watch(BATCH_GET_OFFERINGS, wanted, f"q{query}"))
    await asyncio.wait_for(gateway.door.wait_empty(), 20)
