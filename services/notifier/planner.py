"""Makes mails of queued ledger rows. From then on a mail keeps the rows that it carries."""

import asyncpg

from services.notifier.domain.planning import LedgerKey, freeze, message_id_of
from services.notifier.domain.states import MailKind, Priority
from services.notifier.statements import SENDER, SQL, rows, wake
from shared import failpoints
from shared.clock import Clock
from shared.contracts.codes import Purpose
from shared.db import Connection

BATCH = 500


class Planner:
    """Plans what is due; several may run."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock, message_domain: str) -> None:
        self._pool = pool
        self._clock = clock
        self._message_domain = message_domain

    async def turn(self) -> bool:
        """Plan one batch; says whether there may be more."""
        async with self._pool.acquire() as connection, connection.transaction():
            found = await rows(SQL.rows_to_plan(connection, most=BATCH))
            if not found:
                return False
            await self._plan(connection, [_key(row) for row in found])
            await wake(connection, SENDER)
            failpoints.hit("notifier.planner.before_commit")
        return len(found) == BATCH

    async def _plan(self, connection: Connection, keys: list[LedgerKey]) -> None:
        mails = freeze(keys)
        await SQL.add_mails(
            connection,
            kind=MailKind.TENDER,
            priority=Priority.TENDER,
            mail_ids=[mail.mail_id for mail in mails],
            recipients=[mail.recipient_id for mail in mails],
            message_ids=[message_id_of(mail.mail_id, self._message_domain) for mail in mails],
            at=self._clock(),
        )
        carried = [(key, mail.mail_id) for mail in mails for key in mail.keys]
        await SQL.attach_rows(
            connection,
            tenders=[key.tender_id for key, _ in carried],
            recipients=[key.recipient_id for key, _ in carried],
            purposes=[key.purpose for key, _ in carried],
            occurrences=[key.occurrence for key, _ in carried],
            mail_ids=[mail_id for _, mail_id in carried],
        )


def _key(row: asyncpg.Record) -> LedgerKey:
    return LedgerKey(
        row["tender_id"], row["recipient_id"], Purpose(row["purpose"]), row["occurrence"]
    )
