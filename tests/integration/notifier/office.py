"""A notifier without Kafka: its real parts on real Postgres and SMTP, turned by hand."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import orjson

from deploy.local.inbox.store import Store
from services.notifier.compose import Composer, Sites
from services.notifier.inbox import Inbox
from services.notifier.message import Sender
from services.notifier.planner import Planner
from services.notifier.progress import ProgressTeller
from services.notifier.reconcile import Reconciler
from services.notifier.record import DeliveryRecord
from services.notifier.render import MailRenderer
from services.notifier.sender import InHand, SendWorker
from services.notifier.session import Session
from services.notifier.settings import Settings
from services.notifier.suppression import Suppressions
from shared.contracts.base import Contract
from shared.contracts.events import MailRequest, Settled
from shared.contracts.match import Match, MatchBatch
from shared.contracts.tender import Tender
from shared.db import create_pool
from shared.kafka import Batch, Event, Record
from shared.links import Links
from tests.integration.notifier.things import NOON, batch_of

LINK_SECRET = "a-secret-of-the-tests"


class Hands:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def move(self, **ahead: float) -> None:
        """Move on by a `timedelta`."""
        self.now += timedelta(**ahead)


class StoreRecord:
    """The mail server's record: what the test's inbox has kept."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.reachable = True

    async def accepted(self, message_id: str) -> bool | None:
        if not self.reachable:
            return None
        return any(entry.message_id == message_id for entry in self._store.all())


class Office:
    """One process of the notifier."""

    def __init__(
        self,
        settings: Settings,
        pool: asyncpg.Pool,
        clock: Hands,
        record: DeliveryRecord | None,
    ) -> None:
        self.pool = pool
        self.clock = clock
        dsn = settings.database_dsn.get_secret_value()
        self.session = Session(dsn, "notifier")
        self.inbox = Inbox(pool, clock, settings.mail_domain)
        self.planner = Planner(pool, clock, settings.mail_domain)
        self.progress = ProgressTeller(pool, clock)
        self.suppressions = Suppressions(pool)
        in_hand = InHand()
        self.composer = Composer(
            MailRenderer(),
            Links(LINK_SECRET, clock),
            Sites(notifier="http://mail.example", intake="http://ombud.example"),
            Sender(settings.mail_from, settings.mail_from_name),
            clock,
        )
        self.stop = asyncio.Event()
        self.workers = [
            SendWorker(pool, clock, settings, self.composer, self.session, in_hand, self.stop)
            for _ in range(settings.smtp_workers)
        ]
        self.reconciler = Reconciler(pool, clock, self.session, in_hand, record, settings.settle)
        self._offsets = itertools.count()

    async def take(self, *told: Contract | tuple[str, None]) -> None:
        """Let each arrive as a record of its own; `(key, None)` is a tombstone of a contact."""
        for body in told:
            await self.deliver([self.event(body)])

    def event(self, body: Contract | tuple[str, None]) -> Event[Any]:
        """The body as an event at the next offset."""
        key, value = (body[0], None) if isinstance(body, tuple) else (_key(body), body)
        if isinstance(value, Match):
            value = batch_of(value)
        offset = next(self._offsets)
        record = Record("any", 0, offset, 0, key.encode(), b"", ())
        return Event(f"event-{offset}", "any", self.clock(), key, value, record)

    async def deliver(self, events: list[Event[Any]], topic: str | None = None) -> None:
        """Deliver events of one topic as one batch."""
        body = events[0].body
        handle = next(
            handler
            for kind, handler in (
                (Tender, self.inbox.tenders),
                (MatchBatch, self.inbox.matches),
                (MailRequest, self.inbox.mail_requests),
                (object, self.inbox.contacts),
            )
            if isinstance(body, kind)
        )
        offsets = [event.record.offset for event in events]
        batch: Batch[Any] = Batch("any", 0, offsets[0], offsets[-1] + 1, tuple(events))
        await handle(batch)

    async def plan(self) -> None:
        """Plan all that can be planned."""
        while await self.planner.turn():
            pass

    async def send(self) -> None:
        """Plan, and let all workers at once send all that is due."""
        await self.plan()
        await asyncio.gather(*(self._work(worker) for worker in self.workers))

    async def _work(self, worker: SendWorker) -> None:
        while await worker.turn():
            await self.plan()

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query, as tuples."""
        return [tuple(row) for row in await self.pool.fetch(query)]

    async def ledger(self) -> list[tuple[Any, ...]]:
        """Tender, recipient, state and reason of every ledger row."""
        return await self.rows(
            "SELECT tender_id, recipient_id, state, reason FROM ledger ORDER BY 1, 2"
        )

    async def told(self, topic: str) -> list[dict[str, Any]]:
        """Bodies in the outbox for `topic`, oldest first."""
        found = await self.pool.fetch(
            "SELECT value FROM outbox WHERE topic = $1 ORDER BY ordinal", topic
        )
        return [orjson.loads(row["value"]) for row in found]

    async def settled(self) -> dict[str, Any]:
        """Count progress anew; the last that was told, without its time."""
        await self.progress.turn()
        last = Settled.model_validate((await self.told("progress.v1"))[-1])
        return last.model_dump(
            include={"tender_revision", "sent", "suppressed", "unknown", "queued"}
        )


@asynccontextmanager
async def opened(
    dsn: str, smtp_port: int, clock: Hands, record: DeliveryRecord | None, **changes: object
) -> AsyncIterator[Office]:
    """A running process: it holds its owner lock."""
    settings = Settings.model_validate(
        {
            "database_dsn": dsn,
            "link_secret": LINK_SECRET,
            "smtp_port": smtp_port,
            "smtp_timeout_s": 5,
            "smtp_settle_s": 60,
            **changes,
        }
    )
    pool = await create_pool(dsn, "notifier")
    office = Office(settings, pool, clock, record)
    ready = office.session.wakes_on("ready")
    running = asyncio.create_task(office.session.run())
    await asyncio.wait_for(ready.wait(), 10)
    try:
        yield office
    finally:
        for worker in office.workers:
            worker.close()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await pool.close()


def _key(body: Contract) -> str:
    for field in ("recipient_id", "tender_id"):
        if hasattr(body, field):
            return str(getattr(body, field))
    raise TypeError(type(body))
