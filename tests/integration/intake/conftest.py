"""Intake on a migrated database of the test's own, without Kafka unless a test asks for it."""

import itertools
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import asyncpg
import httpx
import psycopg
import pytest
from fastapi import FastAPI
from psycopg import sql

from services.intake.api import openapi, problems, routes
from services.intake.app import read_notice
from services.intake.commands import Commands
from services.intake.keys import Scope, add_key, new_key
from services.intake.store import Store
from shared.db import create_pool
from shared.links import Links
from tests.stack import LINK_SECRET, Stack, drop_database

_numbers = itertools.count(1)


@dataclass
class Hands:
    """A clock that a test moves."""

    now: datetime = field(default=datetime(2026, 11, 24, 12, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        self.now += by


@pytest.fixture
def dsn(stack: Stack) -> Iterator[str]:
    """A fresh database with intake's schema."""
    name = f"ombud_{stack.run_id}_intake_{next(_numbers)}"
    copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
        sql.Identifier(name), sql.Identifier(stack.template)
    )
    with psycopg.connect(stack.admin_dsn, autocommit=True) as admin:
        admin.execute(copy)
    yield stack.dsn("intake", name)
    drop_database(stack, name)


@pytest.fixture
async def pool(dsn: str) -> AsyncIterator[asyncpg.Pool]:
    made = await create_pool(dsn, "intake")
    yield made
    await made.close()


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def links(clock: Hands) -> Links:
    return Links(LINK_SECRET, clock)


@pytest.fixture
def commands(pool: asyncpg.Pool, clock: Hands, links: Links) -> Commands:
    return Commands(Store(pool), read_notice, links, clock)


@dataclass
class Api:
    """The HTTP API, and keys for it."""

    client: httpx.AsyncClient
    pool: asyncpg.Pool
    clock: Hands
    app: FastAPI

    async def key(self, *scopes: Scope, tenant: str = "default") -> dict[str, str]:
        """Headers with a new key."""
        key = new_key()
        async with self.pool.acquire() as connection:
            await add_key(connection, key, scopes, tenant_id=tenant, label="", at=self.clock())
        return {"Authorization": f"Bearer {key}"}

    async def rows(self, table: str) -> int:
        """How many rows a table of intake has."""
        return int(await self.pool.fetchval(f"SELECT count(*) FROM {table}"))


@pytest.fixture
async def api(pool: asyncpg.Pool, clock: Hands, commands: Commands) -> AsyncIterator[Api]:
    app = FastAPI(title="Ombud", version="1")
    openapi.install(app)
    problems.install(app)
    app.include_router(routes.routes(commands))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://intake.example") as client:
        yield Api(client, pool, clock, app)
