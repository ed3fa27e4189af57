"""Kafka and Postgres in one place, started together, and only once per place."""

import fcntl
import json
import os
import shutil
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from deploy.local import jars
from deploy.local.kafka import Kafka
from deploy.local.paths import Place, local_dir
from deploy.local.postgres import Postgres
from deploy.local.processes import NotStarted, end_leftover

_LEFTOVER_SECONDS = 15.0


def jars_dir() -> Path:
    """Where the broker's jars are, for every place of this checkout."""
    return local_dir() / "jars"


def hold(place: Place) -> TextIO:
    """Take the place for as long as the returned file is open; raises NotStarted if it is taken.

    The kernel lets go of the lock when its holder dies, however it dies.
    """
    place.create()
    lock = place.lock.open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip() or "unknown"
        lock.close()
        raise NotStarted(
            f"Something already runs in {place.root} (process {holder}). Stop that first."
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def end_leftovers(place: Place) -> list[str]:
    """End all processes that an earlier run left in this place; gives their names.

    Call it while holding the place. Services first, then what they stand on.
    """
    records = sorted(
        place.processes.glob("*"), key=lambda record: record.name in ("kafka", "postgres")
    )
    ended = []
    for record in records:
        first = signal.SIGINT if record.name == "postgres" else signal.SIGTERM
        if end_leftover(record, _LEFTOVER_SECONDS, first):
            ended.append(record.name)
    return ended


def wipe(place: Place) -> None:
    """Remove the data of a place that is held, so that the next start is a first one."""
    end_leftovers(place)
    for name in ("kafka", "postgres", "inbox", "logs", "processes"):
        shutil.rmtree(place.root / name, ignore_errors=True)
    for pattern in ("kafka.*", "postgres.*", "secrets.json", "feeder.json", "accepted.jsonl"):
        for path in place.root.glob(pattern):
            path.unlink()
    place.create()


@dataclass
class Embedded:
    """The servers of one place. Whoever starts it holds the place."""

    place: Place
    durable: bool = True
    kafka: Kafka = field(init=False)
    postgres: Postgres = field(init=False)

    def __post_init__(self) -> None:
        """Take the ports of the last run first, so that addresses stay."""
        ports = read_ports(self.place)
        self.kafka = Kafka(self.place, jars_dir(), ports.get("kafka", 0))
        self.postgres = Postgres(self.place, ports.get("postgres", 0), self.durable)

    def start(self, progress: jars.Progress | None = None) -> None:
        """Start both; where one fails, neither is left behind."""
        with ThreadPoolExecutor(2) as pool:
            starts = [pool.submit(self.kafka.start, progress), pool.submit(self.postgres.start)]
        for start in starts:
            if error := start.exception():
                self.stop()
                raise error
        write_ports(self.place, {"kafka": self.kafka.port, "postgres": self.postgres.port})

    def stop(self) -> None:
        """Stop what this object started."""
        self.kafka.stop()
        self.postgres.stop()


def read_ports(place: Place) -> dict[str, int]:
    """Name -> port of the last run here; empty if there was none."""
    try:
        ports: dict[str, int] = json.loads(place.ports.read_text())
    except (OSError, ValueError):
        return {}
    return ports


def write_ports(place: Place, ports: dict[str, int]) -> None:
    """Note these ports beside those that are noted already."""
    new = place.ports.with_suffix(".new")
    new.write_text(json.dumps(read_ports(place) | ports, indent=1) + "\n")
    new.replace(place.ports)
