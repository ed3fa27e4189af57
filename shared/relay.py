"""Outbox to Kafka: one relay a service at a time, in fenced transactions.

The relay holds an advisory lock on the one connection that it uses for everything. A relay that is
stopped stops speaking on it; Postgres then ends the session (idle timeouts), which gives the lock
to the next. That one starts a producer with the same `transactional_id`, which fences the first:
what it still sends is never seen, and it ends its process when it wakes.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import timedelta
from typing import Any

import asyncpg
import orjson
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    KafkaError,
    MessageSizeTooLargeError,
    ProducerFenced,
    RecordTooLargeError,
)
from aiokafka.structs import RecordMetadata

from shared import failpoints
from shared.clock import Clock
from shared.kafka.client import make_producer
from shared.settings import KafkaSettings

log = structlog.get_logger()

BATCH = 500
BATCH_BYTES = 16 * 1_048_576
"""A transaction takes rows until they have this size: it must end long before its timeout, which
would fence this relay, and all of it is in memory."""
SILENCE_S = 10
"""A relay that says nothing to Postgres for this long has lost its lock."""
POLL_S = 1.0
LONGEST_WAIT_S = 5.0
KEPT = timedelta(days=30)

_NEXT = """
SELECT ordinal, message_id, topic, key, value, headers, created_at
FROM (
    SELECT n.*, sum(coalesce(octet_length(value), 0)) OVER (ORDER BY ordinal)
        - coalesce(octet_length(value), 0) AS bytes_before
    FROM (
        SELECT * FROM outbox o
        WHERE parked_at IS NULL AND NOT EXISTS (
            SELECT 1 FROM outbox p
            WHERE p.parked_at IS NOT NULL AND p.topic = o.topic AND p.key = o.key)
        ORDER BY ordinal LIMIT $1) AS n) AS sized
WHERE bytes_before < $2 ORDER BY ordinal
"""
_DONE = """
WITH gone AS (
    DELETE FROM outbox o USING unnest($1::bigint[], $2::integer[], $3::bigint[])
        AS sent (ordinal, kafka_partition, kafka_offset)
    WHERE o.ordinal = sent.ordinal
    RETURNING message_id, tenant_id, topic, key, created_at,
        sent.kafka_partition, sent.kafka_offset)
INSERT INTO published
    (message_id, tenant_id, topic, key, created_at, published_at, kafka_partition, kafka_offset)
