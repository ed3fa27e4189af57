"""The notifier: tenders, contacts and matches become a ledger, mails, and what became of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg
import httpx
from fastapi import APIRouter, FastAPI

from services.notifier import metrics
from services.notifier.compose import Composer, Sites
from services.notifier.inbox import Inbox
from services.notifier.loops import Loops
from services.notifier.mailpit import MailpitRecord
from services.notifier.message import Sender
from services.notifier.pages import make_pages
from services.notifier.planner import Planner
from services.notifier.progress import ProgressTeller
from services.notifier.reconcile import Reconciler
from services.notifier.record import DeliveryRecord, InboxRecord
from services.notifier.render import MailRenderer
from services.notifier.sender import InHand, SendWorker
from services.notifier.session import Session
from services.notifier.settings import Settings
from services.notifier.statements import PLANNER, SENDER
from services.notifier.suppression import Suppressions
from shared import topics
from shared.clock import Clock, system_clock
from shared.contracts.events import MailRequest
from shared.contracts.match import MatchBatch
from shared.contracts.supplier import Contact
from shared.contracts.tender import Tender
from shared.db import create_pool, migrate
from shared.kafka import Broker, make_broker, subscribe
from shared.links import Links
from shared.relay import Relay
from shared.telemetry import health_routes
from shared.web import static_files
from shared.web.static import STATIC_PATH

SERVICE = "notifier"
MATCH_RECORDS = 20
"""Each record holds up to 500 matches: one transaction handles at most 10,000."""
PROGRESS_S = 0.5
"""Progress is told at most this often."""
GAUGES_S = 5.0
FORGET_S = 3600.0


def make_app(settings: Settings | None = None, clock: Clock = system_clock) -> FastAPI:
    """Build the notifier; Postgres and Kafka are reached when the application starts."""
    settings = settings or Settings()
    dsn = settings.database_dsn.get_secret_value()
    links = Links(settings.link_secret.get_secret_value(), clock)
    broker = make_broker(settings, SERVICE)
    session = Session(dsn, SERVICE)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(migrate, dsn, SERVICE)
        async with AsyncExitStack() as resources:
            pool = await create_pool(dsn, SERVICE, settings.database_pool_size)
            resources.push_async_callback(pool.close)
            client = await resources.enter_async_context(httpx.AsyncClient(timeout=5))
            inbox = Inbox(pool, clock, settings.mail_domain)
            loops = Loops()
            loops.run_always("session", session.run())
            loops.run_always("relay", Relay(dsn, SERVICE, settings, clock).run())
            loops.turn(
                "planner",
                Planner(pool, clock, settings.mail_domain).turn,
                wake=session.wakes_on(PLANNER),
            )
            loops.turn("progress", ProgressTeller(pool, clock).turn, every_s=PROGRESS_S)
            loops.turn("gauges", metrics.Gauges(pool, clock).turn, every_s=GAUGES_S)
            loops.turn("inbox", inbox.forget, every_s=FORGET_S)
            _add_senders(loops, settings, clock, pool, session, client, links)
            _subscribe(broker, inbox)
            app.include_router(
                make_pages(Suppressions(pool).unsubscribe, links, clock, settings.intake_url)
            )
            app.include_router(_health(broker, pool, session))
            resources.push_async_callback(loops.stop)
            loops.start()
            resources.push_async_callback(broker.stop)
            await broker.start()
            yield

    app = FastAPI(title="Ombud notifier", lifespan=lifespan, docs_url=None, openapi_url=None)
    app.mount(STATIC_PATH, static_files())
    return app


def _add_senders(
    loops: Loops,
    settings: Settings,
    clock: Clock,
    pool: asyncpg.Pool,
    session: Session,
    client: httpx.AsyncClient,
    links: Links,
) -> None:
    """Workers that hand mails over, and who looks after what they leave uncertain."""
    sender = Sender(settings.mail_from, settings.mail_from_name, settings.mail_reply_to)
    sites = Sites(notifier=settings.public_url, intake=settings.intake_url)
    composer = Composer(MailRenderer(), links, sites, sender, clock)
    in_hand = InHand()
    for number in range(settings.smtp_workers):
        worker = SendWorker(pool, clock, settings, composer, session, in_hand, loops.stopping)
        loops.turn(f"sender-{number}", worker.turn, wake=session.wakes_on(SENDER))
        loops.at_end(worker.close)
    record = _record(settings, client)
    reconciler = Reconciler(pool, clock, session, in_hand, record, settings.settle)
    loops.turn("reconciler", reconciler.turn)


def _record(settings: Settings, client: httpx.AsyncClient) -> DeliveryRecord | None:
    """Where one can see what the mail server accepted, if there is such a place."""
    if settings.smtp_record_url is None:
        return None
    if settings.smtp_record == "mailpit":
        return MailpitRecord(client, settings.smtp_record_url)
    return InboxRecord(client, settings.smtp_record_url)


def _subscribe(broker: Broker, inbox: Inbox) -> None:
    """One consumer group a topic, so that a slow one holds up only itself."""
    subscribe(
        broker,
        topic=topics.TENDERS,
        group="notifier.tenders",
        model=Tender,
        handle=inbox.tenders,
        max_records=100,
    )
    subscribe(
        broker,
        topic=topics.CONTACTS,
        group="notifier.contacts",
        model=Contact,
        handle=inbox.contacts,
    )
    subscribe(
        broker,
        topic=topics.MATCHES,
        group="notifier.matches",
        model=MatchBatch,
        handle=inbox.matches,
        max_records=MATCH_RECORDS,
    )
    subscribe(
        broker,
        topic=topics.MAIL_REQUESTS,
        group="notifier.mail-requests",
        model=MailRequest,
        handle=inbox.mail_requests,
    )


def _health(broker: Broker, pool: asyncpg.Pool, session: Session) -> APIRouter:
    async def postgres() -> bool:
        return bool(await pool.fetchval("SELECT 1", timeout=2) == 1)

    async def owner() -> bool:
        return session.owner is not None

    return health_routes(
        {"kafka": broker.reachable, "postgres": postgres, "session": owner}, metrics.REGISTRY
    )
