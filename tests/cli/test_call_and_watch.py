"""`albertplus call` and `albertplus watch` against a running gateway, as a person types them."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.gateway.conftest import databases, rig
from tests.gateway.rig import Rig
from tests.gateway.sections import CLOSED, load, take

__all__ = ["databases", "rig"]

pytestmark = pytest.mark.asyncio(loop_scope="module")
ROOT = Path(__file__).resolve().parents[2]


class Command:
    """A command that runs."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def line(self) -> str:
        """The next line it prints."""
        assert self.process.stdout
        async with asyncio.timeout(30):
            return (await self.process.stdout.readline()).decode().strip()

    async def ends(self) -> tuple[int, str, str]:
        """Exit code, what else it printed, and what it complained about."""
        async with asyncio.timeout(30):
            out, err = await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode, out.decode(), err.decode()


async def albertplus(rig: Rig, *words: str) -> Command:
    """Starts the command; it finds the rig as it finds a running `albertplus dev`."""
    (rig.home / "run.json").write_text(json.dumps({"gateway": {"grpc": rig.address()}}))
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ALBERTPLUS")}
    return Command(
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "cli.main", *words),
            cwd=ROOT,
            env={**clean, "ALBERTPLUS_HOME": str(rig.home), "COLUMNS": "200"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
    )


async def output(rig: Rig, *words: str) -> tuple[int, str, str]:
    """What a command comes to."""
    return await (await albertplus(rig, *words)).ends()


def get_offering(class_number: int) -> str:
    """The request as JSON."""
    term = {"year": 2026, "season": "SEASON_FALL"}
    return json.dumps({"section": {"term": term, "class_number": class_number}})


@pytest_asyncio.fixture(loop_scope="module")
async def section(rig: Rig) -> AsyncIterator[int]:
    """A section in the catalog."""
    number = rig.section()
    await load(rig, number)
    yield number


async def test_a_response_is_printed_as_json(rig: Rig, section: int) -> None:
    code, out, _ = await output(
        rig, "call", "OfferingService/GetOffering", get_offering(section), "--user", "alice"
    )
    assert (code, json.loads(out)["offering"]["class_number"]) == (0, str(section))


async def test_a_refusal_names_code_reason_and_what_to_do(rig: Rig) -> None:
    code, out, err = await output(rig, "call", "ScheduleService/GetSchedule")
    assert (code, out) == (1, "")
    assert "UNAUTHENTICATED" in err
    assert "--user" in err
    assert err.count("no valid credentials") == 1


async def test_the_fields_that_were_wrong_are_named(rig: Rig) -> None:
    code, _, err = await output(
        rig, "call", "OfferingService/ListOfferings", '{"pageSize": -1}', "--user", "alice"
    )
    assert (code, err.count("page_size")) == (1, 1)


async def test_an_unknown_method_gets_a_suggestion(rig: Rig) -> None:
    code, _, err = await output(rig, "call", "OfferingService/GetOfering")
    assert (code, "OfferingService/GetOffering" in err) == (1, True)


async def test_a_misspelt_field_is_named_with_those_there_are(rig: Rig) -> None:
    code, _, err = await output(rig, "call", "OfferingService/GetOffering", '{"sektion": 1}')
    assert (code, "sektion" in err, "section" in err) == (1, True, True)


@pytest.mark.parametrize("request_", ["[]", "null", "{", "7"])
async def test_what_is_no_json_object_is_no_request(rig: Rig, request_: str) -> None:
    code, _, err = await output(rig, "call", "ScheduleService/GetSchedule", request_, "--user", "alice")
    assert (code, "not a valid GetScheduleRequest" in err) == (1, True)


async def test_the_last_result_decides_about_the_exit_code_of_watch(rig: Rig) -> None:
    code, out, _ = await output(
        rig, "watch", "OfferingService/GetOffering", get_offering(1), "--user", "bob", "--count", "1"
    )
    assert (code, json.loads(out)["error"]["code"]) == (1, "NOT_FOUND")


