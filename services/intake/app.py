"""Intake: notices and profiles in, Postgres and outbox in one transaction, facts on Kafka out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

from fastapi import APIRouter, FastAPI
from prometheus_client import CollectorRegistry

from services.intake import pages
from services.intake.api import docs, openapi, problems, routes
from services.intake.background import Background, Step
from services.intake.commands import Commands
from services.intake.domain.notice import Notice
from services.intake.domain.refusal import FieldProblem, Refused
from services.intake.healing import Healer
from services.intake.keys import Scope, add_key
from services.intake.pages.problems import problem_page
from services.intake.reconciliation import Gauges
from services.intake.settings import Settings
from services.intake.sources import eforms
from services.intake.sources.errors import SourceError
from services.intake.store import Store
from services.intake.trail import Listener
from shared import topics
from shared.clock import Clock, system_clock
from shared.contracts.events import PROGRESS, Feedback, Notification
from shared.contracts.supplier import Contact, Supplier
from shared.contracts.tender import Tender
from shared.db import create_pool, migrate
from shared.kafka import Broker, make_broker, subscribe
from shared.links import Links
from shared.relay import Relay
from shared.telemetry import health_routes
from shared.topics import Topic
from shared.web import static_files
from shared.web.static import STATIC_PATH

SERVICE = "intake"
GAUGES_S = 2.0


def make_app(settings: Settings | None = None, clock: Clock = system_clock) -> FastAPI:
    """Build intake; Postgres and Kafka are reached when the application starts."""
    settings = settings or Settings()
    dsn = settings.database_dsn.get_secret_value()
    links = Links(settings.link_secret.get_secret_value(), clock)
    registry = CollectorRegistry()
    gauges = Gauges(registry)
    broker = make_broker(settings, SERVICE)
    store = Store()
    commands = Commands(store, read_notice, links, clock)
    listen(broker, Listener(store, clock), Healer(store, clock))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(migrate, dsn, SERVICE)
        async with AsyncExitStack() as resources:
            pool = await create_pool(dsn, SERVICE, settings.database_pool_size)
            resources.push_async_callback(pool.close)
            store.use(pool)
            await _bootstrap(store, settings, clock)
            background = Background()
            resources.push_async_callback(background.stop)
            background.run("relay", Relay(dsn, SERVICE, settings, clock).run())
            background.repeat("gauges", _measure(commands, gauges), GAUGES_S)
            background.run("consumers", background.consume(broker))
            yield

    app = FastAPI(title="Ombud", version="1", lifespan=lifespan, docs_url=None, redoc_url=None)
    openapi.install(app)
    docs.install(app)
    renderer = pages.make_renderer(clock)
    problems.install(app, problem_page(renderer))
    app.include_router(routes.routes(commands))
    app.include_router(pages.routes(commands, settings, links, clock, renderer))
    app.mount(STATIC_PATH, static_files())
    app.include_router(_health(store, registry))
    return app


def read_notice(xml: bytes, tenant_id: str) -> Notice:
    """Read an eForms notice; what its reader refuses is refused here too, with the place named."""
    try:
        return eforms.read_notice(xml, tenant_id)
    except SourceError as error:
        where = [FieldProblem(error.where, error.message)] if error.where else []
        raise Refused(error.code, error.message, *where) from None


def listen(broker: Broker, listener: Listener, healer: Healer) -> None:
    """What intake hears: what became of its facts, answers of suppliers, and its own topics."""
    hear = partial(_hear, broker)
    hear(topics.PROGRESS, PROGRESS, listener.progress)
    hear(topics.NOTIFICATIONS, Notification, listener.notifications)
    hear(topics.FEEDBACK, Feedback, listener.feedback)
    hear(topics.TENDERS, Tender, healer.tenders)
    hear(topics.SUPPLIERS, Supplier, healer.suppliers)
    hear(topics.CONTACTS, Contact, healer.contacts)


def _hear(broker: Broker, topic: Topic, model: Any, handle: Any) -> None:
    group = f"{SERVICE}.{topic.name.removesuffix('.v1')}"
    subscribe(broker, topic=topic, group=group, model=model, handle=handle)


async def _bootstrap(store: Store, settings: Settings, clock: Clock) -> None:
    """The key that a local stack's feeder uses, if there is to be one."""
    if settings.bootstrap_key is None:
        return
    async with store.pool.acquire() as connection:
        await add_key(
            connection,
            settings.bootstrap_key.get_secret_value(),
            list(Scope),
            tenant_id=settings.tenant_id,
            label="bootstrap",
            at=clock(),
        )


def _measure(commands: Commands, gauges: Gauges) -> Step:
    async def measure() -> None:
        gauges.set(await commands.reconciliation())

    return measure


def _health(store: Store, registry: CollectorRegistry) -> APIRouter:
    """Intake takes in while Kafka is away, so only Postgres decides whether it is ready."""

    async def postgres() -> bool:
        return bool(await store.pool.fetchval("SELECT 1", timeout=2) == 1)

    return health_routes({"postgres": postgres}, registry)
