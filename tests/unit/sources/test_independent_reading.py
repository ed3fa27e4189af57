"""Two programs that share no code read the same values from every real notice."""

from pathlib import Path
from typing import Any

import pytest

from services.intake.domain.notice import Notice
from services.intake.sources.eforms import read_notice
from shared.contracts.base import Money
from shared.contracts.tender import Lot
from tests.unit.sources import plain_reading
from tests.unit.sources.corpus import NOTICES, name


def as_pair(money: Money | None) -> tuple[Any, str] | None:
    return (money.amount, money.currency) if money else None


def lot_values(lot: Lot) -> dict[str, Any]:
    return {
        "lot_id": lot.lot_id,
        "title": lot.title,
        "description": lot.description,
        "cpv_main": lot.cpv_main,
        "cpv_additional": lot.cpv_additional,
        "nuts": lot.nuts,
        "countries": lot.countries,
        "value": as_pair(lot.value),
        "deadline": lot.deadline.isoformat() if lot.deadline else None,
        "question_deadline": lot.question_deadline.isoformat() if lot.question_deadline else None,
        "reserved": lot.reserved,
        "reserved_execution": lot.reserved_execution,
        "social": lot.objectives.social,
        "innovation": lot.objectives.innovation,
        "sme_suitable": lot.sme_suitable,
        "languages": lot.submission_languages,
        "criteria": len(lot.award_criteria),
    }


def notice_values(notice: Notice) -> dict[str, Any]:
    tender = notice.tender
    return {
        "notice_id": tender.source.notice_id,
        "version": tender.source.notice_version,
        "subtype": tender.source.subtype,
        "kind": tender.kind,
        "procedure_id": tender.procedure_id,
        "law": tender.law,
        "language": tender.language,
        "dispatched": notice.dispatched_at.isoformat(),
        "change_reason": notice.change_reason,
        "title": tender.title,
        "description": tender.description,
        "nuts": tender.nuts,
        "buyers": [buyer.id for buyer in tender.buyers],
        "decisions": {lot.lot_id: lot.result.decision for lot in tender.lots if lot.result},
    }


@pytest.mark.parametrize("path", NOTICES, ids=name)
def test_both_readings_agree(path: Path) -> None:
    content = path.read_bytes()
    notice, plain = read_notice(content), plain_reading.read(content)
    plain_lots, plain_buyers = plain.pop("lots"), plain["buyers"]
    known = {lot["lot_id"] for lot in plain_lots}
    plain["decisions"] = {k: v for k, v in plain["decisions"].items() if k in known}
    plain["buyers"] = [number for number, _ in plain_buyers]
    assert notice_values(notice) == plain
    for buyer, (_, names) in zip(notice.tender.buyers, plain_buyers, strict=True):
        assert buyer.name in names
    assert len(notice.tender.lots) == len(plain_lots)
    for lot, expected in zip(notice.tender.lots, plain_lots, strict=True):
        assert lot_values(lot) == expected
