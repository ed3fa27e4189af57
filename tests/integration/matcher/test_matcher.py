"""The matcher as a process, on a real broker: whatever happens to it, no pair is missed."""

import asyncio
import random
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared import topics
from shared.contracts.codes import Verdict
from shared.contracts.events import Matched
from shared.contracts.match import MatchBatch
from shared.kafka import Broker, Message, Publisher
from tests.integration.kafka import read_all, started_broker, until
from tests.integration.services import Service
from tests.stack import Sandbox
from tests.unit.scoring.world import NOW, lot, supplier, tender

TRADES = ("90910000", "72000000", "55520000", "45000000")


@pytest.fixture
def matcher(sandbox: Sandbox, tmp_path: Path) -> Iterator[Service]:
    service = Service("matcher", sandbox.environment("matcher"), tmp_path)
    yield service
    if service.alive():
        service.kill()


def a_tender(number: int, revision: int = 1, **fields: Any) -> Message:
    far = NOW.replace(year=NOW.year + 5)
    body = tender(
        lot(cpv_main=TRADES[number % 4], title={"sv": "Upphandling"}, deadline=far),
        **({"tender_id": f"t{number}", "revision": revision} | fields),
    )
    return Message(topics.TENDERS, body.tender_id, body, NOW)


def a_supplier(number: int, revision: int = 1, **fields: Any) -> Message:
    body = supplier(
        **(
            {"supplier_id": f"s{number}", "revision": revision, "cpv": [TRADES[number % 4]]}
            | fields
        )
    )
    return Message(topics.SUPPLIERS, body.supplier_id, body, NOW)


async def told(sandbox: Sandbox) -> dict[tuple[str, str], Verdict]:
    """The last word about each pair of tender and supplier."""
    found: dict[tuple[str, str], tuple[tuple[int, int], Verdict]] = {}
    for record in await read_all(sandbox.kafka, topics.MATCHES.name):
        for match in MatchBatch.model_validate_json(record.value or b"").matches:
            pair = (match.tender_id, match.supplier_id)
            at = (match.tender_revision, match.supplier_revision)
            if pair not in found or at >= found[pair][0]:
                found[pair] = (at, match.verdict)
    return {pair: verdict for pair, (_, verdict) in found.items()}


async def progress(sandbox: Sandbox) -> list[Matched]:
    return [
        Matched.model_validate_json(record.value or b"")
        for record in await read_all(sandbox.kafka, topics.PROGRESS.name)
    ]


async def until_matched(sandbox: Sandbox, tenders: set[tuple[str, int]]) -> None:
    """Wait until all twelve shards have told that they are done with these revisions."""

    async def done() -> bool:
        seen = {(p.tender_id, p.tender_revision, p.partition) for p in await progress(sandbox)}
        return all(
            (*wanted, partition) in seen
            for wanted in tenders
            for partition in range(topics.SHARDS.partitions)
        )

    await until(done, within_s=90)


async def publish(broker: Broker, messages: list[Message]) -> None:
    await Publisher(broker).publish(messages)


async def test_a_tender_and_its_suppliers_meet_and_the_counts_add_up(
    sandbox: Sandbox, matcher: Service
) -> None:
    matcher.start()
    async with started_broker(sandbox.kafka) as broker:
        await publish(broker, [a_supplier(n) for n in range(40)])
        await publish(broker, [a_tender(0)])
        await until_matched(sandbox, {("t0", 1)})

        async def ten() -> bool:
            return len(await told(sandbox)) == 10

        await until(ten)
        await publish(broker, [a_tender(0, revision=2)])
        await until_matched(sandbox, {("t0", 2)})
        await publish(broker, [a_tender(0, revision=3, status="cancelled")])
        await until_matched(sandbox, {("t0", 3)})
    counts = [p.count for p in await progress(sandbox) if p.tender_revision == 2]
    assert sum(counts) == 10
    assert list((await told(sandbox)).values()) == [Verdict.WITHDRAWN] * 10


async def test_a_supplier_who_joins_later_is_matched_against_all_open_tenders(
    sandbox: Sandbox, matcher: Service
) -> None:
    matcher.start()
    async with started_broker(sandbox.kafka) as broker:
        await publish(broker, [a_tender(n) for n in range(8)])
        await until_matched(sandbox, {(f"t{n}", 1) for n in range(8)})
        await publish(broker, [a_supplier(0)])

        async def both() -> bool:
            return set(await told(sandbox)) == {("t0", "s0"), ("t4", "s0")}

        await until(both)


async def test_no_pair_is_missed_whatever_is_killed(sandbox: Sandbox, matcher: Service) -> None:
    chance = random.Random(4)
    numbers = list(range(60))
    messages = [a_tender(n) for n in numbers] + [a_supplier(n) for n in range(200)]
    chance.shuffle(messages)
    matcher.start()
    async with started_broker(sandbox.kafka) as broker:
        for start in range(0, len(messages), 40):
            await publish(broker, messages[start : start + 40])
            await asyncio.sleep(chance.uniform(0.2, 1.5))
            if start % 80 == 0:
                matcher.kill()
                matcher.start(chance.choice(["", "", "shard.before_publish:3"]))
            elif not matcher.alive():
                matcher.start("shard.after_publish:2")
        if not matcher.alive():
            matcher.start()

        async def alive_to_the_end() -> bool:
            if not matcher.alive():
                matcher.start()
            seen = {(p.tender_id, p.partition) for p in await progress(sandbox)}
            return len(seen) == len(numbers) * topics.SHARDS.partitions

        await until(alive_to_the_end, within_s=90)
    due = {(f"t{t}", f"s{s}") for t in numbers for s in range(200) if t % 4 == s % 4}

    async def all_told() -> bool:
        return set(await told(sandbox)) == due

    await until(all_told)


async def test_it_leaves_within_15_seconds_when_asked(sandbox: Sandbox, matcher: Service) -> None:
    matcher.start().wait_ready()
    assert matcher.stop() in (0, -signal.SIGTERM)  # uvicorn ends by the signal, once all is done
