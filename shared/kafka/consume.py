"""Consuming without losing, doubling or stopping: the one loop under all subscribers.

A handler gets readable events of one partition, does its work, and returns; only then is the
offset committed, explicitly. It never sees what cannot be read (that is in the dead letter queue,
with its bytes) and it cannot stop the line: what it rejects goes to the dead letter queue, what
fails for a passing reason is tried again for as long as it takes, and an unexpected error is tried
three times, record by record, before the record is set aside.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Generic

import asyncpg
import stamina
import structlog
from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError
from faststream import AckPolicy
from faststream.kafka.annotations import KafkaMessage as Incoming
from faststream.kafka.message import FAKE_CONSUMER, KafkaAckableMessage
from pydantic import TypeAdapter

from shared.db import UNAVAILABLE
from shared.kafka.client import MAX_REQUEST_BYTES, Broker
from shared.kafka.events import Event, M, Record, Reject, adapter_of, read_event
from shared.kafka.publish import Publisher
from shared.topics import Topic

log = structlog.get_logger()

PASSING = (
    *UNAVAILABLE,
    KafkaError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
)
"""Errors that say nothing about the message: wait and try again."""

LONGEST_WAIT_S = 5.0
TRIES = 3
LARGE = 65_536
"""Bytes from which on reading a record takes noticeable time."""
CANNOT_SET_ASIDE = 70
"""Exit code when a record can neither be handled nor put into its dead letter queue."""


@dataclass(frozen=True)
class Batch(Generic[M]):
    """Readable events of one partition, in order.

    The offsets `first_offset` up to `next_offset` (exclusive) are covered; those without an event
    were unreadable and are in the dead letter queue.
    """

    topic: str
    partition: int
    first_offset: int
    next_offset: int
    events: tuple[Event[M], ...]


Handle = Callable[[Batch[M]], Awaitable[None]]


def subscribe(
    broker: Broker,
    *,
    topic: Topic,
    group: str,
    model: "type[M] | TypeAdapter[M]",
    handle: Handle[M],
    max_records: int = 500,
) -> None:
    """Let `handle` consume `topic` as a member of `group` (one static member a replica)."""
    line = _Line(broker, topic, adapter_of(model), handle)
    name = broker.prefix + group
    subscriber = broker.subscriber(
        broker.prefix + topic.name,
        batch=True,
        group_id=name,
        group_instance_id=f"{name}-{broker.replica}",
        ack_policy=AckPolicy.MANUAL,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        session_timeout_ms=6000,
        heartbeat_interval_ms=1500,
        fetch_max_wait_ms=200,
        max_partition_fetch_bytes=MAX_REQUEST_BYTES,
        batch_timeout_ms=50,
        max_records=max_records,
        parser=_parse,
        decoder=_decode,
    )

    @subscriber
    async def take(message: Incoming) -> None:
        consumer = subscriber.consumer
        records = [Record.of(raw) for raw in message.raw_message]
        for partition, group_of in groupby(records, key=lambda record: record.partition):
            next_offset = await line.run(partition, list(group_of))
            await _commit(
                consumer,
                TopicPartition(broker.prefix + topic.name, partition),
                next_offset,
            )


async def _parse(raw: "tuple[ConsumerRecord[Any, Any], ...]") -> KafkaAckableMessage:
    """FastStream's parser decodes headers and may fail before any handler runs: this cannot."""
    return KafkaAckableMessage(body=b"", raw_message=raw, consumer=FAKE_CONSUMER)


async def _decode(message: KafkaAckableMessage) -> None:
    """Nothing is decoded here; `read_event` does it, record by record."""


async def _commit(consumer: Any, partition: TopicPartition, next_offset: int) -> None:
    try:
        await consumer.commit({partition: next_offset})
    except (CommitFailedError, IllegalStateError, KafkaError) as error:
        # The partition moved to another member, which will do this batch again.
        log.info("commit_refused", partition=partition.partition, error=type(error).__name__)


class _Line(Generic[M]):
    """What one subscription does with the records of a partition."""

    def __init__(
        self, broker: Broker, topic: Topic, adapter: TypeAdapter[M], handle: Handle[M]
    ) -> None:
        self._topic = topic
        self._adapter = adapter
        self._handle = handle
        self._publisher = Publisher(broker)

    async def run(self, partition: int, records: Sequence[Record]) -> int:
        """Handle the records; gives the offset to commit."""
        events: list[Event[M]] = []
        for record in records:
            if event := await self._read(record):
                events.append(event)
            if len(record.value or b"") > LARGE:
                await asyncio.sleep(0)  # reading it took a while: heartbeats must get their turn
        next_offset = records[-1].offset + 1
        batch = Batch(self._topic.name, partition, records[0].offset, next_offset, tuple(events))
        if events:
            await self._handle_all(batch)
        return next_offset

    async def _read(self, record: Record) -> Event[M] | None:
        try:
            return read_event(record, self._adapter, self._topic.type)
        except Reject as reject:
            await self._set_aside(record, reject, attempt=1)
            return None

    async def _handle_all(self, batch: Batch[M]) -> None:
        """Handle the batch at once; if that fails for its content, record by record."""
        try:
            await self._patiently(batch)
            return
        except Exception as error:  # noqa: BLE001, decided below
            if len(batch.events) == 1:
                await self._handle_one(batch, error)
                return
            log.warning("batch_split", topic=batch.topic, error=type(error).__name__)
        for single in _singles(batch):
            await self._handle_all(single)

    async def _patiently(self, batch: Batch[M]) -> None:
        """Handle the batch, waiting out what fails for a passing reason however long it takes."""
        async for attempt in stamina.retry_context(
            on=PASSING, attempts=None, timeout=None, wait_initial=0.05, wait_max=LONGEST_WAIT_S
        ):
            with attempt:
                await self._handle(batch)

    async def _handle_one(self, batch: Batch[M], error: Exception) -> None:
        """A single event has failed: try it again unless it was rejected, then set it aside."""
        event = batch.events[0]
        attempt = 1
        while not isinstance(error, Reject) and attempt < TRIES:
            attempt += 1
            await asyncio.sleep(0.1 * attempt)
            try:
                await self._patiently(batch)
                return
            except Exception as again:  # noqa: BLE001, decided below
                error = again
        if not isinstance(error, Reject):
            log.error("handler_failed", topic=batch.topic, event_id=event.id, exc_info=error)
            error = Reject("handler_failed", type(error).__name__)
        await self._set_aside(event.record, error, attempt)

    async def _set_aside(self, record: Record, reject: Reject, attempt: int) -> None:
        log.warning(
            "set_aside",
            topic=self._topic.name,
            partition=record.partition,
            offset=record.offset,
            code=reject.code,
        )
        try:
            await self._publisher.dead_letter(self._topic.dlq, record, reject, attempt)
        except Exception:
            # Neither handled nor kept: going on would lose it. The group resumes before it.
            log.exception("cannot_set_aside", topic=self._topic.name, offset=record.offset)
            os._exit(CANNOT_SET_ASIDE)


def _singles(batch: Batch[M]) -> list[Batch[M]]:
    """The batch cut into one batch an event, covering the same offsets."""
    starts = [batch.first_offset, *(event.record.offset for event in batch.events[1:])]
    ends = [*starts[1:], batch.next_offset]
    return [
        Batch(batch.topic, batch.partition, start, end, (event,))
        for start, end, event in zip(starts, ends, batch.events, strict=True)
    ]
