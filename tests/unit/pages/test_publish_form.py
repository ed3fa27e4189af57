"""What a unit types becomes a tender, or sentences beside the fields."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from services.intake.domain.tender_input import TenderInput
from services.intake.pages.forms import publish
from shared.contracts.codes import ClauseCode, Reservation, ReservedExecution
from shared.web import Form

TODAY = date(2026, 11, 24)

GOOD = {
    "unit": "Helsingborgs stad",
    "title": "Städning av idrottshallar",
    "description": "Tre kvällar i veckan.",
    "trade": "90910000",
    "place": "1283",
    "value": "450 000",
    "deadline": "2026-12-04",
    "documents": "https://kommun.example/underlag",
}


def form(**changes: str) -> Form:
    """A form without errors, with changes."""
    return Form([*(GOOD | changes).items()])


def errors(**changes: str) -> dict[str, str]:
    """Field -> key of its sentence."""
    read = publish.read(form(**changes), TODAY)
    assert isinstance(read, list)
    return {error.name: error.key for error in read}


def tender(submitted: Form) -> TenderInput:
    read = publish.read(submitted, TODAY)
    assert isinstance(read, publish.Procurement), read
    return publish.to_tender(read, "draft-1", "sv", lambda code, n: {"sv": f"{code} {n}"})


def test_a_good_form_is_a_direct_procurement_with_one_lot() -> None:
    given = tender(form(months="12", certificates="ISO 9001, ISO 14001"))
    (lot,) = given.lots
    assert given.kind == "direct_procurement"
    assert given.title == {"sv": "Städning av idrottshallar"}
    assert lot.cpv_main == "90910000"
    assert lot.municipalities == ["1283"]
    assert lot.value and lot.value.amount == Decimal(450000)
    assert lot.duration and (lot.duration.amount, lot.duration.unit) == (12, "MONTH")
    assert lot.certificates == ["ISO 9001", "ISO 14001"]


def test_the_last_day_ends_at_midnight_in_sweden() -> None:
    (lot,) = tender(form()).lots
    assert lot.deadline == datetime(2026, 12, 4, 22, 59, 59, tzinfo=UTC)


def test_the_same_draft_sent_twice_is_the_same_notice() -> None:
    assert tender(form()).source == tender(form()).source
    assert tender(form()).source.notice_id == "draft-1"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"unit": " "}, {"unit": "error.unit"}),
        ({"title": ""}, {"title": "error.title"}),
        ({"title": "a" * 201}, {"title": "error.long"}),
        ({"description": ""}, {"description": "error.description"}),
        ({"trade": "12345678"}, {"trade": "error.trade"}),
        ({"place": "9999"}, {"place": "error.place"}),
        ({"value": "en halv miljon"}, {"value": "error.kronor"}),
        ({"value": "0"}, {"value": "error.kronor"}),
        ({"value": "NaN"}, {"value": "error.kronor"}),
        ({"value": "-5"}, {"value": "error.kronor"}),
        ({"months": "tolv"}, {"months": "error.months"}),
        ({"deadline": "2026-11-24"}, {"deadline": "error.deadline"}),
        ({"deadline": "4 dec"}, {"deadline": "error.deadline"}),
        ({"deadline": "2030-01-01"}, {"deadline": "error.deadline_far"}),
        ({"documents": "javascript:alert(1)"}, {"documents": "error.documents"}),
        ({"documents": ""}, {"documents": "error.documents"}),
        ({"reservation": "local"}, {"reservation": "error.choice"}),
        ({"n-se-employ": "2"}, {"n-se-employ": "error.people_without_term"}),
        ({"clauses": "se-employ", "n-se-employ": "0"}, {"n-se-employ": "error.people"}),
    ],
)
def test_each_mistake_is_named_at_its_field(
    changes: dict[str, str], expected: dict[str, str]
) -> None:
    assert errors(**changes) == expected


def test_errors_come_in_the_order_of_the_page() -> None:
    read = publish.read(Form(), TODAY)
    assert isinstance(read, list)
    names = [error.name for error in read]
    assert names == sorted(names, key=publish.ORDER.index)
    assert len(names) == 8


@pytest.mark.parametrize("code", list(Reservation))
def test_each_reservation_reserves_participation(code: Reservation) -> None:
    (lot,) = tender(form(reservation=code)).lots
    assert lot.reserved == [code]
    assert lot.reserved_execution is None


def test_reserved_execution_is_no_reservation_of_participation() -> None:
    (lot,) = tender(form(reservation=publish.EXECUTION)).lots
    assert lot.reserved == []
    assert lot.reserved_execution is ReservedExecution.YES


def test_terms_carry_their_number_of_people() -> None:
    pairs = [("clauses", "se-employ"), ("clauses", "se-dialogue"), ("n-se-employ", "2")]
    (lot,) = tender(Form([*GOOD.items(), *pairs])).lots
    assert [(clause.code, clause.text) for clause in lot.clauses] == [
        (ClauseCode.EMPLOYMENT, {"sv": "se-employ 2"}),
        (ClauseCode.DIALOGUE, {}),
    ]


def test_a_trade_picked_for_other_words_is_not_taken() -> None:
    picked = form(trade="catering", cpv="90910000", found_for="städning")
    assert publish.chosen_cpv(picked) is None
    assert publish.chosen_cpv(picked.with_value("found_for", "catering")) == "90910000"


def test_words_find_trades_in_either_language() -> None:
    codes = [found.code for found in publish.suggestions(form(trade="städning"), "en")]
    assert "90910000" in codes
