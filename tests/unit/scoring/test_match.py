"""Score and match of a pair: value, clauses, threshold, order of lots, why not."""

from typing import Any

import pytest

from services.matcher.scoring import (
    match_pair,
    match_supplier,
    matchable,
    prepare_supplier,
    prepare_tender,
)
from shared.contracts.match import Match
from shared.contracts.supplier import Supplier
from shared.contracts.tender import Tender
from tests.unit.scoring.world import (
    NOW,
    WEIGHTS,
    codes,
    explain,
    judged,
    lot,
    points,
    supplier,
    tender,
)


def match(what: Tender, who: Supplier) -> Match | None:
    return match_pair(prepare_tender(what, WEIGHTS), prepare_supplier(who, WEIGHTS), NOW, WEIGHTS)


def sek(amount: float, currency: str = "SEK") -> dict[str, Any]:
    return {"value": {"amount": amount, "currency": currency}}


BAND = {"value_band": {"minimum": 100_000, "maximum": 500_000}}


@pytest.mark.parametrize(
    ("lot_fields", "supplier_fields", "reason", "worth"),
    [
        (sek(100_000), BAND, "value", 5),
        (sek(500_000), BAND, "value", 5),
        (sek(500_000.01), BAND, "value_over", -5),
        (sek(99_999), BAND, "value_under", -2.5),
        (sek(300_000), BAND | {"capacity": 200_000}, "value_over", -5),
        (sek(300_000), {"capacity": 400_000}, "value", 5),
        ({"maximum_value": {"amount": 300_000}}, BAND, "value", 5),
        (sek(300_000, "EUR"), BAND, None, 0),
        (sek(300_000), {}, None, 0),
        ({}, BAND, None, 0),
    ],
)
def test_value_against_band_and_capacity(
    lot_fields: dict[str, Any], supplier_fields: dict[str, Any], reason: str | None, worth: float
) -> None:
    found = points(judged(lot_fields, supplier_fields))
    assert {code: n for code, n in found.items() if code.startswith("value")} == (
        {reason: worth} if reason else {}
    )


@pytest.mark.parametrize(
    ("clause", "offer", "reason", "worth"),
    [
        ("se-employ", "jobs", "jobs", 3),
        ("se-intern", "internships", "internships", 3),
        ("se-dialogue", "dialogue", "dialogue", 2),
    ],
)
def test_willingness_adds_points_only_where_a_clause_asks(
    clause: str, offer: str, reason: str, worth: float
) -> None:
    willing = {"offers": {offer: True}}
    assert points(judged({"clauses": [{"code": clause}]}, willing))[reason] == worth
    assert reason not in points(judged({}, willing))
    assert reason not in points(judged({"clauses": [{"code": clause}]}))


def test_the_score_is_the_sum_of_the_points_and_never_above_100() -> None:
    explained = judged({"value": {"amount": 1}}, {"capacity": 2})
    assert explained.score == 70 == sum(points(explained).values())
    title = "tak golv mur plåt ränna"
    full = judged(
        {"title": {"sv": title}, "value": {"amount": 1}},
        {"capacity": 2, "keywords": title.split(), "experience": [{"title": title + " asfalt"}]},
    )
    assert full.score == 100


def test_a_score_below_nothing_is_nothing() -> None:
    explained = judged(
        {"municipalities": [], "nuts": ["DK011"], "title": {}}, {"cpv": ["90500000"]}
    )
    assert explained.score == 0
    assert sum(points(explained).values()) == -8


@pytest.mark.parametrize(("threshold", "matches"), [(65, True), (65.1, False)])
def test_the_threshold_is_reached_by_an_equal_score(threshold: float, matches: bool) -> None:
    assert (match(tender(), supplier(threshold=threshold)) is not None) is matches


def test_without_a_hit_nothing_matches_whatever_the_threshold() -> None:
    who = supplier(cpv=["45000000"], threshold=0)
    assert match(tender(), who) is None
    assert codes(explain(tender(), who).lots[0].why_not) == ["nohit"]


def test_a_low_score_says_so() -> None:
    why_not = explain(tender(), supplier(threshold=90)).lots[0].why_not
    assert [gap.params for gap in why_not] == [{"score": 65.0, "threshold": 90.0}]


@pytest.mark.parametrize("fields", [{"status": "inactive"}, {"tenant_id": "other"}])
def test_inactive_suppliers_and_other_tenants_do_not_match(fields: dict[str, Any]) -> None:
    explained = explain(tender(), supplier(**fields))
    assert explained.match is None
    assert codes(explained.why_not) == ["inactive"]
    assert match(tender(), supplier(**fields)) is None


def test_matching_lots_come_best_first_and_others_not_at_all() -> None:
    what = tender(
        lot(lot_id="C", certificates=["ISO 9001"]),
        lot(lot_id="B"),
        lot(lot_id="D", cpv_main="90920000", title={}),
        lot(lot_id="A", status="cancelled"),
        lot(lot_id="E", value={"amount": 1}),
        lot(lot_id="F", cpv_main="45000000"),
    )
    found = match(what, supplier(capacity=5, threshold=41))
    assert found is not None
    assert [one.lot_id for one in found.lots] == ["E", "B", "C"]
    assert (found.verdict, found.score) == ("eligible", 70)
    assert found.score_version == WEIGHTS.score_version
    assert (found.tender_revision, found.supplier_revision) == (3, 2)


def test_a_match_is_possible_where_no_lot_is_eligible() -> None:
    found = match(tender(lot(certificates=["ISO 9001"])), supplier())
    assert found is not None
    assert found.verdict == "possible"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, True),
        ({"kind": "direct_procurement"}, True),
        ({"kind": "market_consultation"}, True),
        ({"kind": "plan", "status": "planned"}, False),
        ({"kind": "award"}, False),
        ({"status": "suspended"}, False),
        ({"lots": []}, False),
        ({"lots": [lot(status="closed"), lot(deadline=NOW.replace(year=2025))]}, False),
    ],
)
def test_only_open_tenders_with_an_open_lot_are_matchable(
    fields: dict[str, Any], expected: bool
) -> None:
    assert matchable(tender(**fields), NOW) is expected


def test_one_supplier_against_many_tenders() -> None:
    tenders = [tender(), tender(tender_id="t2", status="closed"), tender(tender_id="t3")]
    found = match_supplier(
        prepare_supplier(supplier(), WEIGHTS),
        [prepare_tender(one, WEIGHTS) for one in tenders],
        NOW,
        WEIGHTS,
    )
    assert [one.tender_id for one in found] == ["t1", "t3"]
