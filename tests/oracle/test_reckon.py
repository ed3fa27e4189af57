"""The reckoning sees what was lost, doubled or wrong: it would not be worth much otherwise."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.contracts.supplier import Contact, Supplier
from shared.contracts.tender import Tender
from tests.oracle.reckon import Reckoning, reckon
from tests.oracle.world import Acceptance, Mail, Recipient, World

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def tender(revision: int = 1, cpv: str = "90911200", status: str = "open") -> Tender:
    lot = {"lot_id": "LOT-0001", "status": status, "cpv_main": cpv, "nuts": ["SE224"]}
    return Tender.model_validate(
        {
            "tender_id": "t",
            "tenant_id": "default",
            "revision": revision,
            "status": status,
            "kind": "competition",
            "source": {"system": "api"},
            "lots": [lot],
        }
    )


def supplier() -> Supplier:
    return Supplier.model_validate(
        {"supplier_id": "s", "tenant_id": "default", "revision": 1, "cpv": ["90911200"]}
    )


def recipient(confirmed_at: datetime | None) -> Recipient:
    consent: dict[str, Any] = {"version": "1", "given_at": NOW, "source": "test"}
    contact = Contact.model_validate(
        {
            "recipient_id": "r",
            "supplier_id": "s",
            "tenant_id": "default",
            "revision": 1,
            "address": "a@b.example",
            "consent": consent | {"confirmed_at": confirmed_at},
        }
    )
    return Recipient(contact, confirmed_at is not None)


def mail(seq: int = 1, at: datetime = NOW) -> Mail:
    return Mail(at, seq, "r", (("t", "r", "match", "0"),), None)


def world(*tenders: Tender, mails: list[Mail], confirmed: bool = True) -> World:
    return World(
        tenders={"t": list(tenders)},
        suppliers={"s": [supplier()]},
        recipients={"r": recipient(NOW - timedelta(hours=1) if confirmed else None)},
        mails=mails,
    )


def counts(result: Reckoning) -> tuple[int, int, int]:
    return result.lost, result.twice, result.wrong


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (world(tender(), mails=[mail()]), (0, 0, 0)),
        (world(tender(), mails=[]), (1, 0, 0)),
        (world(tender(), mails=[mail(1), mail(2)]), (0, 1, 0)),
        (world(tender(cpv="45000000"), mails=[mail()]), (0, 0, 1)),
        (world(tender(), mails=[mail()], confirmed=False), (0, 0, 1)),
        (world(tender(), mails=[], confirmed=False), (0, 0, 0)),
        (world(tender(1), tender(2, status="closed"), mails=[mail()]), (0, 0, 0)),
        (world(tender(1), tender(2, status="closed"), mails=[]), (0, 0, 0)),
    ],
    ids=[
        "mailed once",
        "not mailed",
        "mailed twice",
        "not due",
        "not confirmed, mailed",
        "not confirmed, not mailed",
        "due at an earlier revision, mailed",
        "due at an earlier revision, not mailed",
    ],
)
def test_each_fault_is_counted(seen: World, expected: tuple[int, int, int]) -> None:
    assert counts(reckon(seen, NOW)) == expected


def test_what_the_notifier_shows_as_unknown_is_not_lost() -> None:
    seen = world(tender(), mails=[])
    seen.unknown = {("t", "r", "match", "0")}
    result = reckon(seen, NOW)
    assert (counts(result), result.unknown) == ((0, 0, 0), 1)


def test_an_accepted_tender_that_nobody_knows_is_lost() -> None:
    seen = world(tender(), mails=[mail()])
    seen.acceptances = [Acceptance(NOW, True, "gone", None, 1), Acceptance(NOW, True, "t", None, 2)]
    assert counts(reckon(seen, NOW)) == (2, 0, 0)


def test_a_confirmation_mail_that_never_came_is_lost() -> None:
    seen = world(tender(), mails=[mail()])
    seen.requests = {"q1", "q2"}
    seen.mails.append(replace(mail(2), ledger=(), request="q1"))
    assert counts(reckon(seen, NOW)) == (1, 0, 0)


def test_a_mail_to_a_stranger_is_wrong() -> None:
    seen = world(tender(), mails=[mail()])
    seen.mails.append(Mail(NOW, 2, "x@y.example", (), None))
    assert counts(reckon(seen, NOW)) == (0, 0, 1)


def test_latency_counts_from_the_acceptance_of_the_tender() -> None:
    seen = world(tender(), mails=[mail(at=NOW + timedelta(milliseconds=1500))])
    seen.acceptances = [Acceptance(NOW, True, "t", None, 1, single=True)]
    result = reckon(seen, NOW)
    assert result.http_to_smtp_ms == {"p50": 1500.0, "p99": 1500.0}
    assert result.bulk_http_to_smtp_ms == {"p50": None, "p99": None}
