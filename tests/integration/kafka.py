"""Reading and writing a test's own topics, beside the services."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from aiokafka import TopicPartition

from shared.kafka import Broker, Message, Publisher, Record, make_broker, make_reader, stop_reader
from shared.settings import KafkaSettings, ServiceSettings
from shared.topics import ALL


def service_settings(kafka: KafkaSettings) -> ServiceSettings:
    """A service's settings on the given Kafka."""
    return ServiceSettings.model_validate(kafka.model_dump())


@asynccontextmanager
async def started_broker(kafka: KafkaSettings, service: str = "test") -> AsyncIterator[Broker]:
    """A broker without subscribers, for publishing."""
    broker = make_broker(service_settings(kafka), service)
    await broker.start()
    try:
        yield broker
    finally:
        await broker.stop()


async def publish(kafka: KafkaSettings, messages: Sequence[Message]) -> None:
    """Publish and wait for the acknowledgements."""
    async with started_broker(kafka) as broker:
        await Publisher(broker).publish(messages)


async def read_all(kafka: KafkaSettings, topic: str) -> list[Record]:
    """Every committed record of a topic, in order within each partition."""
    reader = make_reader(kafka)
    await reader.start()
    try:
        name = kafka.kafka_topic_prefix + topic
        partitions = ALL[topic.removesuffix(".dlq")].partitions
        places = [TopicPartition(name, number) for number in range(partitions)]
        reader.assign(places)
        await reader.seek_to_beginning(*places)
        ends = await reader.end_offsets(places)
        found: list[Record] = []
        while any([await reader.position(place) < ends[place] for place in places]):
            for records in (await reader.getmany(timeout_ms=200)).values():
                found += map(Record.of, records)
        return found
    finally:
        await stop_reader(reader)


async def until(condition: Callable[[], Awaitable[bool]], within_s: float = 30) -> None:
    """Wait until the condition holds; fail if it does not in time."""
    deadline = time.monotonic() + within_s
    while not await condition():
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.1)
