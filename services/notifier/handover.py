"""The transactions around a hand-over. Each checks that the mail is still this worker's."""

from datetime import datetime
from enum import Enum, auto
from uuid import UUID

import asyncpg

from services.notifier import ledger, metrics
from services.notifier.compose import Basis, Leased, basis_of_request, basis_of_rows
from services.notifier.domain.states import LedgerState, MailKind, MailState
from services.notifier.outcomes import tell
from services.notifier.statements import PLANNER, SENDER, SQL, rows, wake
from shared.clock import Clock
from shared.contracts.codes import Outcome
from shared.db import Connection

SMTP_OK = 250


class Begun(Enum):
    """Whether a hand-over may go on to DATA."""

    YES = auto()
    CHANGED = auto()
    """What the mail was made from is no longer so: make it again."""
    LOST = auto()
    """The mail is another worker's now."""


class HandOver:
    """Keeps the ledger right on the way of one mail to the mail server."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock

    async def begin(self, mail: Leased, basis: Basis, owner: int) -> Begun:
        """After RCPT, before DATA: from the commit on the mail is never sent again blindly."""
        async with self._pool.acquire() as connection, connection.transaction():
            ours = await SQL.own_mail(connection, mail_id=mail.mail_id, fence=mail.fence)
            if ours is None:
                return Begun.LOST
            if await _basis_now(connection, mail) != basis:
                return Begun.CHANGED
            await SQL.begin_hand_over(
                connection, mail_id=mail.mail_id, at=self._clock(), owner=owner
            )
        return Begun.YES

    async def accepted(self, mail_id: UUID, fence: int, smtp_code: int = SMTP_OK) -> None:
        """The mail server has the mail."""
        await self._end(
            mail_id, fence, MailState.SENT, LedgerState.SENT, Outcome.SENT, None, smtp_code
        )

    async def refused(self, mail_id: UUID, fence: int, reason: str, smtp_code: int | None) -> None:
        """The mail will never be accepted, or was refused for longer than we try."""
        await self._end(
            mail_id,
            fence,
            MailState.FAILED,
            LedgerState.BOUNCED,
            Outcome.BOUNCED,
            reason,
            smtp_code,
        )

    async def uncertain(self, mail_id: UUID, fence: int, reason: str) -> None:
        """Nobody can tell but a person."""
        await self._end(
            mail_id, fence, MailState.UNKNOWN, LedgerState.UNKNOWN, Outcome.UNKNOWN, reason, None
        )

    async def again(
        self, mail_id: UUID, fence: int, not_before: datetime, attempt: int, reason: str
    ) -> None:
        """A mail whose hand-over had begun was certainly not accepted: back to the queue.

        What came meanwhile passed its rows by, so their pairs are reckoned anew.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            await SQL.lock_state(connection)
            back = await SQL.requeue_mail(
                connection,
                mail_id=mail_id,
                fence=fence,
                not_before=not_before,
                attempt=attempt,
                reason=reason,
            )
            if back is not None:
                queued = await rows(SQL.requeue_rows(connection, mail_id=mail_id))
                pairs = [(row["tender_id"], row["supplier_id"]) for row in queued]
                await ledger.follow(connection, pairs, self._clock())
                await wake(connection, SENDER)

    async def release(
        self, mail: Leased, not_before: datetime, attempt: int, reason: str | None
    ) -> None:
        """A leased mail goes back to the queue."""
        await SQL.release_mail(
            self._pool,
            mail_id=mail.mail_id,
            fence=mail.fence,
            not_before=not_before,
            attempt=attempt,
            reason=reason,
        )

    async def cancel(self, mail: Leased, why: str | None) -> None:
        """A leased mail is not sent. With `why` its rows are suppressed, else planned anew."""
        at = self._clock()
        async with self._pool.acquire() as connection, connection.transaction():
            ours = await SQL.own_mail(connection, mail_id=mail.mail_id, fence=mail.fence)
            if ours is None:
                return
            if why is None:
                await SQL.thaw_rows(connection, mail_id=mail.mail_id)
                await wake(connection, PLANNER)
            else:
                stopped = await rows(
                    SQL.suppress_rows(connection, mail_id=mail.mail_id, at=at, reason=why)
                )
                await tell(connection, stopped, Outcome.SUPPRESSED, mail_id=mail.mail_id)
            await SQL.cancel_mail(connection, mail_id=mail.mail_id, at=at, reason=why)

    async def _end(
        self,
        mail_id: UUID,
        fence: int,
        state: MailState,
        ledger_state: LedgerState,
        outcome: Outcome,
        reason: str | None,
        smtp_code: int | None,
    ) -> None:
        at = self._clock()
        async with self._pool.acquire() as connection, connection.transaction():
            settled = await SQL.settle_mail(
                connection,
                mail_id=mail_id,
                fence=fence,
                state=state,
                at=at,
                smtp_code=smtp_code,
                reason=reason,
            )
            if settled is None:
                return
            told = await rows(
                SQL.settle_rows(
                    connection, mail_id=mail_id, state=ledger_state, at=at, reason=reason
                )
            )
            await tell(
                connection,
                told,
                outcome,
                mail_id=mail_id,
                smtp_code=smtp_code,
                handed_over_at=settled["handing_over_at"],
            )
        metrics.OUTCOMES.labels(outcome=outcome.value).inc()


async def _basis_now(connection: Connection, mail: Leased) -> Basis:
    if mail.kind is MailKind.CONFIRM:
        return basis_of_request(await SQL.mail_request_now(connection, mail_id=mail.mail_id))
    return basis_of_rows(await rows(SQL.mail_rows_now(connection, mail_id=mail.mail_id)))
