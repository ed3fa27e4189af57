"""Tells how far each tender's mails have come (`progress.v1`), soon after anything changed."""

import asyncpg

from services.notifier.outcomes import SERVICE
from services.notifier.statements import SQL, rows
from shared import outbox
from shared.clock import Clock
from shared.contracts.base import TenderId
from shared.contracts.events import Settled
from shared.kafka import Message
from shared.topics import PROGRESS

BATCH = 5000


class ProgressTeller:
    """Counts the pairs of tenders that were touched; one at a time over all replicas."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock

    async def turn(self) -> bool:
        """Count one batch; says whether there may be more."""
        at = self._clock()
        async with self._pool.acquire() as connection, connection.transaction():
            await SQL.lock_progress(connection)
            touched = await rows(SQL.take_touched(connection, most=BATCH))
            tender_ids = sorted({row["tender_id"] for row in touched})
            if not tender_ids:
                return False
            counts = await rows(SQL.count_pairs(connection, tenders=tender_ids))
            messages = [
                (
                    row["tenant_id"],
                    Message(
                        topic=PROGRESS,
                        key=row["tender_id"],
                        time=at,
                        body=Settled(
                            tender_id=TenderId(row["tender_id"]),
                            tender_revision=row["tender_revision"],
                            sent=row["sent"],
                            suppressed=row["suppressed"],
                            unknown=row["unknown"],
                            queued=row["queued"],
                            at=at,
                        ),
                    ),
                )
                for row in counts
            ]
            await outbox.add(connection, messages, SERVICE)
        return len(touched) == BATCH
