"""Every rule for a pair, also where it does not match: why, and why not."""

from dataclasses import dataclass
from datetime import datetime

from services.matcher.scoring.codes import RefusalCode
from services.matcher.scoring.judge import JudgedLot, active, best_first, judge_lot
from services.matcher.scoring.match import as_match
from services.matcher.scoring.prepare import PreparedSupplier, PreparedTender
from services.matcher.scoring.score import trade_points
from services.matcher.scoring.weights import Weights
from shared.contracts.codes import Verdict
from shared.contracts.match import Gap, Match, Reason


@dataclass(frozen=True, slots=True)
class LotExplanation:
    """One lot. `why_not` is empty where the lot matches."""

    lot_id: str
    verdict: Verdict
    score: float
    reasons: tuple[Reason, ...]
    gaps: tuple[Gap, ...]
    why_not: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A pair at an instant. `why_not` is what stops the whole pair; lots have their own."""

    match: Match | None
    why_not: tuple[Gap, ...]
    lots: tuple[LotExplanation, ...]


def explain_pair(
    tender: PreparedTender, supplier: PreparedSupplier, now: datetime, weights: Weights
) -> Explanation:
    """Apply every rule to every lot; `match` is what `match_pair` gives."""
    threshold = supplier.supplier.threshold
    judged = sorted(
        (
            judge_lot(tender, lot, supplier, now, weights, trade_points(lot, supplier, weights))
            for lot in tender.lots
        ),
        key=best_first,
    )
    inactive = not active(tender.tender, supplier)
    matching = [] if inactive else [lot for lot in judged if lot.matches(threshold)]
    return Explanation(
        match=as_match(tender, supplier, matching, weights),
        why_not=(Gap(code=RefusalCode.INACTIVE),) if inactive else (),
        lots=tuple(_explain(lot, threshold) for lot in judged),
    )


def _explain(judged: JudgedLot, threshold: float) -> LotExplanation:
    why_not = list(judged.eligibility.refusals)
    if not judged.hit:
        why_not.append(Gap(code=RefusalCode.NOHIT))
    elif judged.score < threshold:
        limits = {"score": judged.score, "threshold": threshold}
        why_not.append(Gap(code=RefusalCode.THRESHOLD, params={**limits}))
    return LotExplanation(
        lot_id=judged.lot.lot.lot_id,
        verdict=judged.eligibility.verdict,
        score=judged.score,
        reasons=tuple(point.reason() for point in judged.points),
        gaps=judged.eligibility.gaps,
        why_not=tuple(why_not),
    )
