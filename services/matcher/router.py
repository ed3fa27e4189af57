"""Copies every supplier to its partition of the shard log, and every tender to all of them.

Writing is fenced by input partition: its records are copied in transactions of one
`transactional_id`, so that a router that lost the partition while it was paused cannot write an
old revision behind a newer one.
"""

import asyncio
import os
from collections.abc import Iterable, Iterator, Sequence

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import ProducerFenced
from aiokafka.partitioner import murmur2

from shared import failpoints, topics
from shared.contracts.base import Contract
from shared.contracts.shard import ShardSupplier, ShardTender
from shared.contracts.supplier import Supplier
from shared.contracts.tender import Tender
from shared.kafka import Batch, Broker, Event, Message, make_producer, subscribe

log = structlog.get_logger()

GROUP = "matcher.router"
FENCED = 75
"""Exit code of a router that another has replaced; it starts again as a member like any other."""

MOST_BYTES = 16 * 1_048_576
"""A transaction carries no more (or one record): it must end long before its timeout, which would
fence this router, again and again. A crash between two of them repeats the batch, as any does."""

Copy = tuple[Message, bytes | None, int]
"""What to write, its value, and the partition of the shard log."""


def partition_of(supplier_id: str) -> int:
    """The shard that holds a supplier: murmur2, as Kafka's own partitioner has it, mod 12."""
    hashed: int = murmur2(supplier_id.encode()) & 0x7FFFFFFF
    return hashed % topics.SHARDS.partitions


class Router:
    """Copies two topics into the shard log."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._producers: dict[str, AIOKafkaProducer] = {}

    def subscribe(self) -> None:
        subscribe(
            self._broker,
            topic=topics.TENDERS,
            group=f"{GROUP}.tenders",
            model=Tender,
            handle=self._route_tenders,
            max_records=25,  # of 4 MiB each, twelve times, well within the poll interval
        )
        subscribe(
            self._broker,
            topic=topics.SUPPLIERS,
            group=f"{GROUP}.suppliers",
            model=Supplier,
            handle=self._route_suppliers,
        )

    async def _route_tenders(self, batch: Batch[Tender]) -> None:
        everywhere = range(topics.SHARDS.partitions)
        await self._write(
            batch.topic,
            batch.partition,
            (
                (message, value, partition)
                for event in batch.events
                for message in [_copy(event, f"t:{event.key}", _tender(event))]
                for value in [message.value()]
                for partition in everywhere
            ),
        )

    async def _route_suppliers(self, batch: Batch[Supplier]) -> None:
        await self._write(
            batch.topic,
            batch.partition,
            (
                (message, message.value(), partition_of(event.key))
                for event in batch.events
                for message in [_copy(event, f"s:{event.key}", _supplier(event))]
            ),
        )

    async def _write(self, topic: str, partition: int, copies: Iterable[Copy]) -> None:
        for part in parts(copies):
            await self._transact(topic, partition, part)

    async def _transact(self, topic: str, partition: int, copies: Sequence[Copy]) -> None:
        name = f"{self._broker.prefix}router-{topic}-{partition}"
        producer = await self._producer(name)
        shard_log = self._broker.prefix + topics.SHARDS.name
        try:
            async with producer.transaction():
                waiting = [
                    await producer.send(
                        shard_log,
                        value,
                        key=message.key.encode(),
                        headers=message.headers("matcher"),
                        partition=target,
                    )
                    for message, value, target in copies
                ]
                await asyncio.gather(*waiting)
                failpoints.hit("router.before_commit")
        except ProducerFenced:
            log.warning("router_fenced", topic=topic, partition=partition)
            os._exit(FENCED)
        except BaseException:
            # The producer may be unusable; the next try starts a new one, which fences this.
            await self._discard(name)
            raise
        failpoints.hit("router.after_commit")

    async def _producer(self, name: str) -> AIOKafkaProducer:
        producer = self._producers.get(name)
        if producer is None:
            producer = make_producer(
                self._broker.settings, transactional_id=name, transaction_timeout_ms=15_000
            )
            await producer.start()
            self._producers[name] = producer
        return producer

    async def _discard(self, name: str) -> None:
        if producer := self._producers.pop(name, None):
            await producer.stop()

    async def stop(self) -> None:
        for name in list(self._producers):
            await self._discard(name)


def parts(copies: Iterable[Copy]) -> Iterator[list[Copy]]:
    """The copies in order, cut so that none of the parts outgrows a transaction."""
    part: list[Copy] = []
    size = 0
    for copy in copies:
        weight = len(copy[1] or b"")
        if part and size + weight > MOST_BYTES:
            yield part
            part, size = [], 0
        part.append(copy)
        size += weight
    if part:
        yield part


def _tender(event: Event[Tender]) -> ShardTender | None:
    return None if event.body is None else ShardTender(tender=event.body)


def _supplier(event: Event[Supplier]) -> ShardSupplier | None:
    return None if event.body is None else ShardSupplier(supplier=event.body)


def _copy(event: Event[Tender] | Event[Supplier], key: str, body: Contract | None) -> Message:
    """The same event for the shard log: its identity, time and trace are kept."""
    return Message(topics.SHARDS, key, body, event.time, event.id, event.traceparent)
