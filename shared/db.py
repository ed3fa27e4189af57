"""Postgres: a pool, SQL by name, migrations by number."""

from pathlib import Path
from typing import Any

import aiosql
import asyncpg
import orjson
from aiosql.queries import Queries
from alembic import command
from alembic.config import Config
from asyncpg.pool import PoolConnectionProxy

HERE = Path(__file__).parent
SERVICES = HERE.parent / "services"

UNAVAILABLE = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.DiskFullError,
    asyncpg.OutOfMemoryError,
    asyncpg.ReadOnlySQLTransactionError,
)
"""Errors that say that Postgres cannot serve at present, whatever it was asked."""

Connection = asyncpg.Connection | PoolConnectionProxy
"""A connection of one's own, or one that a pool has lent."""


async def create_pool(dsn: str, schema: str, size: int = 10) -> asyncpg.Pool:
    """A pool whose connections see one service's schema; JSON columns are Python objects."""
    pool = await asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=size,
        init=_json_codec,
        server_settings={
            "search_path": schema,
            "application_name": schema,
            "timezone": "UTC",
        },
        command_timeout=60,
    )
    assert pool is not None
    return pool


async def _json_codec(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="text",
        encoder=lambda value: value if isinstance(value, str) else orjson.dumps(value).decode(),
        decoder=orjson.loads,
    )


def load_queries(path: Path) -> Queries:
    """The named statements of a `queries.sql`."""
    queries: Queries = aiosql.from_path(path, "asyncpg", mandatory_parameters=False)
    return queries


def alembic_config(service: str, dsn: str) -> Config:
    """Alembic for one service: its own schema, its own numbered versions."""
    config = Config(attributes={"dsn": dsn, "schema": service})
    config.set_main_option("script_location", str(HERE / "migrations"))
    config.set_main_option("version_locations", str(SERVICES / service / "migrations"))
    config.set_main_option("path_separator", "newline")
    return config


def migrate(dsn: str, service: str) -> None:
    """Bring a service's schema to the newest version; several may run this at once."""
    command.upgrade(alembic_config(service, dsn), "head")


def migration_sql(service: str, output: Any) -> None:
    """Write the SQL of all migrations to `output`, for linters and readers."""
    config = alembic_config(service, "postgresql://")
    config.output_buffer = output
    command.upgrade(config, "head", sql=True)
