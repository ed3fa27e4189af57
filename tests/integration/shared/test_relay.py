"""The relay against SIGSTOP, abort and rows that cannot be published."""

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import asyncpg
import orjson
import pytest

from shared import failpoints, outbox, topics
from shared.contracts.base import TenantId
from shared.contracts.events import Matched
from shared.db import create_pool
from shared.kafka import Message
from shared.relay import _NEXT, BATCH, BATCH_BYTES
from tests.integration.kafka import read_all, until
from tests.integration.shared.relay_process import FENCED
from tests.stack import Sandbox

AT = datetime(2026, 11, 20, tzinfo=UTC)
TENANT = TenantId("t1")


@contextmanager
def relay(sandbox: Sandbox, failpoint: str = "") -> Iterator["subprocess.Popen[bytes]"]:
    """A relay process of its own; killed at the end."""
    variables = os.environ | sandbox.environment("intake") | {"OMBUD_FAILPOINT": failpoint}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.shared.relay_process"],
        env=variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
async def database(sandbox: Sandbox) -> AsyncIterator[asyncpg.Pool]:
    pool = await create_pool(sandbox.dsn("intake"), "intake", size=2)
    yield pool
    await pool.close()


def message(number: int) -> Message:
    key = f"t{number % 10}"
    body = Matched(tender_id=key, tender_revision=number, partition=0, count=0, at=AT)
    return Message(topics.PROGRESS, key, body, AT)


async def add(pool: asyncpg.Pool, numbers: range) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await outbox.add(connection, [(TENANT, message(n)) for n in numbers], "intake")


async def until_left(pool: asyncpg.Pool, left: int) -> None:
    async def reached() -> bool:
        return bool(await pool.fetchval("SELECT count(*) FROM outbox") <= left)

    await until(reached)


async def until_ended(process: "subprocess.Popen[bytes]") -> int:
    async def ended() -> bool:
        return process.poll() is not None

    await until(ended)
    return int(process.returncode)


async def published(sandbox: Sandbox) -> list[int]:
    """The numbers that a consumer sees: in order within each key, a batch perhaps twice."""
    by_key: dict[bytes, list[int]] = {}
    for record in await read_all(sandbox.kafka, topics.PROGRESS.name):
        assert record.key and record.value
        by_key.setdefault(record.key, []).append(orjson.loads(record.value)["tender_revision"])
    for numbers in by_key.values():
        first_seen = list(dict.fromkeys(numbers))
        assert first_seen == sorted(first_seen)
        assert numbers[-1] == max(numbers)
    return sorted(number for numbers in by_key.values() for number in numbers)


async def test_a_relay_stopped_in_mid_batch_is_replaced_and_its_late_records_are_never_seen(
    sandbox: Sandbox, database: asyncpg.Pool
) -> None:
    await add(database, range(1200))
    with relay(sandbox, "relay.before_commit:2:stop") as first:
        await until_left(database, 700)
        with relay(sandbox):
            await until_left(database, 0)
            first.send_signal(signal.SIGCONT)
            await add(database, range(1200, 1300))
            assert await until_ended(first) == FENCED
            await until_left(database, 0)
    assert await published(sandbox) == list(range(1300))


@pytest.mark.parametrize("place", ["relay.before_commit", "relay.after_commit"])
async def test_a_relay_that_dies_loses_nothing(
    sandbox: Sandbox, database: asyncpg.Pool, place: str
) -> None:
    await add(database, range(700))
    with relay(sandbox, f"{place}:1") as first:
        assert await until_ended(first) == failpoints.EXIT_CODE
    with relay(sandbox):
        await until_left(database, 0)
    assert sorted(set(await published(sandbox))) == list(range(700))


async def test_a_row_that_is_too_large_is_parked_and_only_its_key_waits(
    sandbox: Sandbox, database: asyncpg.Pool
) -> None:
    await add(database, range(20))
    await database.execute(
        "UPDATE outbox SET value = decode(repeat('ab', 7000000), 'hex') WHERE key = 't3' "
        "AND ordinal = (SELECT min(ordinal) FROM outbox WHERE key = 't3')"
    )
    with relay(sandbox):
        await until_left(database, 2)
    rows = await database.fetch("SELECT key, parked_reason FROM outbox ORDER BY ordinal")
    assert [row["key"] for row in rows] == ["t3", "t3"]
    assert rows[0]["parked_reason"] == "MessageSizeTooLargeError"
    assert await published(sandbox) == [n for n in range(20) if n % 10 != 3]


async def test_large_rows_go_out_a_few_at_a_time_in_order(
    sandbox: Sandbox, database: asyncpg.Pool
) -> None:
    """Sixty of 4 MiB are neither held in memory at once nor in one transaction."""
    await add(database, range(60))
    await database.execute(
        "UPDATE outbox SET value = decode(repeat('20', 4000000), 'hex') || value WHERE key <> 't1'"
    )
    rows = await database.fetch(_NEXT, BATCH, BATCH_BYTES)
    assert [row["ordinal"] for row in rows] == list(range(1, 7))
    with relay(sandbox):
        await until_left(database, 0)
    assert await published(sandbox) == list(range(60))
