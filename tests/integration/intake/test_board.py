"""The operations board on real Kafka and Postgres."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from services.intake.keys import new_key
from services.intake.pages.topics_view import TopicLag, TopicsView
from shared import topics
from shared.clock import system_clock
from shared.contracts.events import PROGRESS, Matched, Settled
from shared.kafka import Batch, Message, Publisher, make_broker, subscribe
from tests.integration.intake.things import tender_json
from tests.integration.kafka import publish, service_settings, started_broker, until
from tests.integration.services import Service
from tests.stack import Sandbox

KEY = new_key()
GROUP = "matcher.router"


def matched(key: str) -> Message:
    now = system_clock()
    body = Matched(tender_id=key, tender_revision=1, partition=0, count=0, at=now)
    return Message(topics.PROGRESS, key, body, now)


async def seen(sandbox: Sandbox) -> TopicLag:
    read = await TopicsView(sandbox.kafka, system_clock).read()
    assert read is not None
    return next(topic for topic in read if topic.topic == "progress.v1")


async def test_a_reader_that_fell_behind_shows_in_messages_and_seconds(sandbox: Sandbox) -> None:
    taken: list[str] = []

    async def take(batch: Batch[Matched | Settled]) -> None:
        taken.extend(event.key for event in batch.events)

    broker = make_broker(service_settings(sandbox.kafka), "matcher")
    subscribe(broker, topic=topics.PROGRESS, group=GROUP, model=PROGRESS, handle=take)
    await publish(sandbox.kafka, [matched("t0")])
    await broker.start()

    async def read_all() -> bool:
        lag = (await seen(sandbox)).groups
        return taken == ["t0"] and [(g.records, g.seconds) for g in lag] == [(0, 0.0)]

    await until(read_all)
    await broker.stop()
    # Most of these are in partitions where the reader has never committed anything.
    await publish(sandbox.kafka, [matched(f"t{n}") for n in range(1, 41)])
    await asyncio.sleep(1)
    (lag,) = (await seen(sandbox)).groups
    assert (lag.group, lag.records) == (GROUP, 40)
    assert 1 <= lag.seconds < 30


async def test_dead_letters_are_counted(sandbox: Sandbox) -> None:
    async with started_broker(sandbox.kafka) as broker:
        await Publisher(broker).send([("progress.v1.dlq", b"t1", b"?", [], None)])
    assert (await seen(sandbox)).dead == 1


@pytest.fixture
def intake(sandbox: Sandbox, tmp_path: Path) -> Iterator[Service]:
    """Intake on its own ground, with a Kafka that does not answer."""
    environment = sandbox.environment("intake") | {
        "OMBUD_BOOTSTRAP_KEY": KEY,
        "OMBUD_OPEN_PAGES": "true",
        "OMBUD_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
    }
    service = Service("intake", environment, tmp_path).start()
    yield service.wait_ready()
    service.kill()


def test_while_kafka_is_away_requests_are_taken_in_and_the_board_says_what_waits(
    intake: Service,
) -> None:
    answer = httpx.post(
        f"{intake.url}/v1/tenders", json=tender_json(), headers={"Authorization": f"Bearer {KEY}"}
    )
    board = httpx.get(f"{intake.url}/ops?lang=en", timeout=20)
    assert (answer.status_code, board.status_code) == (201, 200)
    assert "Unsent in the outbox: 1, oldest" in board.text
    assert "Nothing is parked" in board.text
    assert 'http-equiv="refresh"' not in board.text
    assert 'http-equiv="refresh"' in httpx.get(f"{intake.url}/ops?live=1", timeout=20).text
