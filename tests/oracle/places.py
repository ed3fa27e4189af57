"""Places and areas as docs/scoring.md section 5 defines them."""

from dataclasses import dataclass

from shared.codelists.areas import MUNICIPALITIES, country_nuts
from shared.contracts.supplier import Supplier
from shared.contracts.tender import Lot, Tender

RELATIONS = ("inside", "around", "near", "outside", "abroad")


@dataclass(frozen=True)
class Place:
    """A region, municipality or country, with the regions that hold it, itself first."""

    code: str
    path: tuple[str, ...]
    level: int
    county: str | None = None

    @property
    def country(self) -> str:
        return self.path[-1]


def region(code: str) -> Place:
    """A NUTS region."""
    return Place(code, tuple(code[:n] for n in range(len(code), 1, -1)), len(code) - 2)


def municipality(code: str) -> Place:
    """A Swedish municipality; one that the code list does not know is just in Sweden."""
    entry = MUNICIPALITIES.get(code)
    if entry is None:
        return Place(code, (code, "SE"), 4)
    county = entry.county.nuts3
    return Place(code, (code, *region(county).path), 4, county)


def country(code: str) -> Place:
    """A country by its three letters; an unknown one is a place of its own."""
    nuts = country_nuts(code)
    return region(nuts) if nuts else Place(code, (code,), 1)


def lot_places(tender: Tender, lot: Lot) -> tuple[list[Place], bool]:
    """Where the lot is, and whether that is only where its buyer is."""
    own = [region(code) for code in lot.nuts] + [municipality(code) for code in lot.municipalities]
    if own:
        return own, False
    if lot.countries:
        return [country(code) for code in lot.countries], False
    if tender.nuts:
        return [region(code) for code in tender.nuts], False
    if tender.buyers and tender.buyers[0].municipality:
        return [municipality(tender.buyers[0].municipality)], True
    return [], False


def supplier_places(supplier: Supplier) -> list[Place]:
    """Where the supplier works: everywhere in Sweden if it does not say."""
    area = supplier.area
    places = [municipality(code) for code in area.municipalities] + [
        region(code) for code in area.nuts
    ]
    return places or [region("SE")]


def relation(place: Place, area: Place) -> str:
    """How a lot's place lies to one part of the supplier's area."""
    if area.code in place.path or (place.code in area.path and place.level >= 3):
        return "inside"
    if place.code in area.path:
        return "around"
    if place.level == area.level == 4 and place.county and place.county == area.county:
        return "near"
    return "outside" if place.country == area.country else "abroad"


@dataclass(frozen=True)
class Where:
    """The best relation of a lot to a supplier's area; `relation` None if no place is known."""

    relation: str | None
    place: str
    only_buyer: bool


def where(tender: Tender, lot: Lot, supplier: Supplier) -> Where:
    """The best relation over all pairs, with the place it holds for."""
    places, only_buyer = lot_places(tender, lot)
    pairs = [
        (RELATIONS.index(relation(place, area)), -place.level, place.code)
        for place in places
        for area in supplier_places(supplier)
    ]
    if not pairs:
        return Where(None, "", False)
    best = min(pairs)
    return Where(RELATIONS[best[0]], best[2], only_buyer)
