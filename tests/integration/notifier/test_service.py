"""The notifier as it runs: from Kafka to SMTP, and through every crash on the way."""

import signal
import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from shared import failpoints, topics
from shared.clock import system_clock
from shared.contracts.base import Contract
from shared.contracts.match import Match
from shared.contracts.supplier import Contact
from shared.contracts.tender import Tender
from shared.kafka import Message, Publisher, Record
from tests.integration.kafka import publish, read_all, started_broker, until
from tests.integration.notifier.service import Service, record_over_http
from tests.integration.notifier.things import batch_of, contact, match, request, tender
from tests.stack import Sandbox

FAILPOINTS = (
    "notifier.inbox.before_commit",
    "notifier.inbox.after_commit",
    "notifier.planner.before_commit",
    "notifier.sender.after_lease",
    "notifier.sender.after_rcpt",
    "notifier.sender.after_handing_over",
    "notifier.sender.after_data",
    "notifier.sender.after_sent",
)


@pytest.fixture
def record_url(sandbox: Sandbox) -> Iterator[str]:
    with record_over_http(sandbox.sink) as url:
        yield url


@pytest.fixture
async def service(sandbox: Sandbox, record_url: str, tmp_path: Path) -> AsyncIterator[Service]:
    """Not yet started."""
    notifier = Service(sandbox, record_url, tmp_path / "notifier.log")
    yield notifier
    await notifier.stop()


def _told(body: Contract) -> Message:
    """The body as its owner would publish it."""
    now = system_clock()
    if isinstance(body, Tender):
        open_until = now + timedelta(days=20)
        lots = [lot.model_copy(update={"deadline": open_until}) for lot in body.lots]
        body = body.model_copy(update={"lots": lots})
        return Message(topics.TENDERS, body.tender_id, body, now)
    if isinstance(body, Match):
        return Message(topics.MATCHES, body.tender_id, batch_of(body), now)
    assert isinstance(body, Contact)
    return Message(topics.CONTACTS, body.recipient_id, body, now)


def _recipients(sandbox: Sandbox) -> list[str]:
    return [address for entry in sandbox.inbox.all() for address in entry.rcpt_to]


async def _mails(sandbox: Sandbox, count: int) -> None:
    async def there() -> bool:
        return len(sandbox.inbox.all()) >= count

    await until(there, within_s=60)


@pytest.mark.slow
async def test_a_crash_at_any_step_neither_loses_nor_doubles_a_mail(
    sandbox: Sandbox, service: Service
) -> None:
    """Each process dies at its failpoint; the next must first finish what that one left."""
    for number, failpoint in enumerate(FAILPOINTS, start=1):
        tender_id = f"t{number}"
        await service.start(failpoint)
        await publish(
            sandbox.kafka,
            [
                _told(match(tender_id, f"s{number}")),
                _told(contact(f"r{number}", f"s{number}")),
                _told(tender(tender_id)),
            ],
        )
        assert await service.ended() == failpoints.EXIT_CODE, failpoint
    await service.start()
    await _mails(sandbox, len(FAILPOINTS))

    async def all_told() -> bool:
        told = await read_all(sandbox.kafka, topics.NOTIFICATIONS.name)
        return len(told) >= len(FAILPOINTS)

    await until(all_told)
    expected = [f"r{number}@firma.example" for number in range(1, len(FAILPOINTS) + 1)]
    assert sorted(_recipients(sandbox)) == expected


async def test_what_was_mailed_is_told_and_a_repetition_of_all_mails_nothing(
    sandbox: Sandbox, service: Service
) -> None:
    everything = [_told(contact()), _told(match()), _told(tender())]
    await service.start()
    await publish(sandbox.kafka, everything)
    await _mails(sandbox, 1)
    await publish(sandbox.kafka, everything + everything)
    await publish(sandbox.kafka, [_told(contact("r2", "s2")), _told(match(supplier_id="s2"))])
    await _mails(sandbox, 2)
    assert sorted(_recipients(sandbox)) == ["r1@firma.example", "r2@firma.example"]

    async def settled() -> bool:
        told = await read_all(sandbox.kafka, topics.PROGRESS.name)
        return any(b'"sent":2' in (record.value or b"") for record in told)

    await until(settled)
    told = await read_all(sandbox.kafka, topics.NOTIFICATIONS.name)
    assert sorted(record.key or b"" for record in told) == [b"s1", b"s2"]


async def test_poison_is_set_aside_with_its_bytes_and_the_rest_flows_on(
    sandbox: Sandbox, service: Service
) -> None:
    await service.start()
    read = (topics.TENDERS, topics.CONTACTS, topics.MATCHES, topics.MAIL_REQUESTS)
    garbage = b"\xff\x00not json"
    async with started_broker(sandbox.kafka) as broker:
        for topic in read:
            await Publisher(broker).send(
                [
                    (topic.name, b"k", garbage, [("ce_id", b"\xff")], partition)
                    for partition in (0, 1)
                ]
            )
    await publish(sandbox.kafka, [_told(contact()), _told(match()), _told(tender())])
    await _mails(sandbox, 1)

    async def set_aside() -> bool:
        kept: list[Record] = []
        for topic in read:
            kept += await read_all(sandbox.kafka, topic.dlq)
        return [record.value for record in kept] == [garbage] * 2 * len(read)

    await until(set_aside)


async def test_the_link_in_a_mail_stops_mail_at_once(sandbox: Sandbox, service: Service) -> None:
    await service.start()
    await publish(sandbox.kafka, [_told(contact()), _told(match()), _told(tender())])
    await _mails(sandbox, 1)
    mail = sandbox.inbox.message(sandbox.inbox.all()[0])
    link = mail["List-Unsubscribe"].strip("<>")
    async with httpx.AsyncClient() as client:
        assert (await client.get(link)).status_code == 200
        answer = await client.post(link, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "ombud_mails_settled_total" in (await client.get(f"{service.url}/metrics")).text
    await publish(
        sandbox.kafka,
        [
            _told(tender("t2")),
            _told(match("t2")),
            Message(topics.MAIL_REQUESTS, "r2", _request_now("q2", "r2"), system_clock()),
            _told(contact("r2", "s2", confirmed=False)),
        ],
    )
    await _mails(sandbox, 2)
    assert _recipients(sandbox) == ["r1@firma.example", "r2@firma.example"]

    async def told() -> bool:
        feedback = await read_all(sandbox.kafka, topics.FEEDBACK.name)
        return [record.key for record in feedback] == [b"s1"]

    await until(told)


async def test_it_leaves_within_seconds_when_asked_to(service: Service) -> None:
    await service.start()
    await service.ready()
    asked = time.monotonic()
    assert await service.stop(signal.SIGTERM) in (0, -signal.SIGTERM)
    assert time.monotonic() - asked < 15


def _request_now(request_id: str, recipient_id: str) -> Contract:
    return request(request_id, recipient_id, system_clock() + timedelta(days=1))
