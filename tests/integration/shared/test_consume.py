"""The one loop under all subscribers, on a real broker."""

import asyncio
from datetime import UTC, datetime

import pytest

from shared import topics
from shared.contracts.events import PROGRESS, Matched, Settled
from shared.kafka import Batch, Message, Publisher, Reject, make_broker, make_producer, subscribe
from tests.integration.kafka import read_all, service_settings, started_broker, until
from tests.stack import Sandbox

AT = datetime(2026, 11, 20, tzinfo=UTC)
GARBAGE = b"\xfe" * (1024 * 1024 + 1)


def progress(count: int, key: str = "t1") -> Message:
    body = Matched(tender_id=key, tender_revision=1, partition=0, count=count, at=AT)
    return Message(topics.PROGRESS, key, body, AT)


class Taken:
    """A handler that remembers, and fails as told."""

    def __init__(self, failures: dict[int, list[Exception]] | None = None) -> None:
        self.counts: list[int | None] = []
        self.failures = failures or {}

    async def __call__(self, batch: Batch[Matched | Settled]) -> None:
        for event in batch.events:
            count = event.body.count if isinstance(event.body, Matched) else None
            if count is not None and self.failures.get(count):
                raise self.failures[count].pop(0)
        self.counts += [
            event.body.count if isinstance(event.body, Matched) else None for event in batch.events
        ]


async def consume(sandbox: Sandbox, taken: Taken, messages: list[Message], amount: int) -> None:
    """Publish, then consume until `amount` events were taken."""
    async with started_broker(sandbox.kafka) as sender:
        await Publisher(sender).publish(messages)
    broker = make_broker(service_settings(sandbox.kafka), "test")
    subscribe(broker, topic=topics.PROGRESS, group="test", model=PROGRESS, handle=taken)
    await broker.start()
    try:

        async def enough() -> bool:
            return len(taken.counts) >= amount

        await until(enough)
        await asyncio.sleep(0.2)  # a batch is taken before it is committed
    finally:
        await broker.stop()


async def test_what_was_taken_is_not_taken_again_after_a_restart(sandbox: Sandbox) -> None:
    first, second = Taken(), Taken()
    await consume(sandbox, first, [progress(1), progress(2)], 2)
    await consume(sandbox, second, [progress(3)], 1)
    assert first.counts == [1, 2]
    assert second.counts == [3]


async def test_a_tombstone_reaches_the_handler(sandbox: Sandbox) -> None:
    taken = Taken()
    await consume(sandbox, taken, [Message(topics.PROGRESS, "t1", None, AT)], 1)
    assert taken.counts == [None]


async def test_what_fails_for_a_passing_reason_is_tried_until_it_works(sandbox: Sandbox) -> None:
    taken = Taken({2: [ConnectionError(), TimeoutError(), ConnectionError()]})
    await consume(sandbox, taken, [progress(1), progress(2), progress(3)], 3)
    assert taken.counts == [1, 2, 3]
    assert await read_all(sandbox.kafka, topics.PROGRESS.dlq) == []


async def test_what_is_rejected_is_set_aside_and_the_rest_flows(sandbox: Sandbox) -> None:
    taken = Taken({2: [Reject("no_such_tender") for _ in range(9)]})
    await consume(sandbox, taken, [progress(1), progress(2), progress(3)], 2)
    (kept,) = await read_all(sandbox.kafka, topics.PROGRESS.dlq)
    assert taken.counts == [1, 3]
    assert kept.value == progress(2).value()
    assert dict(kept.headers)["dlq_code"] == b"no_such_tender"


async def test_an_unexpected_error_is_tried_three_times_and_set_aside(sandbox: Sandbox) -> None:
    errors: list[Exception] = [ValueError(n) for n in range(9)]
    taken = Taken({2: errors})
    await consume(sandbox, taken, [progress(1), progress(2), progress(3)], 2)
    (kept,) = await read_all(sandbox.kafka, topics.PROGRESS.dlq)
    assert taken.counts == [1, 3]
    assert dict(kept.headers)["dlq_code"] == b"handler_failed"
    assert dict(kept.headers)["dlq_attempt"] == b"3"
    assert len(errors) == 9 - 4  # once in the batch, three times alone


@pytest.mark.parametrize(
    ("value", "header", "code"),
    [
        (b"\xff\x00\xfe", None, b"bad_value"),
        (b'{"kind": "matched"', None, b"bad_value"),
        (b'{"kind": "from the future"}', None, b"bad_value"),
        (GARBAGE, None, b"bad_value"),
        (b"{}", ("ce_type", b"ombud.progress.v9"), b"unknown_schema"),
        (b"{}", ("ce_time", b"\xff"), b"bad_header"),
        (b"{}", ("ce_time", b"2026-11-20T00:00:00"), b"bad_header"),
    ],
    ids=["bytes", "json", "kind", "1MiB+1", "schema", "header", "zone"],
)
async def test_poison_is_set_aside_with_its_bytes(
    sandbox: Sandbox, value: bytes, header: tuple[str, bytes] | None, code: bytes
) -> None:
    good = progress(1)
    headers = dict(good.headers("test")) | ({header[0]: header[1]} if header else {})
    async with started_broker(sandbox.kafka) as sender:
        await Publisher(sender).send([("progress.v1", b"t1", value, list(headers.items()), None)])
    taken = Taken()
    await consume(sandbox, taken, [good], 1)
    (kept,) = await read_all(sandbox.kafka, topics.PROGRESS.dlq)
    assert taken.counts == [1]
    assert (kept.key, kept.value) == (b"t1", value)
    assert list(kept.headers)[: len(headers)] == list(headers.items())
    assert dict(kept.headers)["dlq_code"] == code


async def test_a_record_that_was_small_only_compressed_is_kept_in_part(sandbox: Sandbox) -> None:
    bomb = b"0" * 20_000_000
    producer = make_producer(sandbox.kafka)
    producer._max_request_size = 2 * len(bomb)
    await producer.start()
    try:
        await producer.send_and_wait(sandbox.topic_prefix + topics.PROGRESS.name, bomb, key=b"t1")
    finally:
        await producer.stop()
    taken = Taken()
    await consume(sandbox, taken, [progress(1)], 1)
    (kept,) = await read_all(sandbox.kafka, topics.PROGRESS.dlq)
    assert taken.counts == [1]
    assert kept.value == bomb[: len(kept.value or b"")]
    assert dict(kept.headers)["dlq_cut_from"] == b"20000000"
