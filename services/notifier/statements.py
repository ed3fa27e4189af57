"""The statements of `queries.sql`, ready to call."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg

from shared.db import Connection, load_queries

SQL: Any = load_queries(Path(__file__).with_name("queries.sql"))


async def rows(found: AsyncIterator[asyncpg.Record]) -> list[asyncpg.Record]:
    """All rows of a statement that gives several."""
    return [row async for row in found]


async def wake(connection: Connection, channel: str) -> None:
    """Tell the loop that listens on `channel`, once the transaction is committed."""
    await connection.execute("SELECT pg_notify($1 || '_' || current_schema(), '')", channel)


PLANNER = "planner"
SENDER = "sender"
