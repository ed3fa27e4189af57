"""The matcher: routes tenders and suppliers into the shard log, matches there, tells matches."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from services.matcher.router import Router
from services.matcher.scoring import Weights
from services.matcher.settings import Settings
from services.matcher.shard import Shards
from shared.clock import Clock, system_clock
from shared.kafka import make_broker
from shared.telemetry import health_routes

WEIGHTS = Path(__file__).with_name("weights.json")


def make_app(settings: Settings | None = None, clock: Clock = system_clock) -> FastAPI:
    """Build the matcher; Kafka is reached when the application starts."""
    settings = settings or Settings()
    registry = CollectorRegistry()
    broker = make_broker(settings, "matcher")
    router = Router(broker)
    shards = Shards(broker, Weights.parse(WEIGHTS.read_text("utf-8")), clock, registry)
    router.subscribe()
    shards.subscribe(settings.shard_batch)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await broker.start()
        yield
        await broker.stop()
        await router.stop()
        await shards.stop()

    app = FastAPI(title="Ombud matcher", lifespan=lifespan, docs_url=None, openapi_url=None)
    app.include_router(health_routes({"kafka": broker.reachable}, registry))
    return app
