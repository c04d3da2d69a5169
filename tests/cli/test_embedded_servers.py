"""The embedded PostgreSQL and NATS as the supervisor and the tests use them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nats
import psycopg
import pytest

from cli.dev.databases import create_service_database
from cli.dev.nats import Nats
from cli.dev.postgres import Postgres


async def test_rows_survive_a_restart_and_a_killed_server(tmp_path: Path) -> None:
    postgres = Postgres(tmp_path / "postgres", log=tmp_path / "postgres.log")
    await postgres.start()
    with psycopg.connect(postgres.dsn()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    postgres.process.kill()
    await postgres.process.wait()
    await postgres.start()
    with psycopg.connect(postgres.dsn()) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
    await postgres.stop()
    assert postgres.process.exit_code == 0


async def test_a_role_may_not_enter_the_database_of_another_service(tmp_path: Path) -> None:
    postgres = Postgres(tmp_path / "postgres", log=tmp_path / "postgres.log")
    await postgres.start()
    create_service_database(postgres, "catalog")
    create_service_database(postgres, "planner")
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(postgres.dsn("albertplus_planner", "catalog"))
    await postgres.stop()


async def test_a_pid_file_whose_number_now_belongs_to_another_program_is_ignored(tmp_path: Path) -> None:
    postgres = Postgres(tmp_path / "postgres", log=tmp_path / "postgres.log")
    await postgres.start()
    await postgres.stop()
    (tmp_path / "postgres" / "data" / "postmaster.pid").write_text("1\n/elsewhere\n")
    await postgres.start()
    await postgres.stop()


def test_each_test_has_a_database_of_its_own(empty_database: Callable[[str], str]) -> None:
    first, second = empty_database("catalog"), empty_database("catalog")
    with psycopg.connect(first) as connection:
        connection.execute("CREATE TABLE here (id int)")
    with psycopg.connect(second) as connection:
        assert connection.execute("SELECT to_regclass('here')").fetchone() == (None,)


async def test_a_stream_survives_a_killed_nats(own_nats: Nats) -> None:
    client = await nats.connect(own_nats.url())
    await client.jetstream().add_stream(name="KEPT", subjects=["kept"])
    await client.jetstream().publish("kept", b"once")
    await client.close()
    own_nats.process.kill()
    await own_nats.process.wait()
    await own_nats.start()
    again = await nats.connect(own_nats.url())
    info = await again.jetstream().stream_info("KEPT")
    await again.close()
    assert info.state.messages == 1


async def test_accounts_do_not_hear_each_other(nats_url: str, own_nats: Nats) -> None:
    client = await nats.connect(nats_url)
    info = await client.jetstream().account_info()
    await client.close()
    assert info.streams == 0
