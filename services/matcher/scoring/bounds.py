"""An index over suppliers that says, for a lot, how high each can score at most.

Never too low: whoever matches is among the candidates, and the plain functions then decide.
"""

import numpy as np

from services.matcher.scoring.area import COUNTY_LEVEL, MUNICIPALITY_LEVEL, Relation, area_tenths
from services.matcher.scoring.postings import Postings, Tenths
from services.matcher.scoring.prepare import PreparedLot, PreparedSupplier
from services.matcher.scoring.text import LANGUAGES, TITLE
from services.matcher.scoring.weights import Weights, percent


class Bounds:
    """Posting lists by CPV digits, stems and places."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._codes: Postings[tuple[bool, str]] = Postings()
        self._below: Postings[tuple[bool, str]] = Postings()
        self._keywords: dict[str, Postings[str]] = {language: Postings() for language in LANGUAGES}
        self._wins: Postings[str] = Postings()
        self._places: Postings[str] = Postings()
        self._under: Postings[str] = Postings()

    def add(self, row: int, supplier: PreparedSupplier) -> None:
        """Index a supplier under a row that is new."""
        for code in supplier.codes:
            self._codes.add((code.experience, code.digits), row)
            for length in range(2, len(code.digits)):
                self._below.add((code.experience, code.digits[:length]), row)
        for keyword in supplier.keywords:
            for language, stems in zip(LANGUAGES, keyword.stems, strict=True):
                if stems:
                    self._keywords[language].add(
                        max(stems, key=lambda stem: (len(stem), stem)), row
                    )
        for stem in supplier.win_words:
            self._wins.add(stem, row)
        for place in supplier.places:
            self._places.add(place.code, row)
            for above in place.path:
                self._under.add(above, row)

    def bound(self, lot: PreparedLot, invited: bool, size: int) -> Tenths:
        """For each of `size` rows the most tenths the lot can score; -1 where nothing hits."""
        codes = self._code_points(lot, size)
        words = self._keyword_points(lot, size)
        similar = self._win_points(lot, size)
        hit = (codes > 0) | (words > 0) | (similar > 0)
        best = codes + words + similar + self._area_points(lot, size) + self._rest(lot, invited)
        return np.where(hit, np.clip(best, 0, None), -1).astype(np.int32)

    def _code_points(self, lot: PreparedLot, size: int) -> Tenths:
        weights = self._weights.cpv
        best = np.zeros(size, dtype=np.int32)
        for code in lot.codes:
            for experience in (False, True):

                def worth(
                    tenths: int, won: bool = experience, extra: bool = code.additional
                ) -> int:
                    tenths = percent(tenths, weights.additional_percent) if extra else tenths
                    return percent(tenths, weights.experience_percent) if won else tenths

                depth = len(code.digits)
                for length in range(2, depth + 1):
                    key = (experience, code.digits[:length])
                    contains = worth(weights.own_contains[str(length)])
                    self._codes.raise_to(best, key, contains)
                    if length < depth:
                        self._below.raise_to(best, key, worth(weights.common[str(length)]))
                    elif length < 8:
                        below = worth(weights.tender_contains[str(length)])
                        self._below.raise_to(best, key, below)
        return best

    def _keyword_points(self, lot: PreparedLot, size: int) -> Tenths:
        """By one stem of each keyword, in either language: its other stems may be missing."""
        weights = self._weights.text
        points = np.zeros(size, dtype=np.int32)
        for language in LANGUAGES:
            levels, postings = lot.stems[language], self._keywords[language]
            title = [stem for stem, level in levels.items() if level == TITLE]
            body = [stem for stem, level in levels.items() if level != TITLE]
            points += postings.counts(title, size) * max(weights.title, weights.body)
            points += postings.counts(body, size) * weights.body
        return np.minimum(points, weights.maximum)

    def _win_points(self, lot: PreparedLot, size: int) -> Tenths:
        weights = self._weights.text
        title = [stem for stem, level in lot.stems["sv"].items() if level == TITLE]
        points = self._wins.counts(title, size) * weights.similar
        return np.minimum(points, weights.similar_maximum).astype(np.int32)

    def _area_points(self, lot: PreparedLot, size: int) -> Tenths:
        weights, places = self._weights.area, lot.places
        if not places.places:
            return np.full(size, weights.unknown, dtype=np.int32)

        def worth(relation: Relation) -> int:
            return area_tenths(relation, places.of_buyer, weights)

        best = np.full(size, worth(Relation.ABROAD), dtype=np.int32)
        for place in places.places:
            self._under.raise_to(best, place.country, worth(Relation.OUTSIDE))
            if place.level == MUNICIPALITY_LEVEL:
                self._under.raise_to(best, place.path[1], worth(Relation.NEAR))
            for above in place.path:
                self._places.raise_to(best, above, worth(Relation.INSIDE))
            fine = place.level >= COUNTY_LEVEL
            below = worth(Relation.INSIDE if fine else Relation.AROUND)
            self._under.raise_to(best, place.code, below)
        return best

    def _rest(self, lot: PreparedLot, invited: bool) -> int:
        """What value and social clauses can add for anyone."""
        social, value = self._weights.social, self._weights.value
        rest = 0
        if lot.lot.value or lot.lot.maximum_value:
            rest += max(value.fits, value.over, value.under, 0)
        if lot.lot.clauses or invited:
            rest += social.jobs + social.internships + social.dialogue
        if lot.lot.reserved or lot.lot.reserved_execution:
            rest += social.reserved
        return rest
