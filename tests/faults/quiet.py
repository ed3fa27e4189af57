"""When nothing is under way any more: outboxes empty, mails concluded, every record consumed."""

import asyncio
import time
from collections.abc import Callable

import psycopg
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from shared.kafka import make_reader, stop_reader
from shared.kafka.client import client_options
from shared.settings import KafkaSettings

_WAITING = {
    "outbox of intake": "SELECT count(*) FROM intake.outbox",
    "outbox of notifier": "SELECT count(*) FROM notifier.outbox",
    "mails": "SELECT count(*) FROM notifier.mail WHERE state IN ('queued','leased','handing_over')",
    "rows without a mail": "SELECT count(*) FROM notifier.ledger l JOIN notifier.tender t"
    " ON t.tender_id = l.tender_id AND t.revision = l.tender_revision"
    " WHERE l.state = 'queued' AND l.mail_id IS NULL",
}
STILL_S = 2.0


class NotQuiet(Exception):
    """Something is still under way after the time given; says what."""


def waiting_rows(dsn: str) -> dict[str, int]:
    """What waits in the two databases; only what is not zero."""
    with psycopg.connect(dsn) as connection:
        found = {}
        for what, query in _WAITING.items():
            row = connection.execute(query.encode()).fetchone()
            if row and row[0]:
                found[what] = int(row[0])
        return found


async def unread(kafka: KafkaSettings) -> dict[str, int]:
    """Group and topic -> committed records that the group has not consumed; only if any.

    Offsets alone do not tell: markers and aborted transactions look like lag. So what lies behind
    each committed offset is read.
    """
    admin = AIOKafkaAdminClient(**client_options(kafka))
    await admin.start()
    try:
        groups = [
            name
            for name, *_ in await admin.list_consumer_groups()
            if name.startswith(kafka.kafka_topic_prefix)
        ]
        committed = {name: await admin.list_consumer_group_offsets(name) for name in groups}
    finally:
        await admin.close()
    found: dict[str, int] = {}
    reader = make_reader(kafka)
    await reader.start()
    try:
        for group, offsets in committed.items():
            behind = await _behind(reader, {place: at.offset for place, at in offsets.items()})
            for topic, count in behind.items():
                found[f"{group} {topic}"] = count
    finally:
        await stop_reader(reader)
    return found


async def _behind(reader: AIOKafkaConsumer, offsets: dict[TopicPartition, int]) -> dict[str, int]:
    counts: dict[str, int] = {}
    ends = await reader.end_offsets(list(offsets))
    places = [p for p, offset in offsets.items() if 0 <= offset < ends[p]]
    if not places:
        return counts
    reader.assign(places)
    for place in places:
        reader.seek(place, offsets[place])
    while any([await reader.position(p) < ends[p] for p in places]):
        for place, records in (await reader.getmany(timeout_ms=100)).items():
            counts[place.topic] = counts.get(place.topic, 0) + len(records)
    return counts


def wait_until_quiet(
    dsn: str,
    kafka: KafkaSettings,
    accepted: Callable[[], int],
    within_s: float = 180,
    told: Callable[[dict[str, int]], None] = lambda _: None,
) -> None:
    """Return when nothing waits and no mail came for a while. Raises `NotQuiet`."""
    end = time.monotonic() + within_s
    quiet_since: float | None = None
    mails = accepted()
    while time.monotonic() < end:
        waiting = waiting_rows(dsn) or asyncio.run(unread(kafka))
        told(waiting)
        if waiting or accepted() != mails:
            quiet_since, mails = None, accepted()
        elif quiet_since is None:
            quiet_since = time.monotonic()
        elif time.monotonic() - quiet_since >= STILL_S:
            return
        time.sleep(0.3)
    raise NotQuiet(str(waiting_rows(dsn) or asyncio.run(unread(kafka)) or "mails still come"))
