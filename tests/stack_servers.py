"""Kafka and Postgres for a test run, in one of three ways.

`OMBUD_STACK` chooses: `embedded` (a broker and a server of our own, without Docker), `containers`
(testcontainers), `external` (what OMBUD_KAFKA_* and OMBUD_TEST_DATABASE_DSN name), or `auto`:
external where both are set, containers where a Docker engine answers, else embedded.

An external Postgres must be one for tests: the DSN is a superuser's, and the roles `intake` and
`notifier` are made there, or get new passwords.
"""

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import docker
import psycopg
from docker.errors import DockerException
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy
from testcontainers.core.waiting_utils import wait_for_logs

from deploy.local.embedded import Embedded
from deploy.local.paths import Place
from deploy.local.postgres import SERVICES, prepare_roles
from deploy.local.processes import free_port
from shared.settings import KafkaSettings

KAFKA_IMAGE = "apache/kafka:4.3.1"
POSTGRES_IMAGE = "postgres:18"
DSN_VARIABLE = "OMBUD_TEST_DATABASE_DSN"
BOOTSTRAP_VARIABLE = "OMBUD_KAFKA_BOOTSTRAP_SERVERS"


@dataclass(frozen=True)
class Servers:
    """Where the run's Kafka and Postgres are."""

    kind: str
    kafka: KafkaSettings
    admin_dsn: str
    passwords: dict[str, str]

    @property
    def database_address(self) -> str:
        """host:port of Postgres."""
        return urlsplit(self.admin_dsn).netloc.rpartition("@")[2]


def choose(kind: str) -> str:
    """Resolve `auto`; raises ValueError for an unknown kind or a missing setting."""
    named = bool(os.environ.get(BOOTSTRAP_VARIABLE) and os.environ.get(DSN_VARIABLE))
    if kind == "auto":
        return "external" if named else "containers" if docker_answers() else "embedded"
    if kind not in ("embedded", "containers", "external"):
        raise ValueError(f"OMBUD_STACK is auto, embedded, containers or external, not {kind!r}")
    if kind == "external" and not named:
        raise ValueError(f"OMBUD_STACK=external needs {BOOTSTRAP_VARIABLE} and {DSN_VARIABLE}")
    return kind


def docker_answers() -> bool:
    """Is there a Docker engine, and does it speak to us?"""
    try:
        client = docker.from_env(timeout=5)
    except DockerException:
        return False
    client.close()
    return True


@contextmanager
def start_servers(kind: str, place: Place) -> Iterator[Servers]:
    """Start (or find) both servers, in `place` if they are ours, and stop what was started."""
    start = {"embedded": _embedded, "containers": _containers, "external": _external}
    with start[choose(kind)](place) as servers:
        prepare_roles(servers.admin_dsn, servers.passwords)
        yield servers


@contextmanager
def _embedded(place: Place) -> Iterator[Servers]:
    servers = Embedded(place, durable=False)
    servers.start()
    try:
        yield Servers(
            "embedded",
            _single_broker(servers.kafka.bootstrap_servers),
            servers.postgres.admin_dsn(),
            servers.postgres.passwords(),
        )
    finally:
        servers.stop()


@contextmanager
def _containers(place: Place) -> Iterator[Servers]:
    port = free_port()  # the broker must know before it starts where clients will find it
    kafka = (
        DockerContainer(KAFKA_IMAGE)
        .with_bind_ports(9092, port)
        .with_envs(
            KAFKA_NODE_ID="1",
            KAFKA_PROCESS_ROLES="broker,controller",
            KAFKA_LISTENERS="INSIDE://:19092,OUTSIDE://:9092,CONTROLLER://:9093",
            # The broker sends itself transaction markers, and cannot reach the port outside.
            KAFKA_ADVERTISED_LISTENERS=f"INSIDE://localhost:19092,OUTSIDE://127.0.0.1:{port}",
            KAFKA_LISTENER_SECURITY_PROTOCOL_MAP=",".join(
                f"{name}:PLAINTEXT" for name in ("INSIDE", "OUTSIDE", "CONTROLLER")
            ),
            KAFKA_INTER_BROKER_LISTENER_NAME="INSIDE",
            KAFKA_CONTROLLER_LISTENER_NAMES="CONTROLLER",
            KAFKA_CONTROLLER_QUORUM_VOTERS="1@localhost:9093",
            KAFKA_AUTO_CREATE_TOPICS_ENABLE="false",
            KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR="1",
            KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR="1",
            KAFKA_TRANSACTION_STATE_LOG_MIN_ISR="1",
            KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS="0",
        )
    )
    password = secrets.token_urlsafe(18)
    postgres = (
        DockerContainer(POSTGRES_IMAGE)
        .with_exposed_ports(5432)
        .with_env("POSTGRES_PASSWORD", password)
        .with_command("postgres -c fsync=off -c max_connections=200 -c timezone=UTC")
    )
    with kafka, postgres:
        wait_for_logs(kafka, LogMessageWaitStrategy("Kafka Server started"), timeout=120)
        address = f"127.0.0.1:{postgres.get_exposed_port(5432)}"
        admin_dsn = f"postgresql://postgres:{password}@{address}/postgres"
        _until_it_answers(admin_dsn, within_s=120)
        yield Servers(
            "containers",
            _single_broker(f"127.0.0.1:{port}"),
            admin_dsn,
            _new_passwords(),
        )


def _until_it_answers(dsn: str, within_s: float) -> None:
    """Wait for Postgres; by TCP, since while the image sets itself up it answers on no port."""
    end = time.monotonic() + within_s
    while True:
        try:
            psycopg.connect(dsn, connect_timeout=5).close()
        except psycopg.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
        else:
            return


@contextmanager
def _external(place: Place) -> Iterator[Servers]:
    yield Servers("external", KafkaSettings(), os.environ[DSN_VARIABLE], _new_passwords())


def _single_broker(bootstrap_servers: str) -> KafkaSettings:
    return KafkaSettings(kafka_bootstrap_servers=bootstrap_servers, kafka_replication=1)


def _new_passwords() -> dict[str, str]:
    return {service: secrets.token_urlsafe(18) for service in SERVICES}
