"""Every topic takes duplicates, disorder and poison, and the rest flows on."""

import asyncio
import time
from collections.abc import Sequence

import psycopg
import pytest

from shared import topics
from shared.clock import system_clock
from shared.contracts.catalogue import CONTRACTS, EXAMPLES
from shared.kafka import Publisher, Record
from shared.kafka.events import Headers
from shared.topics import Topic
from tests.e2e.way import Way
from tests.faults.run import admin_dsn
from tests.integration.kafka import read_all, started_broker

ALL = sorted(CONTRACTS)
WITHIN_S = 60.0
Sent = tuple[bytes | None, bytes | None, Headers, int | None]
"""Key, value, headers, partition (None: the key's)."""
GARBAGE = b"\xfe" * (1024 * 1024 + 1)


def topic_of(name: str) -> Topic:
    return next(t for t in vars(topics).values() if isinstance(t, Topic) and t.name == name)


def headers_of(topic: Topic, event_id: str, event_type: str | None = None) -> Headers:
    """Headers of a good event, or of one of another type."""
    said = {
        "ce_specversion": "1.0",
        "ce_id": event_id,
        "ce_type": event_type or topic.type,
        "ce_source": "test",
        "ce_time": system_clock().isoformat(),
        "content-type": "application/json",
    }
    return [(name, value.encode()) for name, value in said.items()]


def poison_of(topic: Topic) -> dict[str, tuple[bytes, Headers]]:
    """What nobody can read or store, by what is wrong with it."""
    good = next(iter(sorted((EXAMPLES / topic.name).glob("*.json")))).read_bytes()
    name = topic.name
    return {
        "bytes": (b"\xff\xfe\x00\x80", headers_of(topic, f"{name}-bytes")),
        "json": (good[: len(good) // 2], headers_of(topic, f"{name}-json")),
        "schema": (good, headers_of(topic, f"{name}-schema", f"{topic.type}.from.the.future")),
        "nul": (with_nul(good), headers_of(topic, f"{name}-nul")),
        "size": (GARBAGE, headers_of(topic, f"{name}-size")),
    }


def with_nul(good: bytes) -> bytes:
    """The same JSON with U+0000 before the end of each text: valid JSON that nobody can store."""
    return good.replace(b'",', b'\\u0000",').replace(b'"\n', b'\\u0000"\n')


async def send(way: Way, topic: str, records: Sequence[Sent]) -> None:
    async with started_broker(way.services.sandbox.kafka) as broker:
        await Publisher(broker).send(
            (topic, key, value, headers, place) for key, value, headers, place in records
        )


def set_aside(way: Way, topic: Topic, wanted: set[str]) -> dict[str, Record]:
    """The records of the dead letter queue by event id, once all wanted ones are there."""
    end = time.monotonic() + WITHIN_S
    while True:
        kept = {
            dict(record.headers)["ce_id"].decode(): record
            for record in asyncio.run(read_all(way.services.sandbox.kafka, topic.dlq))
        }
        if wanted <= set(kept):
            return kept
        assert time.monotonic() < end, f"missing in {topic.dlq}: {wanted - set(kept)}"
        time.sleep(0.3)


@pytest.mark.slow
@pytest.mark.parametrize("name", ALL)
def test_poison_lands_in_the_dead_letter_queue_with_its_bytes(way: Way, name: str) -> None:
    topic = topic_of(name)
    poison = poison_of(topic)
    keys = {what: f"poison-{what}".encode() for what in poison}
    asyncio.run(send(way, name, [(keys[what], *poison[what], None) for what in poison]))
    kept = set_aside(way, topic, {f"{name}-{what}" for what in poison})
    for what, (value, headers) in poison.items():
        record = kept[f"{name}-{what}"]
        assert (record.key, record.value) == (keys[what], value)
        assert list(record.headers)[: len(headers)] == headers
        assert dict(record.headers)["dlq_code"]


@pytest.mark.slow
def test_after_all_that_poison_a_tender_still_arrives(way: Way) -> None:
    _, address = way.sign_up("50800000")
    assert way.mail_about(way.publish("50800000"), address)


@pytest.fixture(scope="session")
def told(way: Way) -> str:
    """An address that was told of a tender; another one was too, and has left since."""
    _, address = way.sign_up("31500000")
    _, leaving = way.sign_up("31500000")
    tender_id = way.publish("31500000")
    assert way.mail_about(tender_id, address)
    way.unsubscribe(leaving, tender_id)
    way.settle()
    return address


@pytest.mark.slow
@pytest.mark.parametrize("name", ALL)
def test_duplicates_in_reverse_order_change_nothing(way: Way, told: str, name: str) -> None:
    """Everything that was ever said on the topic is said again, last things first."""
    mails = len(way.services.sandbox.inbox.all())
    records = filter(readable, asyncio.run(read_all(way.services.sandbox.kafka, name)))
    again = [(r.key, r.value, list(r.headers), r.partition) for r in records]
    assert again
    asyncio.run(send(way, name, again[::-1]))
    assert way.mail_about(way.publish("31500000"), told)
    assert way.settle().cases == []
    assert len(way.services.sandbox.inbox.all()) == mails + 1
    assert unsettled(way) == 0


def readable(record: Record) -> bool:
    """Not poison of another test."""
    return dict(record.headers).get("ce_source", b"test") != b"test"


def unsettled(way: Way) -> int:
    """Accepted tender revisions without a terminal outcome."""
    with psycopg.connect(admin_dsn(way.services.sandbox)) as connection:
        row = connection.execute(
            "SELECT count(*) FROM intake.tender_revision WHERE settled_at IS NULL"
        ).fetchone()
    return int(row[0]) if row else -1
