"""How well a lot suits a supplier: explained points, in whole tenths (docs/scoring.md, 3 to 7)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from services.matcher.scoring import cpv, text
from services.matcher.scoring.area import area_reason, area_tenths, locate
from services.matcher.scoring.codes import ReasonCode
from services.matcher.scoring.prepare import PreparedLot, PreparedSupplier
from services.matcher.scoring.weights import Weights
from shared.contracts.codes import ClauseCode
from shared.contracts.match import Params, Reason
from shared.contracts.supplier import Supplier
from shared.contracts.tender import Lot

MAXIMUM = 1000


@dataclass(frozen=True, slots=True)
class Point:
    """A reason whose points are still whole tenths."""

    code: ReasonCode
    tenths: int
    params: Params

    def reason(self) -> Reason:
        return Reason(code=self.code, params=self.params, points=self.tenths / 10)


def trade_points(lot: PreparedLot, supplier: PreparedSupplier, weights: Weights) -> list[Point]:
    """Points for codes and words. An empty list means that nothing hit: the lot scores 0."""
    points: list[Point] = []
    near = cpv.best(lot.codes, supplier.codes, weights.cpv)
    if near:
        codes: Params = {"code": near.code, "tender_code": near.tender_code}
        points.append(Point(near.reason, near.tenths, codes))
    words = text.keyword_hits(supplier.keywords, lot.stems, weights.text)
    if words:
        points.append(Point(ReasonCode.TEXT, words.tenths, {"words": list(words.words)}))
    similar = text.similar_hits(supplier.win_words, lot.stems, weights.text)
    if similar:
        points.append(Point(ReasonCode.SIMILAR, similar.tenths, {"words": list(similar.words)}))
    return points


def fit_points(
    lot: PreparedLot, supplier: PreparedSupplier, invited: bool, weights: Weights
) -> Iterator[Point]:
    """Points for area, value and willingness, for a lot that was hit."""
    yield from _area(lot, supplier, weights)
    yield from _value(lot.lot, supplier.supplier, weights)
    yield from _willingness(lot.lot, supplier.supplier, invited, weights)


def reserved_point(met: tuple[str, ...], weights: Weights) -> Point:
    """Points for meeting what a reservation asks."""
    return Point(ReasonCode.RESERVED, weights.social.reserved, {"reservations": list(met)})


def total(points: list[Point]) -> float:
    """The score: the sum of the points, within 0 and 100."""
    return max(0, min(MAXIMUM, sum(point.tenths for point in points))) / 10


def _area(lot: PreparedLot, supplier: PreparedSupplier, weights: Weights) -> Iterator[Point]:
    located = locate(lot.places, supplier.places)
    if located is None:
        yield Point(ReasonCode.AREA_UNKNOWN, weights.area.unknown, {})
        return
    code = area_reason(located.relation, lot.places.of_buyer)
    if code:
        tenths = area_tenths(located.relation, lot.places.of_buyer, weights.area)
        yield Point(code, tenths, {"place": located.place})


def _value(lot: Lot, supplier: Supplier, weights: Weights) -> Iterator[Point]:
    value = lot.value or lot.maximum_value
    band = supplier.value_band
    limits = [limit for limit in (band.maximum, supplier.capacity) if limit is not None]
    if value is None or value.currency != "SEK" or (not limits and band.minimum is None):
        return
    if limits and value.amount > min(limits):
        code, tenths = ReasonCode.VALUE_OVER, weights.value.over
    elif band.minimum is not None and value.amount < band.minimum:
        code, tenths = ReasonCode.VALUE_UNDER, weights.value.under
    else:
        code, tenths = ReasonCode.VALUE, weights.value.fits
    yield Point(code, tenths, {"amount": _number(value.amount)})


def _number(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _willingness(lot: Lot, supplier: Supplier, invited: bool, weights: Weights) -> Iterator[Point]:
    clauses = {clause.code for clause in lot.clauses}
    offers, social = supplier.offers, weights.social
    if ClauseCode.EMPLOYMENT in clauses and offers.jobs:
        yield Point(ReasonCode.JOBS, social.jobs, {})
    if ClauseCode.INTERNSHIP in clauses and offers.internships:
        yield Point(ReasonCode.INTERNSHIPS, social.internships, {})
    if (ClauseCode.DIALOGUE in clauses or invited) and offers.dialogue:
        yield Point(ReasonCode.DIALOGUE, social.dialogue, {})
