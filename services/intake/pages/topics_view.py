"""How far each reader of each topic is, in records and in seconds, as Kafka itself tells."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from shared import topics
from shared.clock import Clock
from shared.kafka import client_options, make_reader
from shared.settings import KafkaSettings

log = structlog.get_logger()

GROUPS_BEGIN_WITH = ("intake", "matcher", "notifier")
LONGEST_READ_S = 8.0
FIRST_RECORD_WAIT_MS = 400
KEPT_FOR = timedelta(seconds=2)
"""Several boards at once cost as much as one."""


@dataclass(frozen=True)
class GroupLag:
    """How far behind one consumer group is on one topic.

    records -- between its offsets and the ends; transaction markers between them count too.
    seconds -- age of the oldest record that it has not read, 0 if there is none.
    """

    group: str
    records: int
    seconds: float


@dataclass(frozen=True)
class TopicLag:
    """One topic on the board: offsets from first to last kept, its dead letters, its readers."""

    topic: str
    partitions: int
    records: int
    dead: int
    groups: tuple[GroupLag, ...]

    @property
    def seconds(self) -> float:
        """The slowest reader's lag."""
        return max((group.seconds for group in self.groups), default=0.0)

    @property
    def worst_first(self) -> tuple[float, float, int, str]:
        """Sort key: slowest reader, then dead letters, then records behind, then name."""
        behind = sum(group.records for group in self.groups)
        return (-self.seconds, -self.dead, -behind, self.topic)


Positions = Mapping[TopicPartition, int]


class TopicsView:
    """Reads the state of all topics; each reading opens and closes its own clients."""

    def __init__(self, settings: KafkaSettings, clock: Clock) -> None:
        self._settings = settings
        self._prefix = settings.kafka_topic_prefix
        self._clock = clock
        self._lock = asyncio.Lock()
        self._read_at = clock() - KEPT_FOR
        self._held: list[TopicLag] | None = None

    async def read(self) -> list[TopicLag] | None:
        """All topics, worst first; None if Kafka does not answer in time."""
        async with self._lock:
            if abs(self._clock() - self._read_at) >= KEPT_FOR:
                self._held = await self._safely()
                self._read_at = self._clock()
            return self._held

    async def _safely(self) -> list[TopicLag] | None:
        try:
            async with asyncio.timeout(LONGEST_READ_S):
                return await self._read()
        except (KafkaError, OSError, TimeoutError) as error:
            log.warning("topics_unreadable", error=type(error).__name__)
            return None

    async def _read(self) -> list[TopicLag]:
        admin = AIOKafkaAdminClient(**client_options(self._settings))
        reader = make_reader(self._settings)
        try:
            await admin.start()
            await reader.start()
            return await self._look(admin, reader)
        finally:
            await reader.stop()
            await admin.close()

    async def _look(self, admin: AIOKafkaAdminClient, reader: AIOKafkaConsumer) -> list[TopicLag]:
        names = [name for topic in topics.ALL.values() for name in (topic.name, topic.dlq)]
        described = await admin.describe_topics([self._prefix + name for name in names])
        partitions = {
            found["topic"]: [
                TopicPartition(found["topic"], part["partition"]) for part in found["partitions"]
            ]
            for found in described
            if not found["error_code"]
        }
        all_partitions = [tp for tps in partitions.values() for tp in tps]
        begins = await reader.beginning_offsets(all_partitions)
        ends = await reader.end_offsets(all_partitions)
        lags: dict[str, list[GroupLag]] = defaultdict(list)
        for group in await self._groups(admin):
            held = await admin.list_consumer_group_offsets(group)
            offsets = {tp: meta.offset for tp, meta in held.items() if meta.offset >= 0}
            read = {tp.topic for tp in offsets}
            # Where a reader of a topic has committed nothing yet, all that is there waits for it.
            at = {tp: offsets.get(tp, begins[tp]) for tp in all_partitions if tp.topic in read}
            for topic, lag in (await self._lag(reader, group, at, begins, ends)).items():
                lags[topic].append(lag)

        def kept(name: str) -> int:
            return sum(ends[tp] - begins[tp] for tp in partitions.get(name, ()))

        found_topics = [
            TopicLag(
                topic=topic.name,
                partitions=len(partitions.get(self._prefix + topic.name, ())),
                records=kept(self._prefix + topic.name),
                dead=kept(self._prefix + topic.dlq),
                groups=tuple(sorted(lags[self._prefix + topic.name], key=lambda lag: lag.group)),
            )
            for topic in topics.ALL.values()
        ]
        return sorted(found_topics, key=lambda topic: topic.worst_first)

    async def _groups(self, admin: AIOKafkaAdminClient) -> list[str]:
        begins = tuple(self._prefix + name for name in GROUPS_BEGIN_WITH)
        return sorted(g for g, *_ in await admin.list_consumer_groups() if g.startswith(begins))

    async def _lag(
        self,
        reader: AIOKafkaConsumer,
        group: str,
        at: Positions,
        begins: Positions,
        ends: Positions,
    ) -> dict[str, GroupLag]:
        """Topic -> lag of one group."""
        start = {tp: max(offset, begins[tp]) for tp, offset in at.items()}
        behind = {tp: offset for tp, offset in start.items() if offset < ends[tp]}
        oldest = await self._first_unread(reader, behind)
        name = group.removeprefix(self._prefix)
        lags = {tp.topic: GroupLag(name, 0, 0.0) for tp in at}
        now_ms = self._clock().timestamp() * 1000
        for tp, timestamp_ms in oldest.items():
            lag = lags[tp.topic]
            lags[tp.topic] = replace(
                lag,
                records=lag.records + ends[tp] - behind[tp],
                seconds=max(lag.seconds, (now_ms - timestamp_ms) / 1000),
            )
        return lags

    async def _first_unread(
        self, reader: AIOKafkaConsumer, behind: Positions
    ) -> dict[TopicPartition, int]:
        """Timestamp of the first record at or after each offset.

        A partition where only transaction markers follow has no unread record and is left out.
        """
        found: dict[TopicPartition, int] = {}
        waiting = dict(behind)
        while waiting:
            reader.assign(list(waiting))
            for tp, offset in waiting.items():
                reader.seek(tp, offset)
            got = await reader.getmany(timeout_ms=FIRST_RECORD_WAIT_MS, max_records=len(waiting))
            if not got:
                break
            for tp, records in got.items():
                found[tp] = records[0].timestamp
                del waiting[tp]
        return found


def total_dead(read: Iterable[TopicLag]) -> int:
    """Dead letters of all topics."""
    return sum(topic.dead for topic in read)
