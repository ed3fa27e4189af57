"""The embedded servers start again whatever the last run left behind."""

import os
import shutil
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from deploy.local.embedded import jars_dir
from deploy.local.kafka import Kafka
from deploy.local.paths import Place
from deploy.local.postgres import Postgres, create_database
from deploy.local.processes import ProcessId
from shared import provision
from shared.settings import KafkaSettings


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path)
    place.create()
    return place


@pytest.fixture
def postgres(place: Place) -> Iterator[Postgres]:
    server = Postgres(place)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def kafka(place: Place) -> Iterator[Kafka]:
    broker = Kafka(place, jars_dir())
    broker.start()
    yield broker
    broker.stop()


def kill(place: Place, name: str) -> None:
    process = ProcessId.read(place.processes / name)
    assert process
    process.send(signal.SIGKILL)


def rows(server: Postgres) -> int:
    with psycopg.connect(server.dsn("intake", "ombud")) as connection:
        [count] = connection.execute("SELECT count(*) FROM kept").fetchone() or (0,)
    return int(count)


def fill(server: Postgres) -> None:
    create_database(server.admin_dsn(), "ombud")
    with psycopg.connect(server.dsn("intake", "ombud")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000)")


def test_postgres_keeps_what_was_committed_when_it_is_killed(
    place: Place, postgres: Postgres
) -> None:
    fill(postgres)
    kill(place, "postgres")
    postgres.start()
    assert rows(postgres) == 1000


def test_postgres_of_a_killed_run_is_ended_and_its_data_taken_over(
    place: Place, postgres: Postgres
) -> None:
    fill(postgres)
    later = Postgres(place, postgres.port)
    later.start()
    assert rows(later) == 1000
    later.stop()


def test_postgres_is_not_misled_by_a_pid_file_that_names_another_program(place: Place) -> None:
    first = Postgres(place)
    first.start()
    first.stop()
    lines = [str(os.getpid()), str(place.postgres), "1", str(first.port), "", "127.0.0.1", "", ""]
    (place.postgres / "postmaster.pid").write_text("\n".join(lines))
    first.start()
    first.stop()


def test_postgres_takes_another_port_where_its_own_is_busy(place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        server = Postgres(place, busy.getsockname()[1])
        server.start()
        assert server.port != busy.getsockname()[1]
        server.stop()


def test_postgres_makes_its_data_anew_where_the_first_start_was_cut_off(place: Place) -> None:
    place.postgres.mkdir()
    (place.postgres / "PG_VERSION").write_text("18\n")
    server = Postgres(place)
    server.start()
    server.stop()


def test_a_service_role_cannot_reach_the_others_schema(postgres: Postgres) -> None:
    fill(postgres)
    with (
        psycopg.connect(postgres.dsn("notifier", "ombud")) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("SELECT * FROM intake.kept")


async def test_kafka_keeps_its_topics_when_it_is_killed(place: Place, kafka: Kafka) -> None:
    async def new_topics() -> int:
        return await provision.apply(
            KafkaSettings(kafka_bootstrap_servers=kafka.bootstrap_servers, kafka_replication=1)
        )

    assert await new_topics() > 0
    kill(place, "kafka")
    kafka.start()
    assert await new_topics() == 0


def test_kafka_of_a_killed_run_is_ended_first(place: Place, kafka: Kafka) -> None:
    left = ProcessId.read(place.processes / "kafka")
    later = Kafka(place, jars_dir(), kafka.port)
    later.start()
    assert left
    assert not left.running()
    assert later.port == kafka.port
    later.stop()


def test_kafka_makes_its_data_anew_where_the_first_start_was_cut_off(place: Place) -> None:
    place.kafka.mkdir()
    (place.kafka / "meta.properties").write_text("half")
    broker = Kafka(place, jars_dir())
    broker.start()
    broker.stop()
    shutil.rmtree(place.kafka)


def test_kafka_takes_another_port_where_its_own_is_busy(place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        broker = Kafka(place, jars_dir(), busy.getsockname()[1])
        broker.start()
        assert broker.port != busy.getsockname()[1]
        broker.stop()
