"""Intake as a process: what it accepts is on Kafka, whatever happens to it in between."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from services.intake.api.openapi import SUPPLIER_EXAMPLE
from services.intake.keys import new_key
from shared import topics
from shared.clock import system_clock
from shared.contracts.codes import FeedbackKind
from shared.contracts.events import Feedback, Matched, Settled
from shared.contracts.supplier import Contact
from shared.contracts.tender import Tender
from shared.kafka import Message
from tests.integration.intake.things import tender_json
from tests.integration.kafka import publish, read_all, until
from tests.integration.services import Service
from tests.stack import Sandbox

KEY = new_key()
HEADERS = {"Authorization": f"Bearer {KEY}"}


@pytest.fixture
def intake(sandbox: Sandbox, tmp_path: Path) -> Iterator[Service]:
    environment = sandbox.environment("intake") | {"OMBUD_BOOTSTRAP_KEY": KEY}
    service = Service("intake", environment, tmp_path)
    yield service
    if service.alive():
        service.kill()


def numbered(number: int) -> dict[str, object]:
    return tender_json(source={"notice_id": f"2026-{number}"})


async def revisions(sandbox: Sandbox, topic: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for record in await read_all(sandbox.kafka, topic):
        assert record.key is not None and record.value is not None
        found.setdefault(record.key.decode(), []).append(json.loads(record.value)["revision"])
    return found


@pytest.mark.parametrize(
    "failpoint",
    [
        "intake.before_commit:3",
        "intake.after_commit:3",
        "relay.before_commit",
        "relay.after_commit",
    ],
)
async def test_a_crash_anywhere_loses_and_doubles_nothing(
    sandbox: Sandbox, intake: Service, failpoint: str
) -> None:
    intake.start(failpoint).wait_ready()
    accepted: dict[int, str] = {}
    async with httpx.AsyncClient(headers=HEADERS, timeout=10) as client:
        for number in range(5):
            try:
                answer = await client.post(f"{intake.url}/v1/tenders", json=numbered(number))
            except httpx.TransportError:
                break
            accepted[number] = answer.json()["tender_id"]
        assert intake.process is not None
        assert intake.process.wait(timeout=20) == 86
        intake.start().wait_ready()
        for number in range(5):
            answer = await client.post(f"{intake.url}/v1/tenders", json=numbered(number))
            assert (
                accepted.setdefault(number, answer.json()["tender_id"])
                == answer.json()["tender_id"]
            )

    async def all_published() -> bool:
        return set(accepted.values()) <= set(await revisions(sandbox, "tenders.v1"))

    await until(all_published)
    for seen in (await revisions(sandbox, "tenders.v1")).values():
        assert set(seen) == {1}


async def test_unsubscribing_elsewhere_takes_the_consent_back(
    sandbox: Sandbox, intake: Service
) -> None:
    intake.start().wait_ready()
    made = httpx.post(f"{intake.url}/v1/suppliers", json=SUPPLIER_EXAMPLE, headers=HEADERS).json()
    said = Feedback(
        feedback_id="f1",
        supplier_id=made["supplier_id"],
        recipient_id=made["recipient_id"],
        kind=FeedbackKind.UNSUBSCRIBED,
        at=system_clock() + timedelta(seconds=1),
    )
    message = Message(topics.FEEDBACK, said.supplier_id, said, said.at)
    await publish(sandbox.kafka, [message, message])

    async def consent_is_gone() -> bool:
        told = [
            Contact.model_validate_json(r.value or b"{}")
            for r in await read_all(sandbox.kafka, "contacts.v1")
        ]
        return [(c.revision, c.consent is None) for c in told] == [(1, False), (2, True)]

    await until(consent_is_gone)


async def test_a_tender_is_followed_until_it_is_settled(sandbox: Sandbox, intake: Service) -> None:
    intake.start().wait_ready()
    sent = httpx.post(f"{intake.url}/v1/tenders", json=numbered(1), headers=HEADERS).json()
    tender_id, now = sent["tender_id"], system_clock()

    def matched(partition: int) -> Matched:
        count = 2 if partition == 3 else 0
        return Matched(
            tender_id=tender_id, tender_revision=1, partition=partition, count=count, at=now
        )

    async def gauge() -> float:
        lines = httpx.get(f"{intake.url}/metrics").text.splitlines()
        return float(next(x for x in lines if x.startswith("ombud_unsettled_tenders")).split()[1])

    async def waits() -> bool:
        return await gauge() == 1

    async def settled() -> bool:
        return await gauge() == 0

    await until(waits)
    told = [Message(topics.PROGRESS, tender_id, matched(number), now) for number in range(12)]
    await publish(sandbox.kafka, told)
    ended = Settled(
        tender_id=tender_id, tender_revision=1, sent=1, suppressed=1, unknown=0, queued=0, at=now
    )
    await publish(sandbox.kafka, [Message(topics.PROGRESS, tender_id, ended, now)])
    await until(settled)
    trail = httpx.get(f"{intake.url}/ops/api/follow/{tender_id}", auth=("", KEY)).json()
    (revision,) = trail["revisions"]
    assert len(revision["shards"]) == 12
    assert revision["published_at"] is not None and revision["offset"] is not None
    assert (revision["sent"], revision["suppressed"]) == (1, 1)


async def test_an_older_revision_behind_a_newer_is_followed_by_the_newer_again(
    sandbox: Sandbox, intake: Service
) -> None:
    intake.start().wait_ready()

    def version(number: str, title: str) -> dict[str, object]:
        source = {"notice_id": "2026-1", "notice_version": number}
        return tender_json(source=source, title={"sv": title})

    for number in ("01", "02"):
        answer = httpx.post(
            f"{intake.url}/v1/tenders", json=version(number, number), headers=HEADERS
        )
    tender_id = answer.json()["tender_id"]

    async def both() -> bool:
        return (await revisions(sandbox, "tenders.v1")).get(tender_id) == [1, 2]

    await until(both)
    first = next(
        Tender.model_validate_json(record.value or b"")
        for record in await read_all(sandbox.kafka, "tenders.v1")
    )
    await publish(sandbox.kafka, [Message(topics.TENDERS, tender_id, first, system_clock())])

    async def healed() -> bool:
        return (await revisions(sandbox, "tenders.v1"))[tender_id] == [1, 2, 1, 2]

    await until(healed)


async def test_sigterm_ends_it_gently(intake: Service) -> None:
    intake.start().wait_ready()
    assert intake.stop() in (0, -15)
