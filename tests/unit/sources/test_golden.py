"""Values of real notices, taken from the XML by eye."""

from datetime import datetime
from decimal import Decimal

from services.intake.sources.eforms import read_notice
from shared.contracts.tender import Tender
from tests.unit.sources.corpus import DATA


def read(name: str) -> Tender:
    return read_notice((DATA / name).read_bytes()).tender


def test_a_french_competition_of_four_lots() -> None:
    tender = read("ted/00185800_2025.xml")
    assert (tender.kind, tender.status, tender.language) == ("competition", "open", "fr")
    assert [buyer.name for buyer in tender.buyers] == ["Agglomération Sophia Antipolis"]
    assert [lot.cpv_main for lot in tender.lots] == ["45233290", "45233221", "45233293", "45316000"]
    assert [lot.cpv_additional for lot in tender.lots][:2] == [["45233294"], ["44811000"]]
    for lot in tender.lots:
        assert lot.deadline == datetime.fromisoformat("2025-04-24T12:00:00+02:00")
        assert (lot.reserved, lot.reserved_execution, lot.value) == ([], "no", None)


def test_a_french_result_of_one_lot() -> None:
    tender = read("sdk/can_24_minimal.xml")
    (lot,) = tender.lots
    assert (tender.kind, tender.status, tender.nuts) == ("award", "awarded", ["FRD22"])
    assert (tender.buyers[0].id, tender.buyers[0].name) == ("123 456 789", "Rouen Habitat")
    assert (lot.lot_id, lot.cpv_main, lot.status) == ("LOT-0000", "77310000", "awarded")
    assert lot.result is not None
    assert lot.result.value is not None
    assert lot.result.value.amount == Decimal(95414)


def test_a_market_consultation() -> None:
    tender = read("sdk/E1_minimal.xml")
    assert (tender.kind, tender.status) == ("market_consultation", "consultation")
    assert tender.title == {"en": "Procedure Name"}
    assert (tender.procedure_id, tender.nuts, tender.lots[0].nuts) == (None, [], [])
    assert tender.lots[0].submission_url == "https://example.com/endpoint"


def test_a_business_registration_has_neither_buyers_nor_lots() -> None:
    tender = read("sdk/X01_EEIG.xml")
    assert (tender.kind, tender.status, tender.buyers, tender.lots) == ("other", "closed", [], [])
