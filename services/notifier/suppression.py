"""Stopping mail: acts at once, and beats every contact record until a later consent."""

from datetime import datetime
from uuid import uuid4

import asyncpg

from services.notifier import ledger
from services.notifier.domain.states import Why
from services.notifier.outcomes import SERVICE, tell
from services.notifier.statements import SQL, rows
from shared import outbox
from shared.contracts.base import RecipientId, SupplierId
from shared.contracts.codes import FeedbackKind, Outcome
from shared.contracts.events import Feedback
from shared.kafka import Message
from shared.topics import FEEDBACK


class Suppressions:
    """Who is not to be mailed, by their own word."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def unsubscribe(self, recipient_id: str, at: datetime) -> None:
        """No more mail to this recipient, from now; what is queued is cancelled.

        May be called again and for unknown recipients. `feedback.v1` is told once.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            await SQL.lock_state(connection)
            before = await SQL.recipient_barrier(connection, recipient_id=recipient_id)
            await rows(
                SQL.suppress_since(
                    connection, recipient_id=recipient_id, at=at, reason=Why.UNSUBSCRIBED
                )
            )
            if before is None or before["barrier"] in (Why.UNSUBSCRIBED, Why.ERASED):
                return
            stopped = await rows(
                SQL.suppress_recipient(
                    connection, recipient_id=recipient_id, at=at, reason=Why.UNSUBSCRIBED
                )
            )
            await tell(connection, stopped, Outcome.SUPPRESSED)
            pairs = await ledger.pairs_of_suppliers(connection, [before["supplier_id"]])
            await ledger.follow(connection, pairs, at)
            told = _unsubscribed(before["supplier_id"], recipient_id, at)
            await outbox.add(connection, [(before["tenant_id"], told)], SERVICE)


def _unsubscribed(supplier_id: str, recipient_id: str, at: datetime) -> Message:
    return Message(
        topic=FEEDBACK,
        key=supplier_id,
        time=at,
        body=Feedback(
            feedback_id=str(uuid4()),
            supplier_id=SupplierId(supplier_id),
            recipient_id=RecipientId(recipient_id),
            kind=FeedbackKind.UNSUBSCRIBED,
            at=at,
        ),
    )