async def test_a_gateway_that_is_not_there_is_said_to_be_so(rig: Rig) -> None:
    code, _, err = await output(rig, "call", "SchoolService/ListSchools", "{}", "--gateway", "127.0.0.1:1")
    assert (code, "UNAVAILABLE" in err, "albertplus dev" in err) == (1, True, True)


async def test_watch_prints_each_new_result_as_a_line(rig: Rig, section: int) -> None:
    await take(rig, "alice", section)
    command = await albertplus(rig, "watch", "ScheduleService/GetSchedule", "--user", "alice", "--count", "2")
    before = json.loads(await command.line())
    await load(rig, section, status=CLOSED)
    after = json.loads(await command.line())
    found = [each["entries"][0]["offering"]["status"] for each in (before, after)]
    assert found == ["OFFERING_STATUS_OPEN", "OFFERING_STATUS_CLOSED"]
    assert (await command.ends())[0] == 0


async def test_watch_with_diff_says_what_changed(rig: Rig, section: int) -> None:
    request = get_offering(section)
    command = await albertplus(
        rig, "watch", "OfferingService/GetOffering", request, "--user", "bob", "--diff", "--count", "2"
    )
    while await command.line() != "}":
        pass
    await load(rig, section, status=CLOSED)
    _, out, _ = await command.ends()
    assert 'offering.status: "OFFERING_STATUS_OPEN" → "OFFERING_STATUS_CLOSED"' in out


async def test_watch_survives_its_gateway(rig: Rig, section: int) -> None:
    gateway = await rig.start_gateway()
    port = gateway.grpc_port
    request = get_offering(section)
    where = ("--gateway", f"127.0.0.1:{port}")
    command = await albertplus(
        rig, "watch", "OfferingService/GetOffering", request, "--user", "bob", "--count", "2", *where
    )
    await command.line()
    rig.gateways.remove(gateway)
    await gateway.stop()
    await rig.start_gateway(grpc_port=port)
    await load(rig, section, status=CLOSED)
    code, out, err = await command.ends()
    assert (code, json.loads(out)["offering"]["status"]) == (0, "OFFERING_STATUS_CLOSED")
    assert (err.count("connection lost"), err.count("connected again")) == (1, 1)


async def test_a_mutation_cannot_be_watched(rig: Rig) -> None:
    code, _, err = await output(rig, "watch", "ScheduleService/AddOffering", "{}", "--user", "alice")
    assert (code, "albertplus call" in err) == (1, True)


async def test_a_request_can_come_from_a_file(rig: Rig, section: int, tmp_path: Path) -> None:
    (tmp_path / "request.json").write_text(get_offering(section))
    file = f"@{tmp_path}/request.json"
    code, out, _ = await output(rig, "call", "OfferingService/GetOffering", file, "--user", "alice")
    assert (code, json.loads(out)["offering"]["class_number"]) == (0, str(section))


async def test_a_query_that_will_never_be_answered_is_not_waited_for(rig: Rig) -> None:
    code, _, err = await output(rig, "watch", "ScheduleService/GetSchedule")
    assert (code, "UNAUTHENTICATED" in err) == (1, True)


async def test_watch_ends_when_nobody_reads_it_any_more(rig: Rig, section: int) -> None:
    words = f"watch OfferingService/GetOffering '{get_offering(section)}' --user bob"
    (rig.home / "run.json").write_text(json.dumps({"gateway": {"grpc": rig.address()}}))
    process = await asyncio.create_subprocess_shell(
        f"({sys.executable} -m cli.main {words}; echo exit $? >&2) | head -n 1",
        cwd=ROOT,
        env={**os.environ, "ALBERTPLUS_HOME": str(rig.home)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    await asyncio.wait_for(process.stdout.readline(), 30)
    await load(rig, section, status=CLOSED)
    _, err = await asyncio.wait_for(process.communicate(), 30)
    assert err.decode().strip() == "exit 0"
