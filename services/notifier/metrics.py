"""What the notifier counts."""

from datetime import datetime

import asyncpg
from prometheus_client import CollectorRegistry, Counter, Gauge

from services.notifier.statements import SQL, rows
from shared.clock import Clock

REGISTRY = CollectorRegistry()
OUTCOMES = Counter(
    "ombud_mails_settled", "Mails by what became of them", ["outcome"], registry=REGISTRY
)
REPLIES = Counter(
    "ombud_smtp_replies",
    "Refusals of the mail server by reply code",
    ["code"],
    registry=REGISTRY,
)
UNSETTLED = Gauge(
    "ombud_mails_unsettled",
    "Mails queued, leased, handing over, unknown",
    ["state"],
    registry=REGISTRY,
)
OLDEST = Gauge(
    "ombud_mails_oldest_seconds",
    "Age of the oldest mail in the state",
    ["state"],
    registry=REGISTRY,
)
_STATES = ("queued", "leased", "handing_over", "unknown")


class Gauges:
    """Reads the gauges' values from the database."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock

    async def turn(self) -> bool:
        """Refresh once."""
        now = self._clock()
        found = {row["state"]: row for row in await rows(SQL.mail_states(self._pool))}
        for state in _STATES:
            row = found.get(state)
            UNSETTLED.labels(state=state).set(row["mails"] if row else 0)
            OLDEST.labels(state=state).set(_age(row["oldest"], now) if row else 0)
        return False


def _age(since: datetime, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds())
