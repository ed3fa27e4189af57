"""From HTTP to SMTP, the whole way."""

import time
from datetime import timedelta
from typing import Any

import pytest

from services.intake.domain import tender_input
from services.intake.notices import MAX_TENDER_BYTES
from shared.clock import system_clock
from tests.e2e.way import Way, tender

SECONDS = 20


def test_a_published_tender_arrives_explained_within_seconds(way: Way) -> None:
    _, address = way.sign_up("55520000", keywords=["smörgås"])
    started = time.monotonic()
    tender_id = way.publish("55520000", title={"sv": "Smörgås till åtta möten"})
    mail = way.mail_about(tender_id, address)
    assert time.monotonic() - started < SECONDS
    text = mail.get_body(("plain",))
    assert text is not None
    content = text.get_content()
    assert "Smörgås till åtta möten" in content
    assert "Granfors kommun" in content
    assert "Catering" in content
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_supplier_who_joins_later_is_told_of_what_is_open(way: Way) -> None:
    tender_id = way.publish("79800000")
    _, address = way.sign_up("79800000")
    assert way.mail_about(tender_id, address)


def test_an_address_that_did_not_confirm_gets_nothing_but_the_question(way: Way) -> None:
    silent = f"post@tyst-{way.fresh():03d}.example"
    body = {"name": "Tyst", "address": silent, "cpv": ["71300000"], "consent": {"given": True}}
    assert way.send("POST", "/v1/suppliers", body).status_code == 201
    _, confirmed = way.sign_up("71300000")
    tender_id = way.publish("71300000")
    assert way.mail_about(tender_id, confirmed)
    mails = way.mails_to(silent, 1, lambda _: True)
    assert [mail["X-Ombud-Ledger"] for mail in mails] == [None]


def test_missing_evidence_is_named_in_the_mail(way: Way) -> None:
    _, address = way.sign_up("77310000")
    lot = tender("77310000")["lots"][0] | {"reserved": ["res-ws"]}
    tender_id = way.publish("77310000", lots=[lot])
    text = way.mail_about(tender_id, address).get_body(("plain",))
    assert text is not None
    assert "Möjlig" in text.get_content()


def test_the_same_tender_again_makes_no_second_mail(way: Way) -> None:
    _, address = way.sign_up("92600000")
    source = {"notice_id": f"again-{way.fresh()}"}
    body = tender("92600000") | {"source": source}
    first, second = (way.send("POST", "/v1/tenders", body) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert way.mail_about(first.json()["tender_id"], address)
    assert way.settle().cases == []


def sized(size: int) -> dict[str, Any]:
    """A tender whose state, serialized, has so many bytes."""
    deadline = (system_clock() + timedelta(days=20)).isoformat()
    lots = [
        {"lot_id": f"LOT-{n:04d}", "cpv_main": "48000000", "description": {"sv": "a"}}
        for n in range(24)
    ]
    body = tender("48000000") | {"lots": [lot | {"deadline": deadline} for lot in lots]}
    body["source"] = {"notice_id": f"sized-{size}"}
    body["published_at"] = system_clock().isoformat()
    notice = tender_input.to_notice(tender_input.parse(body), "default", system_clock())
    missing = size - len(notice.tender.model_dump_json().encode())
    for place, lot in enumerate(body["lots"]):
        share = missing // len(lots) + (1 if place < missing % len(lots) else 0)
        lot["description"] = {"sv": "a" * (1 + share)}
    return body


@pytest.mark.slow
def test_a_tender_just_under_four_mebibytes_goes_the_whole_way(way: Way) -> None:
    _, address = way.sign_up("48000000")
    answer = way.send("POST", "/v1/tenders", sized(MAX_TENDER_BYTES - 64))
    assert answer.status_code == 201, answer.text
    assert way.mail_about(answer.json()["tender_id"], address)


def test_a_tender_above_four_mebibytes_is_too_large(way: Way) -> None:
    answer = way.send("POST", "/v1/tenders", sized(MAX_TENDER_BYTES + 64))
    assert answer.status_code == 413
    assert answer.headers["content-type"].startswith("application/problem+json")
