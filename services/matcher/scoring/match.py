"""The match of one tender and one supplier: plain, slow, and what every engine must equal."""

from collections.abc import Iterable
from datetime import datetime

from services.matcher.scoring import lots, score
from services.matcher.scoring.judge import JudgedLot, active, best_first, judge_lot
from services.matcher.scoring.prepare import PreparedLot, PreparedSupplier, PreparedTender
from services.matcher.scoring.weights import Weights
from shared.contracts.codes import Verdict
from shared.contracts.match import Match

MOST_LOTS = 100
"""Lots that one match names; more would outgrow a message, and no mail shows them."""


def match_pair(
    tender: PreparedTender, supplier: PreparedSupplier, now: datetime, weights: Weights
) -> Match | None:
    """The match at `now`, with the lots that match, best first; None where none does."""
    if not lots.matchable(tender.tender, now):
        return None
    return match_lots(tender, tender.lots, supplier, now, weights)


def match_lots(
    tender: PreparedTender,
    candidates: Iterable[PreparedLot],
    supplier: PreparedSupplier,
    now: datetime,
    weights: Weights,
) -> Match | None:
    """The match of a matchable tender, if only these of its lots can match."""
    if not active(tender.tender, supplier):
        return None
    threshold = supplier.supplier.threshold
    matching: list[JudgedLot] = []
    for lot in candidates:
        trade = score.trade_points(lot, supplier, weights)
        if trade:
            judged = judge_lot(tender, lot, supplier, now, weights, trade)
            if judged.matches(threshold):
                matching.append(judged)
    return as_match(tender, supplier, matching, weights)


def as_match(
    tender: PreparedTender,
    supplier: PreparedSupplier,
    matching: list[JudgedLot],
    weights: Weights,
) -> Match | None:
    """Matching lots in the form of the contract; None without any."""
    if not matching:
        return None
    ordered = sorted(matching, key=best_first)
    eligible = any(lot.eligibility.verdict is Verdict.ELIGIBLE for lot in ordered)
    return Match(
        tender_id=tender.tender.tender_id,
        tenant_id=tender.tender.tenant_id,
        tender_revision=tender.tender.revision,
        supplier_id=supplier.supplier.supplier_id,
        supplier_revision=supplier.supplier.revision,
        verdict=Verdict.ELIGIBLE if eligible else Verdict.POSSIBLE,
        score=ordered[0].score,
        score_version=weights.score_version,
        lots=[lot.lot_match() for lot in ordered[:MOST_LOTS]],
    )


def match_supplier(
    supplier: PreparedSupplier,
    tenders: Iterable[PreparedTender],
    now: datetime,
    weights: Weights,
) -> list[Match]:
    """The matches of one supplier with many tenders, in the order of the tenders."""
    found = (match_pair(tender, supplier, now, weights) for tender in tenders)
    return [match for match in found if match]
