"""When is nothing under way on a stack? Everything accepted has then come to its end."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from shared import topics
from shared.kafka.client import client_options, make_reader, stop_reader
from shared.settings import KafkaSettings

_WAITING = {
    "tenders without an outcome": "SELECT count(*) FROM intake.tender_revision"
    " WHERE settled_at IS NULL",
    "messages in intake's outbox": "SELECT count(*) FROM intake.outbox",
    "messages in the notifier's outbox": "SELECT count(*) FROM notifier.outbox",
    "mails on their way": "SELECT count(*) FROM notifier.mail"
    " WHERE state IN ('queued', 'leased', 'handing_over')",
    "mail requests without a mail": "SELECT count(*) FROM notifier.mail_request"
    " WHERE mail_id IS NULL",
    "matches that wait for a mail": "SELECT count(*) FROM notifier.ledger WHERE state = 'queued'",
    "outcomes to tell": "SELECT count(*) FROM notifier.touched",
}
_LOOK_SECONDS = 0.5
_STILL_LOOKS = 4
"""So many looks in a row must find nothing, for a message in a consumer's hands is in no table."""
_READ_SECONDS = 1.0


class NotQuiet(Exception):
    """Something stayed under way and did not move; the message says what."""


@dataclass(frozen=True)
class Quiet:
    """Looks at one stack: its database (as a superuser) and its broker."""

    admin_dsn: str
    kafka: KafkaSettings

    async def wait(self, seconds: float, waiting: Callable[[int], None] | None = None) -> None:
        """Return when nothing is under way. Raises NotQuiet after `seconds` without any progress.

        `waiting` is told at each look how much is still under way.
        """
        before: dict[str, int] = {}
        moved = time.monotonic()
        still = 0
        while still < _STILL_LOOKS:
            found = await self.under_way()
            still = 0 if found else still + 1
            if waiting:
                waiting(sum(found.values()))
            if found != before:
                before, moved = found, time.monotonic()
            if found and time.monotonic() - moved > seconds:
                what = ", ".join(f"{count} {name}" for name, count in found.items())
                raise NotQuiet(f"Nothing has moved for {seconds:.0f} s. There are still: {what}.")
            await asyncio.sleep(_LOOK_SECONDS)

    async def under_way(self) -> dict[str, int]:
        """What is under way, and how much of it; empty if nothing is."""
        found = await asyncio.to_thread(self._rows)
        if not found and (unread := await self._unread()):
            found["messages that a service has not read"] = unread
        return found

    def _rows(self) -> dict[str, int]:
        with psycopg.connect(self.admin_dsn) as connection:
            counts = {
                name: (connection.execute(query).fetchone() or (0,))[0]
                for name, query in _WAITING.items()
            }
        return {name: count for name, count in counts.items() if count}

    async def _unread(self) -> int:
        """Records that some consumer group has yet to read.

        A difference of offsets would not do: a transaction's marker takes an offset and is read
        by nobody. So what lies between is read.
        """
        admin = AIOKafkaAdminClient(**client_options(self.kafka))
        await admin.start()
        try:
            return max([await self._unread_by(admin, g) for g in await self._groups(admin)] or [0])
        finally:
            await admin.close()

    async def _groups(self, admin: AIOKafkaAdminClient) -> list[str]:
        prefix = self.kafka.kafka_topic_prefix
        return [group for group, *_ in await admin.list_consumer_groups() if
                group.startswith(prefix)]  # fmt: skip

    async def _unread_by(self, admin: AIOKafkaAdminClient, group: str) -> int:
        committed = await admin.list_consumer_group_offsets(group)
        prefix = self.kafka.kafka_topic_prefix
        positions = {
            TopicPartition(prefix + topic.name, partition): 0
            for topic in topics.ALL.values()
            if any(tp.topic == prefix + topic.name for tp in committed)
            for partition in range(topic.partitions)
        }
        for tp, meta in committed.items():
            if tp in positions:
                positions[tp] = max(meta.offset, 0)
        return await self._records_after(positions)

    async def _records_after(self, positions: dict[TopicPartition, int]) -> int:
        reader = make_reader(self.kafka)
        await reader.start()
        try:
            ends = await reader.end_offsets(list(positions)) if positions else {}
            behind = [tp for tp, end in ends.items() if end > positions[tp]]
            if not behind:
                return 0
            reader.assign(behind)
            for tp in behind:
                reader.seek(tp, positions[tp])
            found = 0
            limit = time.monotonic() + _READ_SECONDS
            while time.monotonic() < limit and not found:
                batches = await reader.getmany(timeout_ms=200)
                found = sum(map(len, batches.values()))
                positions_now = [await reader.position(tp) for tp in behind]
                if all(at >= ends[tp] for at, tp in zip(positions_now, behind, strict=True)):
                    break
            return found
        finally:
            await stop_reader(reader)
