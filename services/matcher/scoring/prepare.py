"""Tender and supplier with what scoring needs from them worked out once: stems, paths, digits."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.matcher.scoring.area import LotPlaces, Place, lot_places, supplier_places
from services.matcher.scoring.cpv import LotCode, SupplierCode, digits, known
from services.matcher.scoring.text import (
    DESCRIPTION,
    LANGUAGES,
    NAMES,
    TITLE,
    Keyword,
    StemLevels,
    keywords,
    stems,
    win_words,
)
from services.matcher.scoring.weights import TextWeights, Weights
from shared.codelists import CPV
from shared.contracts.base import Texts
from shared.contracts.supplier import Supplier
from shared.contracts.tender import Lot, Tender

_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class PreparedLot:
    """One lot. `certificates`: normalised code -> spelling, in ascending order;
    `scope_codes`: the main code, or all additional ones where there is no main one."""

    lot: Lot
    codes: tuple[LotCode, ...]
    stems: StemLevels
    places: LotPlaces
    certificates: dict[str, str]
    scope_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PreparedTender:
    """A tender with its lots, in the order of the tender."""

    tender: Tender
    lots: tuple[PreparedLot, ...]


@dataclass(frozen=True, slots=True)
class PreparedSupplier:
    """`certificates`: normalised code -> last day of validity (`date.max` if without end);
    `win_words`: Swedish stem -> word, of earlier wins, without what keywords say already."""

    supplier: Supplier
    codes: tuple[SupplierCode, ...]
    keywords: tuple[Keyword, ...]
    excluded_keywords: tuple[Keyword, ...]
    win_words: dict[str, str]
    places: tuple[Place, ...]
    certificates: dict[str, date]


def normal_certificate(code: str) -> str:
    """Certificates are the same whatever their case, spaces and punctuation."""
    return _NOT_ALPHANUMERIC.sub("", code.lower())


def prepare_tender(tender: Tender, weights: Weights) -> PreparedTender:
    """Work out stems, codes and places of each lot; costs milliseconds for a long notice."""
    shared_levels = _levels([tender.title], [tender.description], weights.text)
    return PreparedTender(
        tender, tuple(_prepare_lot(tender, lot, shared_levels, weights) for lot in tender.lots)
    )


def prepare_supplier(supplier: Supplier, weights: Weights) -> PreparedSupplier:
    """Work out stems, codes and places of a profile."""
    wanted = keywords(supplier.keywords, weights.text)
    said = frozenset().union(*(keyword.stems[0] for keyword in wanted))
    words = win_words((win.title for win in supplier.experience), weights.text)
    valid: dict[str, date] = {}
    for certificate in supplier.certificates:
        code = normal_certificate(certificate.code)
        until = certificate.valid_until or date.max
        valid[code] = max(until, valid.get(code, until))
    return PreparedSupplier(
        supplier=supplier,
        codes=_supplier_codes(supplier),
        keywords=wanted,
        excluded_keywords=keywords(supplier.excluded_keywords, weights.text),
        win_words={stem: word for stem, word in words.items() if stem not in said},
        places=supplier_places(supplier),
        certificates=valid,
    )


def _prepare_lot(
    tender: Tender, lot: Lot, shared_levels: dict[str, dict[str, int]], weights: Weights
) -> PreparedLot:
    codes = _lot_codes(lot)
    levels = _levels([lot.title], [lot.description], weights.text)
    for language in LANGUAGES:
        _put(levels[language], shared_levels[language].items())
        names = (getattr(CPV[code.code], language) for code in codes if code.code in CPV)
        for name in names:
            _put(levels[language], ((stem, NAMES) for stem in stems(name, language, weights.text)))
    certificates: dict[str, str] = {}
    for spelling in sorted(lot.certificates):
        certificates.setdefault(normal_certificate(spelling), spelling)
    return PreparedLot(
        lot=lot,
        codes=codes,
        stems=levels,
        places=lot_places(tender, lot),
        certificates=dict(sorted(certificates.items())),
        scope_codes=tuple(code.code for code in codes if not code.additional),
    )


def _put(levels: dict[str, int], found: Iterable[tuple[str, int]]) -> None:
    """Keep the nearest level of each stem."""
    for stem, level in found:
        if level < levels.get(stem, NAMES + 1):
            levels[stem] = level


def _levels(
    titles: list[Texts], descriptions: list[Texts], weights: TextWeights
) -> dict[str, dict[str, int]]:
    levels: dict[str, dict[str, int]] = {language: {} for language in LANGUAGES}
    for language, found in levels.items():
        for level, texts in ((TITLE, titles), (DESCRIPTION, descriptions)):
            for text in texts:
                words = stems(text.get(language, ""), language, weights)
                _put(found, ((stem, level) for stem in words))
    return levels


def _lot_codes(lot: Lot) -> tuple[LotCode, ...]:
    main = lot.cpv_main if lot.cpv_main and known(lot.cpv_main) else None
    others = [code for code in lot.cpv_additional if known(code) and code != main]
    found = [LotCode(main is not None, code, digits(code)) for code in others]
    if main:
        found.append(LotCode(False, main, digits(main)))
    return tuple(sorted(found))


def _supplier_codes(supplier: Supplier) -> tuple[SupplierCode, ...]:
    own = {code for code in supplier.cpv if known(code)}
    won = {win.cpv for win in supplier.experience if win.cpv and known(win.cpv)} - own
    return tuple(
        sorted(
            [SupplierCode(False, code, digits(code)) for code in own]
            + [SupplierCode(True, code, digits(code)) for code in won]
        )
    )
