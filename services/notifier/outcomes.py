"""What became of ledger rows, told to the rest of the house in the same transaction."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

import asyncpg

from services.notifier.statements import SQL
from shared import outbox
from shared.contracts.codes import Outcome
from shared.contracts.events import Notification
from shared.db import Connection
from shared.kafka import Message
from shared.topics import NOTIFICATIONS

SERVICE = "notifier"


async def tell(
    connection: Connection,
    ledger_rows: Sequence[asyncpg.Record],
    outcome: Outcome,
    *,
    mail_id: UUID | None = None,
    smtp_code: int | None = None,
    handed_over_at: datetime | None = None,
) -> None:
    """Publish one `notifications.v1` record a row, and have the tenders' progress counted anew.

    `ledger_rows` are rows as they are after the change, with `settled_at` and `reason`.
    """
    messages = [
        (
            row["tenant_id"],
            Message(
                topic=NOTIFICATIONS,
                key=row["supplier_id"],
                time=row["settled_at"],
                body=Notification(
                    notification_id=str(uuid4()),
                    supplier_id=row["supplier_id"],
                    recipient_id=row["recipient_id"],
                    tender_id=row["tender_id"],
                    tender_revision=row["tender_revision"],
                    purpose=row["purpose"],
                    occurrence=row["occurrence"],
                    outcome=outcome,
                    reason=row["reason"],
                    mail_id=None if mail_id is None else str(mail_id),
                    smtp_code=smtp_code,
                    queued_at=row["queued_at"],
                    handed_over_at=handed_over_at,
                    at=row["settled_at"],
                ),
            ),
        )
        for row in ledger_rows
    ]
    await outbox.add(connection, messages, SERVICE)
    await touch(connection, [row["tender_id"] for row in ledger_rows])


async def touch(connection: Connection, tender_ids: Sequence[str]) -> None:
    """Have the progress of these tenders counted anew."""
    if tender_ids:
        await SQL.touch_tenders(connection, tenders=list(tender_ids))
