"""The shard log's owner: one state a partition, complete up to an offset, matched record by record.

Before a batch that starts at offset o, the state is brought from its own position to o with a plain
reader outside the group, telling nothing. That one rule covers first start, restart, rebalance and
a partition that comes back.
"""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from prometheus_client import CollectorRegistry, Counter, Gauge

from services.matcher.scoring import Weights
from services.matcher.state import ShardEvent, State, Told
from shared import failpoints, topics
from shared.clock import Clock
from shared.contracts.events import Matched
from shared.contracts.match import Match, MatchBatch
from shared.contracts.shard import SHARD_RECORD, ShardSupplier, ShardTender
from shared.kafka import (
    Batch,
    Broker,
    Message,
    Publisher,
    Record,
    Reject,
    make_reader,
    stop_reader,
    subscribe,
)
from shared.kafka.events import read_event

log = structlog.get_logger()

GROUP = "matcher.shards"
MOST_MATCHES = 500
MOST_BYTES = 512 * 1024
IDLE = timedelta(days=7)
"""A state untouched for a quarter of `delete.retention` is built anew: tombstones may be gone."""


class Shards:
    """Owns the partitions that the group gives to this replica."""

    def __init__(
        self, broker: Broker, weights: Weights, clock: Clock, registry: CollectorRegistry
    ) -> None:
        self._broker = broker
        self._weights = weights
        self._clock = clock
        self._publisher = Publisher(broker)
        self._states: dict[int, State] = {}
        self._reader: AIOKafkaConsumer | None = None
        self._matches = Counter("ombud_matches_total", "Matches published", registry=registry)
        self._size = Gauge(
            "ombud_shard_records",
            "Tenders and suppliers held",
            ["partition"],
            registry=registry,
        )

    def subscribe(self, max_records: int) -> None:
        subscribe(
            self._broker,
            topic=topics.SHARDS,
            group=GROUP,
            model=SHARD_RECORD,
            handle=self._handle,
            max_records=max_records,
        )

    async def stop(self) -> None:
        if self._reader:
            await stop_reader(self._reader)
            self._reader = None

    async def _handle(self, batch: Batch[ShardTender | ShardSupplier]) -> None:
        now = self._clock()
        state = self._states.get(batch.partition)
        if state is None or now - state.touched > IDLE:
            state = State(self._weights, now)
        # Until the batch is done the state is not to be trusted: an error builds it anew.
        self._states.pop(batch.partition, None)
        if state.position < batch.first_offset:
            await self._catch_up(state, batch.partition, batch.first_offset)
        told = await asyncio.to_thread(state.take, batch.events, now)
        failpoints.hit("shard.before_publish")
        await self._tell(batch, told)
        failpoints.hit("shard.after_publish")
        state.position = max(state.position, batch.next_offset)
        state.touched = now
        self._states[batch.partition] = state
        self._size.labels(batch.partition).set(len(state))

    async def _tell(self, batch: Batch[ShardTender | ShardSupplier], told: Told) -> None:
        now = self._clock()
        traces = {event.key[2:]: event.traceparent for event in batch.events}
        await self._publisher.publish(
            [
                Message(topics.MATCHES, b.tender_id, b, now, traceparent=traces.get(b.tender_id))
                for b in batches(told.matches, batch.partition)
            ]
        )
        self._matches.inc(len(told.matches))
        await self._publisher.publish(
            [
                Message(
                    topics.PROGRESS,
                    tender_id,
                    Matched(
                        tender_id=tender_id,
                        tender_revision=revision,
                        partition=batch.partition,
                        count=count,
                        at=now,
                    ),
                    now,
                    traceparent=traces.get(tender_id),
                )
                for tender_id, revision, count in told.matched
            ]
        )
        await self._publisher.publish(
            [Message(topics.SHARDS, e.key, e.body, e.time, e.id, e.traceparent) for e in told.heal],
            partition=batch.partition,
        )

    async def _catch_up(self, state: State, partition: int, target: int) -> None:
        """Bring the state to offset `target`, telling nothing."""
        started, first = self._clock(), state.position
        reader = await self._reading()
        place = TopicPartition(self._broker.prefix + topics.SHARDS.name, partition)
        reader.assign([place])
        reader.seek(place, state.position)
        while state.position < target:
            found = await reader.getmany(place, timeout_ms=100, max_records=5_000)
            raw = [r for r in found.get(place, ()) if r.offset < target]
            events = list(_readable(Record.of(r) for r in raw))
            await asyncio.to_thread(state.apply, events)
            state.position = max(state.position, await reader.position(place))
        state.position = target
        if target - first > 1_000:
            log.info(
                "caught_up",
                partition=partition,
                records=target - first,
                seconds=(self._clock() - started).total_seconds(),
            )

    async def _reading(self) -> AIOKafkaConsumer:
        if self._reader is None:
            reader = make_reader(self._broker.settings)
            await reader.start()
            self._reader = reader
        return self._reader


def _readable(records: Iterator[Record]) -> Iterator[ShardEvent]:
    """The events among the records; what is unreadable was set aside when it was consumed."""
    for record in records:
        try:
            yield read_event(record, SHARD_RECORD, topics.SHARDS.type)
        except Reject:
            continue


def batches(matches: Sequence[Match], partition: int) -> Iterator[MatchBatch]:
    """Matches of one tender revision together, up to 500 or 512 KiB, order kept in each pair."""
    ordered = sorted(matches, key=lambda match: (match.tender_id, match.tender_revision))
    for (tender_id, revision), of_tender in groupby(
        ordered, key=lambda match: (match.tender_id, match.tender_revision)
    ):
        held: list[Match] = []
        size = 0
        for match in of_tender:
            weight = len(match.model_dump_json())
            if held and (len(held) == MOST_MATCHES or size + weight > MOST_BYTES):
                yield _batch(tender_id, revision, partition, held)
                held, size = [], 0
            held.append(match)
            size += weight
        yield _batch(tender_id, revision, partition, held)


def _batch(tender_id: str, revision: int, partition: int, held: list[Match]) -> MatchBatch:
    return MatchBatch.model_validate(
        {
            "tender_id": tender_id,
            "tender_revision": revision,
            "partition": partition,
            "matches": held,
        }
    )
