"""Mails whose hand-over began and whose end nobody told: the mail server's record decides."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import structlog

from services.notifier.domain.states import Why
from services.notifier.handover import HandOver
from services.notifier.record import DeliveryRecord
from services.notifier.sender import InHand
from services.notifier.session import Session
from services.notifier.statements import SQL, rows
from shared.clock import Clock

log = structlog.get_logger()

BATCH = 100


@dataclass(frozen=True)
class _Uncertain:
    mail_id: UUID
    message_id: str
    fence: int
    attempt: int
    orphaned_at: datetime


class Reconciler:
    """Frees what dead processes have left behind.

    A hand-over is looked at only when its connection is certainly dead: its process is gone (its
    lock is free), or it is our own and no worker is at it. That the server has the mail may be
    believed at once; that it has not only after `settle`, when it can no longer be taking it.
    """

    def __init__(
        self,
        pool: asyncpg.Pool,
        clock: Clock,
        session: Session,
        in_hand: InHand,
        record: DeliveryRecord | None,
        settle: timedelta,
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._session = session
        self._in_hand = in_hand
        self._record = record
        self._settle = settle
        self._hand_over = HandOver(pool, clock)

    async def turn(self) -> bool:
        """Look at each uncertain mail once."""
        owner = self._session.owner
        if owner is None:
            return False
        await SQL.free_leases(self._pool, owner=owner)
        for mail in await self._uncertain(owner):
            await self._conclude(mail)
        return False

    async def _uncertain(self, owner: int) -> list[_Uncertain]:
        """Orphans; how long each has been one is counted from when it was first seen."""
        now = self._clock()
        async with self._pool.acquire() as connection, connection.transaction():
            found = await rows(SQL.uncertain_mails(connection, owner=owner, most=BATCH))
            orphans = [row for row in found if row["mail_id"] not in self._in_hand]
            await SQL.mark_orphaned(
                connection, mail_ids=[row["mail_id"] for row in orphans], at=now
            )
        return [
            _Uncertain(
                row["mail_id"],
                row["message_id"],
                row["fence"],
                row["attempt"],
                row["orphaned_at"] or now,
            )
            for row in orphans
        ]

    async def _conclude(self, mail: _Uncertain) -> None:
        accepted = await self._record.accepted(mail.message_id) if self._record else None
        now = self._clock()
        settled = now >= mail.orphaned_at + self._settle
        if accepted:
            await self._hand_over.accepted(mail.mail_id, mail.fence)
        elif accepted is False and settled:
            await self._hand_over.again(
                mail.mail_id, mail.fence, now, mail.attempt + 1, Why.CONNECTION_LOST
            )
        elif self._record is None and settled:
            await self._hand_over.uncertain(mail.mail_id, mail.fence, Why.CONNECTION_LOST)
        else:
            return
        log.info("hand_over_reconciled", mail_id=str(mail.mail_id), accepted=accepted)
