"""Places as paths in the tree of NUTS regions and municipalities, and how two places relate."""

from collections.abc import Iterable
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from services.matcher.scoring.codes import ReasonCode
from services.matcher.scoring.weights import AreaWeights, percent
from shared.codelists import country_nuts, municipality_nuts3
from shared.contracts.supplier import Supplier
from shared.contracts.tender import Lot, Tender

COUNTY_LEVEL = 3
MUNICIPALITY_LEVEL = 4
HOME = "SE"


class Relation(IntEnum):
    """Of a lot's place to a supplier's, best first."""

    INSIDE = 0
    AROUND = 1
    NEAR = 2
    OUTSIDE = 3
    ABROAD = 4


class Place(NamedTuple):
    """`path`: the place itself and what it lies in, country last.

    Level: NUTS 0-3, municipality 4.
    """

    code: str
    path: tuple[str, ...]
    level: int

    @property
    def country(self) -> str:
        return self.path[-1]


class LotPlaces(NamedTuple):
    """Where a lot is; `of_buyer` where only the lead buyer's own place is known."""

    places: tuple[Place, ...]
    of_buyer: bool = False


class Location(NamedTuple):
    """The best relation of a lot to a supplier's area, and the lot's place that has it."""

    relation: Relation
    place: str


@lru_cache(maxsize=10_000)
def region(nuts: str) -> Place:
    """A NUTS region."""
    path = tuple(nuts[:length] for length in range(len(nuts), 1, -1))
    return Place(nuts, path, len(nuts) - 2)


@lru_cache(maxsize=10_000)
def municipality(code: str) -> Place:
    """A Swedish municipality, in its county's region where the code list knows it."""
    county = municipality_nuts3(code)
    above = region(county).path if county else (HOME,)
    return Place(code, (code, *above), MUNICIPALITY_LEVEL)


def _country(code: str) -> Place:
    nuts = country_nuts(code)
    return region(nuts) if nuts else Place(code, (code,), 1)


def _distinct(places: Iterable[Place]) -> tuple[Place, ...]:
    return tuple(sorted(set(places)))


def lot_places(tender: Tender, lot: Lot) -> LotPlaces:
    """The first that is known: the lot's places, its countries, the tender's, the buyer's."""
    own = [*map(region, lot.nuts), *map(municipality, lot.municipalities)]
    if not own:
        own = [_country(code) for code in lot.countries]
    if not own:
        own = [region(code) for code in tender.nuts]
    if own:
        return LotPlaces(_distinct(own))
    if tender.buyers and tender.buyers[0].municipality:
        return LotPlaces((municipality(tender.buyers[0].municipality),), of_buyer=True)
    return LotPlaces(())


def supplier_places(supplier: Supplier) -> tuple[Place, ...]:
    """Where the supplier works; the whole country if it named no place."""
    area = supplier.area
    named = [*map(region, area.nuts), *map(municipality, area.municipalities)]
    return _distinct(named or [region(HOME)])


def relation(lot: Place, supplier: Place) -> Relation:
    """How a lot's place lies to a place where the supplier works."""
    if supplier.code in lot.path:
        return Relation.INSIDE
    if lot.code in supplier.path:
        return Relation.INSIDE if lot.level >= COUNTY_LEVEL else Relation.AROUND
    if lot.country != supplier.country:
        return Relation.ABROAD
    both_municipal = lot.level == supplier.level == MUNICIPALITY_LEVEL
    if both_municipal and lot.path[1] == supplier.path[1] != HOME:
        return Relation.NEAR
    return Relation.OUTSIDE


def locate(lot: LotPlaces, supplier: tuple[Place, ...]) -> Location | None:
    """The best relation over all pairs of places; None where the lot's place is unknown."""
    pairs = [
        (relation(place, own), -place.level, place.code) for place in lot.places for own in supplier
    ]
    if not pairs:
        return None
    best = min(pairs)
    return Location(best[0], best[2])


_OWN_PLACE = {
    Relation.INSIDE: ReasonCode.AREA,
    Relation.AROUND: ReasonCode.AREA,
    Relation.NEAR: ReasonCode.AREA_NEAR,
    Relation.ABROAD: ReasonCode.ABROAD,
}


def area_tenths(found: Relation, of_buyer: bool, weights: AreaWeights) -> int:
    """Tenths of a point for a relation."""
    if of_buyer:
        if found > Relation.NEAR:
            return 0
        return percent(_points(found, weights), weights.buyer_percent)
    return _points(found, weights)


def area_reason(found: Relation, of_buyer: bool) -> ReasonCode | None:
    """The code that words a relation; None for one that says nothing."""
    if of_buyer:
        return ReasonCode.AREA_BUYER if found <= Relation.NEAR else None
    return _OWN_PLACE.get(found)


def _points(found: Relation, weights: AreaWeights) -> int:
    by_relation = {
        Relation.INSIDE: weights.inside,
        Relation.AROUND: weights.around,
        Relation.NEAR: weights.near,
        Relation.OUTSIDE: weights.outside,
        Relation.ABROAD: weights.abroad,
    }
    return by_relation[found]
