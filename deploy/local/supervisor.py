"""Keeps a local stack running: starts it in order, restarts what dies, stops what it started."""

import asyncio
import contextlib
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import httpx

from deploy.local import jars
from deploy.local.embedded import Embedded, end_leftovers
from deploy.local.paths import CHECKOUT, Place
from deploy.local.postgres import SERVICES, create_database
from deploy.local.processes import NotStarted, ProcessId, end_leftover, spawn, tail
from deploy.local.programs import (
    DATABASE,
    Addresses,
    Program,
    addresses,
    choose_ports,
    log_of,
    programs,
)
from shared import db, provision
from shared.settings import KafkaSettings

READY_SECONDS = 180.0
STOP_SECONDS = 15.0
_LOOK_SECONDS = 0.2
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 10.0
_STEADY_SECONDS = 30.0
_STARTS_TO_TRY = 3

Say = Callable[[str], None]
"""Told in a sentence what happens."""


class Part(Protocol):
    """Something that runs and may die."""

    @property
    def name(self) -> str:
        """What it is called in messages and logs."""

    def start(self) -> None:
        """Start it again, after it died."""

    def alive(self) -> bool:
        """Does its process run?"""


@dataclass
class Service:
    """One program of the stack, as a process."""

    program: Program
    place: Place
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def name(self) -> str:
        """The program's."""
        return self.program.name

    @property
    def log(self) -> Path:
        """Its log."""
        return log_of(self.place, self.name)

    @property
    def record(self) -> Path:
        """Its process record."""
        return self.place.processes / self.name

    def start(self) -> None:
        """Start the process; it may take a while to be ready."""
        self._process = spawn(
            self.program.command,
            record=self.record,
            log=self.log,
            env=self.program.environment,
            cwd=CHECKOUT,
        )

    def alive(self) -> bool:
        """Does its process run?"""
        return self._process is not None and self._process.poll() is None

    def ready(self) -> bool:
        """Does it say that it can do its work?"""
        try:
            return httpx.get(self.program.ready_url, timeout=3).is_success
        except httpx.HTTPError:
            return False

    def wait_ready(self, abandon: threading.Event) -> None:
        """Wait for the first readiness, starting again what dies. Raises NotStarted."""
        end = time.monotonic() + READY_SECONDS
        starts = 1
        while not abandon.is_set() and time.monotonic() < end:
            if not self.alive():
                if starts >= _STARTS_TO_TRY:
                    break
                starts += 1
                self.start()
            if self.ready():
                return
            abandon.wait(_LOOK_SECONDS)
        if not abandon.is_set():
            raise NotStarted(
                f"{self.name} did not start. The end of its log, {self.log}:\n{tail(self.log)}\n"
                "Mend what it says there and start again; removing .local/ starts from nothing."
            )

    def stop(self) -> None:
        """SIGTERM, 15 s to finish what is in hand, then SIGKILL."""
        if self._process is not None:
            end_leftover(self.record, STOP_SECONDS)
            self._process.wait()
            self._process = None


@dataclass(frozen=True)
class Server:
    """Kafka or Postgres, for the watch."""

    name: str
    place: Place
    start: Callable[[], None]

    def alive(self) -> bool:
        """Does its process run?"""
        process = ProcessId.read(self.place.processes / self.name)
        return process is not None and process.running()


class Supervisor:
    """One local stack. Whoever uses it holds the place."""

    def __init__(
        self,
        place: Place,
        *,
        durable: bool = True,
        extra: Mapping[str, Mapping[str, str]] | None = None,
        say: Say = lambda sentence: None,
    ) -> None:
        self.place = place
        self.say = say
        self._extra = extra
        self._durable = durable
        self._stopping = threading.Event()
        self._watch = threading.Thread(target=self._keep_running, name="watch", daemon=True)
        self.services: dict[str, Service] = {}
        self.restarts: dict[str, int] = {}

    def start_servers(self, progress: jars.Progress | None = None) -> None:
        """End what an earlier run left, then start Kafka and Postgres."""
        for name in end_leftovers(self.place):
            self.say(f"Ended {name}, which an earlier run had left behind.")
        self.ports = choose_ports(self.place)
        self.servers = Embedded(self.place, self._durable)
        self.servers.start(progress)
        self.ports |= {"kafka": self.servers.kafka.port, "postgres": self.servers.postgres.port}

    def prepare(self) -> None:
        """Make database, schemas and topics; what is there stays."""
        create_database(self.servers.postgres.admin_dsn(), DATABASE)
        for service in SERVICES:
            db.migrate(self.servers.postgres.dsn(service, DATABASE), service)
        asyncio.run(provision.apply(self.kafka))

    def start_services(self) -> None:
        """Start inbox and services, wait until each is ready, and keep all running from now on."""
        for program in programs(self.servers, self.ports, self._extra):
            self.services[program.name] = Service(program, self.place)
        for service in self.services.values():
            service.start()
        with ThreadPoolExecutor(len(self.services)) as pool:
            try:
                list(pool.map(lambda service: service.wait_ready(self._stopping), self._all()))
            except BaseException:
                self._stopping.set()  # an interrupt must not wait for the others' readiness
                raise
        self._watch.start()

    def stop(self) -> None:
        """Stop what was started here, services before servers, and nothing else."""
        self._stopping.set()
        if self._watch.is_alive():
            self._watch.join(30)
        if self.services:
            with ThreadPoolExecutor(len(self.services)) as pool:
                list(pool.map(Service.stop, self._all()))
        if hasattr(self, "servers"):
            self.servers.stop()

    @property
    def addresses(self) -> Addresses:
        """Where everything is."""
        return addresses(self.ports)

    @property
    def kafka(self) -> KafkaSettings:
        """How to reach the broker."""
        return KafkaSettings(
            kafka_bootstrap_servers=self.servers.kafka.bootstrap_servers, kafka_replication=1
        )

    @property
    def admin_dsn(self) -> str:
        """The stack's database, as a superuser."""
        return self.servers.postgres.admin_dsn(DATABASE)

    def _all(self) -> list[Service]:
        return list(self.services.values())

    def _keep_running(self) -> None:
        """Restart what died, servers first, with a pause that grows while it keeps dying."""
        parts: list[Part] = [
            Server("postgres", self.place, self.servers.postgres.start),
            Server("kafka", self.place, self.servers.kafka.start),
            *self._all(),
        ]
        pauses = dict.fromkeys((part.name for part in parts), _FIRST_PAUSE)
        due: dict[str, float] = {}
        started: dict[str, float] = {}
        while not self._stopping.wait(_LOOK_SECONDS):
            now = time.monotonic()
            for part in parts:
                if part.alive():
                    continue
                if part.name not in due:
                    if now - started.get(part.name, 0) > _STEADY_SECONDS:
                        pauses[part.name] = _FIRST_PAUSE
                    due[part.name] = now + pauses[part.name]
                    pauses[part.name] = min(pauses[part.name] * 2, _LONGEST_PAUSE)
                    self.say(f"{part.name} died; it is started again.")
                elif now >= due[part.name]:
                    del due[part.name]
                    started[part.name] = time.monotonic()
                    self.restarts[part.name] = self.restarts.get(part.name, 0) + 1
                    with contextlib.suppress(NotStarted):
                        part.start()
