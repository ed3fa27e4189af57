"""The reconciliation gauge: accepted tenders minus those with a terminal outcome."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Gauge

from shared import outbox
from shared.db import Connection, load_queries

_SQL: Any = load_queries(Path(__file__).with_name("progress.sql"))


@dataclass(frozen=True)
class Reconciliation:
    """Where intake stands at one instant.

    A tender revision has its outcome when all shards have matched it and each match has come to
    something, or when a newer revision exists.

    unsettled -- accepted tender revisions without an outcome.
    oldest_unsettled_s -- age in seconds of the oldest of them, 0 if there is none.
    unsent -- rows in the outbox, parked ones too.
    oldest_unpublished_s -- age in seconds of the oldest of them, 0 if there is none.
    parked -- outbox rows that cannot be published.
    """

    unsettled: int
    oldest_unsettled_s: float
    unsent: int
    oldest_unpublished_s: float
    parked: int


async def reconciliation(connection: Connection, now: datetime) -> Reconciliation:
    """Count in the database."""
    waiting = await outbox.standing(connection)
    return Reconciliation(
        unsettled=await _SQL.unsettled(connection),
        oldest_unsettled_s=_age(await _SQL.oldest_unsettled(connection), now),
        unsent=waiting.unsent,
        oldest_unpublished_s=_age(waiting.oldest_at, now),
        parked=waiting.parked,
    )


def _age(since: datetime | None, now: datetime) -> float:
    return max((now - since).total_seconds(), 0.0) if since else 0.0


class Gauges:
    """The same for `/metrics`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def gauge(name: str, meaning: str) -> Gauge:
            return Gauge(f"ombud_{name}", meaning, registry=registry)

        self._unsettled = gauge("unsettled_tenders", "Accepted tender revisions without outcome")
        self._oldest = gauge("oldest_unsettled_seconds", "Age of the oldest of them")
        self._unsent = gauge("outbox_rows", "Outbox rows that are not published")
        self._outbox = gauge("outbox_oldest_seconds", "Age of the oldest unpublished outbox row")
        self._parked = gauge("outbox_parked", "Outbox rows that cannot be published")

    def set(self, now: Reconciliation) -> None:
        self._unsettled.set(now.unsettled)
        self._oldest.set(now.oldest_unsettled_s)
        self._unsent.set(now.unsent)
        self._outbox.set(now.oldest_unpublished_s)
        self._parked.set(now.parked)
