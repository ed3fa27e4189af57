"""The matcher and the independent reckoning, both written from docs/scoring.md, agree in all."""

from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from services.matcher.scoring import Weights, match_pair, prepare_supplier, prepare_tender
from shared.contracts.match import LotMatch, Match
from shared.contracts.supplier import Supplier
from shared.contracts.tender import Tender
from tests.oracle.examples import (
    random_supplier,
    random_tender,
    shipped_suppliers,
    shipped_tenders,
)
from tests.oracle.score import LotScore, matching_lots
from tests.oracle.weights import FILE

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
WEIGHTS = Weights.parse(Path(FILE).read_text())


def of_matcher(match: Match | None) -> list[dict[str, Any]]:
    return [lot.model_dump(mode="json") for lot in match.lots] if match else []


def of_oracle(lots: list[LotScore]) -> list[dict[str, Any]]:
    """The same lots in the form of the contract."""
    return [
        LotMatch.model_validate(
            {
                "lot_id": lot.lot_id,
                "verdict": lot.verdict,
                "score": lot.tenths / 10,
                "reasons": [
                    {"code": code, "params": params, "points": tenths / 10}
                    for code, params, tenths in lot.reasons
                ],
                "gaps": [{"code": code, "params": params} for code, params in lot.gaps],
            }
        ).model_dump(mode="json")
        for lot in lots
    ]


def compare(tender: Tender, supplier: Supplier) -> bool:
    """Both agree on the pair; tells whether it matches."""
    prepared = prepare_tender(tender, WEIGHTS), prepare_supplier(supplier, WEIGHTS)
    theirs = of_matcher(match_pair(*prepared, NOW, WEIGHTS))
    ours = of_oracle(matching_lots(tender, supplier, NOW))
    assert theirs == ours, f"{tender.model_dump_json()}\n{supplier.model_dump_json()}"
    return bool(ours)


@pytest.mark.parametrize("seed", range(10))
def test_both_agree_on_pairs_near_the_edges_of_the_rules(seed: int) -> None:
    rng = Random(seed)
    matched = 0
    for _ in range(400):
        matched += compare(random_tender(rng, NOW), random_supplier(rng, NOW))
    assert matched > 10


def test_both_agree_on_the_shipped_direct_procurements_and_suppliers() -> None:
    tenders, suppliers = shipped_tenders(NOW), shipped_suppliers(NOW.date())
    matched = sum(compare(tender, supplier) for tender in tenders for supplier in suppliers)
    assert matched > 20
