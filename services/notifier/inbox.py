"""What other services tell: kept, and the ledger brought up to it, in one transaction a batch.

Only when that is committed is the offset. A batch that comes again changes nothing: its events are
in the inbox, and what they say is no newer than what is known.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TypeVar

import asyncpg

from services.notifier import ledger
from services.notifier.domain.newest import newest_contacts, newest_matches, newest_tenders
from services.notifier.domain.planning import mail_id_of_request, message_id_of
from services.notifier.domain.states import MailKind, Priority
from services.notifier.statements import SENDER, SQL, rows, wake
from shared import failpoints
from shared.clock import Clock
from shared.contracts.codes import RecordStatus
from shared.contracts.events import MailRequest
from shared.contracts.match import MatchBatch
from shared.contracts.supplier import Contact
from shared.contracts.tender import Tender
from shared.db import Connection
from shared.kafka import Batch, Event

M = TypeVar("M")

KEPT = timedelta(days=30)
"""Inbox rows are kept longer than any topic without compaction keeps its records."""


class Inbox:
    """Handlers of the four topics that the notifier reads."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock, message_domain: str) -> None:
        self._pool = pool
        self._clock = clock
        self._message_domain = message_domain

    async def tenders(self, batch: Batch[Tender]) -> None:
        """Keep the newest state of each tender."""
        async with self._new(batch) as (connection, events, at):
            newest = newest_tenders((event.key, event.body) for event in events)
            changed = await rows(
                SQL.keep_tenders(
                    connection,
                    ids=list(newest),
                    revisions=[tender.revision if tender else 0 for tender in newest.values()],
                    gone=[tender is None for tender in newest.values()],
                    bodies=[tender and tender.model_dump_json() for tender in newest.values()],
                    at=at,
                )
            )
            pairs = await ledger.pairs_of_tenders(connection, [r["tender_id"] for r in changed])
            await ledger.follow(connection, pairs, at)

    async def contacts(self, batch: Batch[Contact]) -> None:
        """Keep the newest state of each contact; of an erased one only that it is erased."""
        async with self._new(batch) as (connection, events, at):
            newest = newest_contacts((event.key, event.body) for event in events)
            kept = [_ContactRow(key, contact) for key, contact in newest.items()]
            changed = await rows(
                SQL.keep_contacts(
                    connection,
                    ids=[row.recipient_id for row in kept],
                    suppliers=[row.supplier_id for row in kept],
                    revisions=[row.revision for row in kept],
                    statuses=[row.status for row in kept],
                    consented=[row.consented_at for row in kept],
                    confirmed=[row.confirmed_at for row in kept],
                    bodies=[row.body for row in kept],
                    at=at,
                )
            )
            firms = {row["supplier_id"] for row in changed}
            pairs = await ledger.pairs_of_suppliers(connection, firms)
            await ledger.follow(connection, pairs, at)
            await self._queue_requests(connection, [row["recipient_id"] for row in changed], at)

    async def matches(self, batch: Batch[MatchBatch]) -> None:
        """Keep the newest match of each pair."""
        async with self._new(batch) as (connection, events, at):
            told = [event.body for event in events if event.body is not None]
            newest = newest_matches(match for body in told for match in body.matches)
            matches = list(newest.values())
            changed = await rows(
                SQL.keep_matches(
                    connection,
                    tenders=[match.tender_id for match in matches],
                    suppliers=[match.supplier_id for match in matches],
                    tenants=[match.tenant_id for match in matches],
                    tender_revisions=[match.tender_revision for match in matches],
                    supplier_revisions=[match.supplier_revision for match in matches],
                    verdicts=[match.verdict for match in matches],
                    bodies=[match.model_dump_json() for match in matches],
                    at=at,
                )
            )
            pairs = [(row["tender_id"], row["supplier_id"]) for row in changed]
            await ledger.follow(connection, pairs, at)

    async def mail_requests(self, batch: Batch[MailRequest]) -> None:
        """Queue each request once, as soon as its recipient is known."""
        async with self._new(batch) as (connection, events, at):
            requests = [event.body for event in events if event.body is not None]
            new = await rows(
                SQL.keep_requests(
                    connection,
                    ids=[request.request_id for request in requests],
                    recipients=[request.recipient_id for request in requests],
                    kinds=[request.kind for request in requests],
                    languages=[request.language for request in requests],
                    expiries=[request.expires_at for request in requests],
                    contact_revisions=[request.contact_revision for request in requests],
                    at=at,
                )
            )
            await self._queue_requests(connection, [row["recipient_id"] for row in new], at)

    async def forget(self) -> bool:
        """Drop inbox rows that no delivery can repeat any more."""
        await SQL.forget_events(self._pool, before=self._clock() - KEPT)
        return False

    @asynccontextmanager
    async def _new(
        self, batch: Batch[M]
    ) -> AsyncIterator[tuple[Connection, Sequence[Event[M]], datetime]]:
        """One transaction over the events of a batch that were not handled before."""
        at = self._clock()
        async with self._pool.acquire() as connection, connection.transaction():
            await SQL.lock_state(connection)
            taken = await rows(
                SQL.take_events(
                    connection,
                    topic=batch.topic,
                    partition=batch.partition,
                    offsets=[event.record.offset for event in batch.events],
                    event_ids=[event.id for event in batch.events],
                    at=at,
                )
            )
            new = {row["kafka_offset"] for row in taken}
            yield connection, [e for e in batch.events if e.record.offset in new], at
            failpoints.hit("notifier.inbox.before_commit")
        failpoints.hit("notifier.inbox.after_commit")

    async def _queue_requests(
        self, connection: Connection, recipients: Sequence[str], at: datetime
    ) -> None:
        ready = await rows(SQL.requests_ready(connection, recipients=list(recipients)))
        if not ready:
            return
        mail_ids = [mail_id_of_request(row["request_id"]) for row in ready]
        await SQL.add_mails(
            connection,
            kind=MailKind.CONFIRM,
            priority=Priority.TRANSACTIONAL,
            mail_ids=mail_ids,
            recipients=[row["recipient_id"] for row in ready],
            message_ids=[message_id_of(mail_id, self._message_domain) for mail_id in mail_ids],
            at=at,
        )
        await SQL.attach_requests(
            connection, request_ids=[row["request_id"] for row in ready], mail_ids=mail_ids
        )
        await wake(connection, SENDER)


class _ContactRow:
    """A contact as it is stored: nothing personal once it is erased."""

    def __init__(self, recipient_id: str, contact: Contact | None) -> None:
        erased = contact is None or contact.status is RecordStatus.ERASED
        consent = contact.consent if contact and not erased else None
        self.recipient_id = recipient_id
        self.supplier_id = contact.supplier_id if contact else ""
        self.revision = contact.revision if contact else 0
        self.status = RecordStatus.ERASED if erased or contact is None else contact.status
        self.consented_at = consent.given_at if consent else None
        self.confirmed_at = consent.confirmed_at if consent else None
        self.body = contact.model_dump_json() if contact and not erased else None
