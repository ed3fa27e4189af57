"""The ground that tests stand on: real servers once per run, fresh topics and database per test."""

import asyncio
import secrets
import shutil
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg
from aiokafka.admin import AIOKafkaAdminClient
from psycopg import sql

from deploy.local.embedded import end_leftovers, hold
from deploy.local.inbox.server import InboxThread
from deploy.local.inbox.smtp import Sink
from deploy.local.inbox.store import Store
from deploy.local.paths import Place, local_dir
from deploy.local.postgres import SERVICES, create_database
from deploy.local.processes import NotStarted
from shared import db, provision
from shared.kafka.client import client_options
from shared.settings import KafkaSettings
from tests.stack_servers import Servers, start_servers

LINK_SECRET = "a-secret-of-the-tests"


@dataclass(frozen=True)
class Stack:
    """Servers that run for the whole test run. Tests take a `Sandbox` on them."""

    servers: Servers
    place: Place
    run_id: str

    @property
    def kind(self) -> str:
        """Which of the ways it was: embedded, containers or external."""
        return self.servers.kind

    @property
    def kafka(self) -> KafkaSettings:
        """How Kafka is reached, without a prefix."""
        return self.servers.kafka

    @property
    def bootstrap_servers(self) -> str:
        """Where Kafka clients connect."""
        return self.kafka.kafka_bootstrap_servers

    @property
    def admin_dsn(self) -> str:
        """A superuser's DSN, for making databases."""
        return self.servers.admin_dsn

    def dsn(self, role: str, database: str) -> str:
        """How a service's role connects to a database."""
        password = quote(self.servers.passwords[role])
        return (
            urlsplit(self.admin_dsn)
            ._replace(
                netloc=f"{role}:{password}@{self.servers.database_address}", path=f"/{database}"
            )
            .geturl()
        )

    @property
    def template(self) -> str:
        """The database that holds every service's migrated schema, and no rows."""
        return f"ombud_{self.run_id}_template"


@dataclass
class Sandbox:
    """One test's own ground on the shared stack: topics, database, mail inbox.

    Topics, consumer groups and transactional ids carry the prefix `kafka.kafka_topic_prefix`;
    the database is a copy of the migrated template.
    """

    stack: Stack
    name: str
    kafka: KafkaSettings
    inbox_thread: InboxThread

    @property
    def bootstrap_servers(self) -> str:
        """Where Kafka clients connect."""
        return self.stack.bootstrap_servers

    @property
    def topic_prefix(self) -> str:
        """What stands before each topic name."""
        return self.kafka.kafka_topic_prefix

    @property
    def smtp_port(self) -> int:
        """Port of the inbox, on 127.0.0.1."""
        return self.inbox_thread.inbox.smtp_port

    @property
    def inbox(self) -> Store:
        """What the inbox accepted."""
        return self.inbox_thread.inbox.store

    @property
    def sink(self) -> Sink:
        """The inbox's SMTP side; set its `behaviour` to make it misbehave."""
        return self.inbox_thread.inbox.sink

    @property
    def database(self) -> str:
        """Name of the test's database."""
        return self.name

    def dsn(self, service: str) -> str:
        """The DSN of a service (`intake` or `notifier`): its own role, schema first in the path."""
        return self.stack.dsn(service, self.database)

    def environment(self, service: str) -> dict[str, str]:
        """The `OMBUD_*` variables with which `service` runs on this ground."""
        variables = {
            "OMBUD_KAFKA_BOOTSTRAP_SERVERS": self.bootstrap_servers,
            "OMBUD_KAFKA_TOPIC_PREFIX": self.topic_prefix,
            "OMBUD_KAFKA_REPLICATION": "1",
            "OMBUD_LINK_SECRET": LINK_SECRET,
            "OMBUD_SMTP_HOST": "127.0.0.1",
            "OMBUD_SMTP_PORT": str(self.smtp_port),
            "OMBUD_SMTP_RECORD_URL": self.inbox_thread.inbox.url,
        }
        if service in SERVICES:
            variables["OMBUD_DATABASE_DSN"] = self.dsn(service)
        return variables


@contextmanager
def running_stack(kind: str) -> Iterator[Stack]:
    """Start (or find) the servers, migrate the template database, stop what was started."""
    runs = local_dir() / "tests"
    sweep(runs)
    run_id = secrets.token_hex(4)
    place = Place(runs / run_id)
    with ExitStack() as parts:
        parts.enter_context(hold(place))
        stack = Stack(parts.enter_context(start_servers(kind, place)), place, run_id)
        create_database(stack.admin_dsn, stack.template)
        parts.callback(drop_database, stack, stack.template)
        for service in SERVICES:
            db.migrate(stack.dsn(service, stack.template), service)
        yield stack
    for data in (place.kafka, place.postgres):
        shutil.rmtree(data, ignore_errors=True)


@contextmanager
def sandbox(stack: Stack, number: int) -> Iterator[Sandbox]:
    """Fresh topics, a fresh database and an empty inbox; removed at the end."""
    name = f"ombud_{stack.run_id}_{number}"
    kafka = stack.kafka.model_copy(update={"kafka_topic_prefix": f"{stack.run_id}-{number}."})
    inbox = InboxThread(stack.place.inbox / str(number))
    copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
        sql.Identifier(name), sql.Identifier(stack.template)
    )
    with psycopg.connect(stack.admin_dsn, autocommit=True) as admin:
        admin.execute(copy)
    apart(provision.apply(kafka))
    inbox.start()
    try:
        yield Sandbox(stack, name, kafka, inbox)
    finally:
        inbox.stop()
        drop_database(stack, name)
        apart(_delete_topics(kafka))


def drop_database(stack: Stack, name: str) -> None:
    """Drop a database, and whoever is still connected to it."""
    with psycopg.connect(stack.admin_dsn, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def apart(work: Coroutine[Any, Any, object]) -> None:
    """Run a coroutine to its end in a thread, so that no loop of the test is touched."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


def sweep(runs: Path) -> None:
    """Remove what finished or killed test runs left: their processes, then their folders."""
    for root in runs.glob("*"):
        try:
            with hold(Place(root)):
                end_leftovers(Place(root))
                shutil.rmtree(root, ignore_errors=True)
        except NotStarted:
            continue  # that run goes on


async def _delete_topics(kafka: KafkaSettings) -> None:
    admin = AIOKafkaAdminClient(**client_options(kafka))
    await admin.start()
    try:
        prefix = kafka.kafka_topic_prefix
        await admin.delete_topics([t for t in await admin.list_topics() if t.startswith(prefix)])
    finally:
        await admin.close()
