"""One lot and one supplier: verdict and score together."""

from dataclasses import dataclass
from datetime import datetime

from services.matcher.scoring import eligibility, lots, score
from services.matcher.scoring.codes import ReasonCode
from services.matcher.scoring.eligibility import Eligibility, Question
from services.matcher.scoring.prepare import PreparedLot, PreparedSupplier, PreparedTender
from services.matcher.scoring.score import Point
from services.matcher.scoring.weights import Weights
from shared.contracts.codes import RecordStatus, Verdict
from shared.contracts.match import LotMatch
from shared.contracts.tender import Tender


@dataclass(frozen=True, slots=True)
class JudgedLot:
    """`hit`: do codes or words say that the lot concerns the supplier at all?"""

    lot: PreparedLot
    eligibility: Eligibility
    hit: bool
    points: list[Point]
    score: float

    def matches(self, threshold: float) -> bool:
        """Is the lot worth a mail to a supplier with this threshold?"""
        allowed = self.eligibility.verdict is not Verdict.NOT_ELIGIBLE
        return allowed and self.hit and self.score >= threshold

    def lot_match(self) -> LotMatch:
        """The lot in the form of the contract."""
        return LotMatch(
            lot_id=self.lot.lot.lot_id,
            verdict=self.eligibility.verdict,
            score=self.score,
            reasons=[point.reason() for point in self.points],
            gaps=list(self.eligibility.gaps),
        )


def active(tender: Tender, supplier: PreparedSupplier) -> bool:
    """Is the supplier active, and does it belong to the tender's tenant?"""
    profile = supplier.supplier
    return profile.status is RecordStatus.ACTIVE and profile.tenant_id == tender.tenant_id


def judge_lot(
    tender: PreparedTender,
    lot: PreparedLot,
    supplier: PreparedSupplier,
    now: datetime,
    weights: Weights,
    trade: list[Point],
) -> JudgedLot:
    """Apply every rule and weigh every reason, beside those of codes and words (`trade`)."""
    day = lots.judgement_date(lot.lot, now)
    judged = eligibility.judge(Question(tender.tender, lot, supplier, now, day))
    invited = lots.invitation(tender.tender)
    points = [Point(ReasonCode.INVITATION, 0, {})] if invited else []
    if trade:
        points += trade
        points += score.fit_points(lot, supplier, invited, weights)
        if judged.met:
            points.append(score.reserved_point(judged.met, weights))
    return JudgedLot(lot, judged, bool(trade), points, score.total(points))


def best_first(judged: JudgedLot) -> tuple[float, bool, str]:
    """Order of lots: highest score, then eligible before possible, then by id."""
    possible = judged.eligibility.verdict is not Verdict.ELIGIBLE
    return -judged.score, possible, judged.lot.lot.lot_id