SELECT message_id, tenant_id, topic, key, created_at, $4, kafka_partition, kafka_offset FROM gone
ON CONFLICT (message_id) DO NOTHING
"""
_PARK = "UPDATE outbox SET parked_at = $2, parked_reason = $3 WHERE ordinal = $1"
_FORGET = "DELETE FROM published WHERE published_at < $1"


class Fenced(Exception):
    """Another relay has taken over. The process must end: it may hold stale work."""


class Relay:
    """Publishes one service's outbox until it is cancelled."""

    def __init__(self, dsn: str, service: str, kafka: KafkaSettings, clock: Clock) -> None:
        self._dsn = dsn
        self._service = service
        self._kafka = kafka
        self._clock = clock
        self._wake = asyncio.Event()
        self.leading = False

    async def run(self) -> None:
        """Lead whenever the lock is free. Raises `Fenced`; other errors are waited out."""
        wait = 0.1
        while True:
            try:
                await self._once()
                wait = 0.1
            except ProducerFenced as error:
                raise Fenced(self._service) from error
            except (
                OSError,
                asyncpg.PostgresError,
                asyncpg.InterfaceError,
                KafkaError,
            ) as error:
                log.warning("relay_waits", service=self._service, error=repr(error)[:200])
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT_S)
            finally:
                self.leading = False

    async def _once(self) -> None:
        """One term of leadership: from the lock to the first error."""
        connection = await self._connect()
        try:
            await self._lock(connection)
            # The outbox is read only after the start: it fences whoever led before.
            producer = make_producer(
                self._kafka,
                transactional_id=f"{self._kafka.kafka_topic_prefix}{self._service}-relay",
                transaction_timeout_ms=15_000,
            )
            await self._while_alive(connection, producer.start())
            try:
                self.leading = True
                await self._lead(connection, producer)
            finally:
                await producer.stop()
        finally:
            await asyncio.shield(connection.close(timeout=2))

    async def _connect(self) -> asyncpg.Connection:
        connection = await asyncpg.connect(
            self._dsn,
            timeout=10,
            command_timeout=30,
            server_settings={
                "search_path": self._service,
                "application_name": f"{self._service}-relay",
                "idle_session_timeout": str(SILENCE_S * 1000),
                "idle_in_transaction_session_timeout": str(SILENCE_S * 1000),
            },
        )
        await connection.add_listener(f"outbox_{self._service}", self._woken)
        return connection

    def _woken(self, *_: object) -> None:
        self._wake.set()

    async def _lock(self, connection: asyncpg.Connection) -> None:
        take = "SELECT pg_try_advisory_lock(hashtext($1))"
        while not await connection.fetchval(take, f"{self._service}.relay"):  # noqa: ASYNC110
            await asyncio.sleep(0.5)

    async def _while_alive(
        self, connection: asyncpg.Connection, work: Coroutine[Any, Any, None]
    ) -> None:
        """Do slow work without going silent on the connection that holds the lock."""
        task = asyncio.create_task(work)
        try:
            while not (await asyncio.wait({task}, timeout=POLL_S))[0]:
                await connection.fetchval("SELECT 1")
            task.result()
        finally:
            task.cancel()

    async def _lead(self, connection: asyncpg.Connection, producer: AIOKafkaProducer) -> None:
        forgotten = self._clock() - KEPT
        while True:
            self._wake.clear()
            rows = await connection.fetch(_NEXT, BATCH, BATCH_BYTES)
            if rows:
                await self._publish(connection, producer, rows)
                continue
            if self._clock() - forgotten > KEPT + timedelta(hours=1):
                forgotten = self._clock() - KEPT
                await connection.execute(_FORGET, forgotten)
            try:
                await asyncio.wait_for(self._wake.wait(), POLL_S)
            except TimeoutError:
                await connection.fetchval("SELECT 1")

    async def _publish(
        self,
        connection: asyncpg.Connection,
        producer: AIOKafkaProducer,
        rows: Sequence[asyncpg.Record],
    ) -> bool:
        """Publish the rows and delete them; False if one of them had to be parked."""
        try:
            sent: list[RecordMetadata] = []
            await self._while_alive(connection, self._transact(producer, rows, sent))
        except (MessageSizeTooLargeError, RecordTooLargeError) as error:
            if len(rows) == 1:
                await self._park(connection, rows[0], error)
                return False
            for row in rows:
                if not await self._publish(connection, producer, [row]):
                    break  # what follows under the same key must now wait: read anew
            return False
        failpoints.hit("relay.after_commit")
        await connection.execute(
            _DONE,
            [row["ordinal"] for row in rows],
            [metadata.partition for metadata in sent],
            [metadata.offset for metadata in sent],
            self._clock(),
        )
        return True

    async def _transact(
        self,
        producer: AIOKafkaProducer,
        rows: Sequence[asyncpg.Record],
        sent: list[RecordMetadata],
    ) -> None:
        prefix = self._kafka.kafka_topic_prefix
        async with producer.transaction():
            waiting = [
                await producer.send(
                    prefix + row["topic"],
                    row["value"],
                    key=row["key"].encode(),
                    headers=[(k, v.encode()) for k, v in orjson.loads(row["headers"]).items()],
                )
                for row in rows
            ]
            sent += await asyncio.gather(*waiting)
            failpoints.hit("relay.before_commit")

    async def _park(
        self, connection: asyncpg.Connection, row: asyncpg.Record, error: Exception
    ) -> None:
        log.error("message_parked", topic=row["topic"], message_id=str(row["message_id"]))
        await connection.execute(_PARK, row["ordinal"], self._clock(), type(error).__name__)
