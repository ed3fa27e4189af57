"""Copies every supplier to its partition of the shard log, and every tender to all of them.

Writing is fenced by input partition: its records are copied in transactions of one
`transactional_id`, so that a router that lost the partition while it was paused cannot write an
old revision behind a newer one.
"""

import asyncio
import os
from collections.abc import Iterable

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
            max_records=100,
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
                (message, partition)
                for event in batch.events
                for message in [_copy(event, f"t:{event.key}", _tender(event))]
                for partition in everywhere
            ),
        )

    async def _route_suppliers(self, batch: Batch[Supplier]) -> None:
        await self._write(
            batch.topic,
            batch.partition,
            (
                (_copy(event, f"s:{event.key}", _supplier(event)), partition_of(event.key))
                for event in batch.events
            ),
        )

    async def _write(
        self, topic: str, partition: int, messages: Iterable[tuple[Message, int]]
    ) -> None:
        name = f"{self._broker.prefix}router-{topic}-{partition}"
        producer = await self._producer(name)
        shard_log = self._broker.prefix + topics.SHARDS.name
        try:
            async with producer.transaction():
                waiting = [
                    await producer.send(
                        shard_log,
                        message.value(),
                        key=message.key.encode(),
                        headers=message.headers("matcher"),
                        partition=target,
                    )
                    for message, target in messages
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


def _tender(event: Event[Tender]) -> ShardTender | None:
    return None if event.body is None else ShardTender(tender=event.body)


def _supplier(event: Event[Supplier]) -> ShardSupplier | None:
    return None if event.body is None else ShardSupplier(supplier=event.body)


def _copy(event: Event[Tender] | Event[Supplier], key: str, body: Contract | None) -> Message:
    """The same event for the shard log: its identity, time and trace are kept."""
    return Message(topics.SHARDS, key, body, event.time, event.id, event.traceparent)
