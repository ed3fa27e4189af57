"""The example data becomes concrete for one day, and says only what may be said."""

import json
from datetime import date, datetime
from typing import Any

from deploy.local.feeder import DATA
from deploy.local.feeder_inputs import direct_procurement, procurements, supplier
from services.intake.domain import tender_input

BASE = date(2026, 11, 24)


def examples() -> list[dict[str, Any]]:
    return [json.loads(p.read_text()) for p in sorted(DATA.glob("direct_procurements/*.json"))]


def days_left(body: dict[str, Any]) -> set[int]:
    return {(datetime.fromisoformat(lot["deadline"]).date() - BASE).days for lot in body["lots"]}


def table() -> str:
    return (DATA / "procurements" / "procurements_2021_august.csv").read_text()


def test_twelve_direct_procurements_cover_every_reservation_and_clause() -> None:
    lots = [lot for body in examples() for lot in body["lots"]]
    clauses = {clause["code"] for lot in lots for clause in lot["clauses"]}
    assert len(examples()) == 12
    assert {code for lot in lots for code in lot["reserved"]} == {
        "res-ws",
        "res-pub-ser",
        "se-19-25a",
    }
    assert "yes" in {lot.get("reserved_execution") for lot in lots}
    assert clauses == {"se-employ", "se-intern", "se-dialogue", "se-labour"}


def test_direct_procurements_are_what_the_api_takes_and_close_in_10_to_40_days() -> None:
    for example in examples():
        body = direct_procurement(example, BASE)
        tender_input.parse(body)
        assert days_left(body) <= set(range(10, 41))


def test_at_least_350_rows_are_read_and_close_in_10_to_40_days() -> None:
    bodies = list(procurements(table(), BASE, 1))
    assert len(bodies) >= 350
    assert set.union(*map(days_left, bodies)) == set(range(10, 41))


def test_the_same_day_and_seed_give_the_same_bodies() -> None:
    assert list(procurements(table(), BASE, 1)) == list(procurements(table(), BASE, 1))


def test_ages_of_evidence_become_dates() -> None:
    example = {
        "social": {
            "participation": {"answer": True, "evidence_age_days": 10},
            "profit_reinvested": {"answer": True},
        },
        "certificates": [{"code": "iso-9001", "valid_for_days": -5}],
    }
    body = supplier(example, BASE)
    assert body["social"]["participation"]["evidence_date"] == "2026-11-14"
    assert body["social"]["profit_reinvested"]["evidence_date"] is None
    assert body["certificates"] == [{"code": "iso-9001", "valid_until": "2026-11-19"}]
