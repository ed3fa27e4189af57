"""How well a lot suits a supplier: docs/scoring.md sections 3 to 7, anew and slowly."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from shared.codelists.cpv import CPV
from shared.contracts.supplier import Supplier
from shared.contracts.tender import Lot, Tender
from tests.oracle.codes import (
    additional_codes,
    all_codes,
    common_prefix,
    counts,
    digits,
    main_code,
)
from tests.oracle.eligibility import Answer, answer, described, is_invitation, looked_at
from tests.oracle.places import where
from tests.oracle.weights import WEIGHTS, percent
from tests.oracle.words import LANGUAGES, Stems, distinct, stem, stems, stems_of, tokens

Reason = tuple[str, dict[str, Any], int]
"""Code, params, tenths of a point."""


@dataclass(frozen=True)
class LotScore:
    """One lot and one supplier."""

    lot_id: str
    verdict: str
    tenths: int
    hit: bool
    matches: bool
    reasons: list[Reason]
    gaps: list[tuple[str, dict[str, Any]]]
    refusals: list[tuple[str, dict[str, Any]]]


def nearness(code: str, supplier_code: str) -> tuple[int, str] | None:
    """Tenths and reason of a tender's code and a supplier's code; None if they are strangers."""
    a, b = digits(code), digits(supplier_code)
    weights = WEIGHTS["cpv"]
    if a.startswith(b):
        return weights["own_contains"][str(len(b))], "cpv"
    if b.startswith(a):
        return weights["tender_contains"][str(len(a))], "near"
    common = common_prefix(a, b)
    return (weights["common"][str(common)], "near") if common >= 2 else None


def cpv_reason(lot: Lot, supplier: Supplier) -> Reason | None:
    """Section 3: the best pair of codes."""
    main = main_code(lot)
    roles = [(code, 0) for code in ([main] if main else additional_codes(lot))]
    roles += [(code, 1) for code in additional_codes(lot)] if main else []
    own = [(code, 0) for code in supplier.cpv if counts(code)]
    earned = [e.cpv for e in supplier.experience if e.cpv and counts(e.cpv)]
    own += [(code, 1) for code in earned if code not in supplier.cpv]
    pairs = []
    for code, additional in roles:
        for supplier_code, experience in own:
            near = nearness(code, supplier_code)
            if near is None:
                continue
            tenths, reason = near
            if additional:
                tenths = percent(tenths, WEIGHTS["cpv"]["additional_percent"])
            if experience:
                tenths = percent(tenths, WEIGHTS["cpv"]["experience_percent"])
                reason = "experience"
            pairs.append((-tenths, experience, additional, code, supplier_code, reason))
    if not pairs:
        return None
    best = min(pairs)
    return best[5], {"code": best[4], "tender_code": best[3]}, -best[0]


@lru_cache(maxsize=16)
def _sets(tender: "_ById", lot: "_ById") -> tuple[dict[str, Stems], dict[str, Stems]]:
    """The sets T and B of section 4, for each language."""
    t, here = tender.value, lot.value
    titles = {lang: stems_of(t.title, lang) | stems_of(here.title, lang) for lang in LANGUAGES}
    body = dict(described(t, here))
    for code in all_codes(here):
        if code in CPV:
            for lang in LANGUAGES:
                body[lang] = body[lang] | stems(getattr(CPV[code], lang), lang)
    return titles, body


class _ById:
    """Makes one object usable as a cache key: the very same object, not an equal one."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ById) and self.value is other.value


def word_reasons(tender: Tender, lot: Lot, supplier: Supplier) -> list[Reason]:
    """Section 4: keywords, and words of earlier wins."""
    titles, body = _sets(_ById(tender), _ById(lot))
    weights = WEIGHTS["text"]
    found: list[Reason] = []
    keywords = distinct(tuple(supplier.keywords))
    in_title = sorted(k.shown for k in keywords if k.hits(titles))
    in_body = sorted(k.shown for k in keywords if not k.hits(titles) and k.hits(body))
    if in_title or in_body:
        tenths = len(in_title) * weights["title"] + len(in_body) * weights["body"]
        shown = (in_title + in_body)[: weights["shown"]]
        found.append(("text", {"words": shown}, min(tenths, weights["maximum"])))
    known = {s for keyword in keywords for s in keyword.stems["sv"]}
    similar: dict[str, str] = {}
    for experience in supplier.experience:
        for token in tokens(experience.title, "sv"):
            s = stem(token, "sv")
            if s in titles["sv"] and s not in known:
                similar[s] = min(token, similar.get(s, token))
    if similar:
        tenths = min(len(similar) * weights["similar"], weights["similar_maximum"])
        words = sorted(similar.values())[: weights["shown"]]
        found.append(("similar", {"words": words}, tenths))
    return found


def area_reason(tender: Tender, lot: Lot, supplier: Supplier) -> Reason | None:
    """Section 5."""
    weights = WEIGHTS["area"]
    at = where(tender, lot, supplier)
    if at.relation is None:
        return "area_unknown", {}, weights["unknown"]
    tenths = weights[at.relation]
    if at.only_buyer:
        if at.relation not in ("inside", "around", "near"):
            return None
        return "area_buyer", {"place": at.place}, percent(tenths, weights["buyer_percent"])
    code = {"near": "area_near", "abroad": "abroad", "outside": None}.get(at.relation, "area")
    return (code, {"place": at.place}, tenths) if code else None


def value_reason(lot: Lot, supplier: Supplier) -> Reason | None:
    """Section 6, value."""
    money = lot.value or lot.maximum_value
    band = supplier.value_band
    limits = [limit for limit in (band.maximum, supplier.capacity) if limit is not None]
    if money is None or money.currency != "SEK" or not (limits or band.minimum is not None):
        return None
    amount = money.amount
    shown = {"amount": int(amount) if amount == int(amount) else float(amount)}
    weights = WEIGHTS["value"]
    if limits and amount > min(limits):
        return "value_over", shown, weights["over"]
    if band.minimum is not None and amount < band.minimum:
        return "value_under", shown, weights["under"]
    return "value", shown, weights["fits"]


def social_reasons(tender: Tender, lot: Lot, supplier: Supplier, may: Answer) -> list[Reason]:
    """Section 6, willingness and reservation."""
    weights = WEIGHTS["social"]
    clauses = {str(clause.code) for clause in lot.clauses}
    offers = supplier.offers
    said = [
        ("jobs", "se-employ" in clauses and offers.jobs),
        ("internships", "se-intern" in clauses and offers.internships),
        ("dialogue", ("se-dialogue" in clauses or is_invitation(tender)) and offers.dialogue),
    ]
    reasons: list[Reason] = [(code, {}, weights[code]) for code, true in said if true]
    if may.reservations_met:
        params = {"reservations": may.reservations_met}
        reasons.append(("reserved", params, weights["reserved"]))
    return reasons


def score_lot(tender: Tender, lot: Lot, supplier: Supplier, now: datetime) -> LotScore:
    """Section 7, one lot."""
    reasons: list[Reason] = [("invitation", {}, 0)] if is_invitation(tender) else []
    cpv = cpv_reason(lot, supplier)
    words = word_reasons(tender, lot, supplier)
    hit = cpv is not None or bool(words)
    may = answer(tender, lot, supplier, now) if hit else Answer()
    tenths = 0
    if hit:
        area, value = area_reason(tender, lot, supplier), value_reason(lot, supplier)
        social = social_reasons(tender, lot, supplier, may)
        scored = [r for r in (cpv, *words, area, value, *social) if r is not None and r[2] != 0]
        reasons += scored
        tenths = max(0, min(1000, sum(reason[2] for reason in scored)))
    matches = (
        hit
        and looked_at(tender, lot, supplier, now)
        and may.verdict != "not_eligible"
        and tenths / 10 >= supplier.threshold
    )
    return LotScore(lot.lot_id, may.verdict, tenths, hit, matches, reasons, may.gaps, may.refusals)


def matching_lots(tender: Tender, supplier: Supplier, now: datetime) -> list[LotScore]:
    """Section 7: the lots that match, best first. The pair matches if there is one."""
    lots = [
        score_lot(tender, lot, supplier, now)
        for lot in tender.lots
        if looked_at(tender, lot, supplier, now)
    ]
    return sorted(
        (lot for lot in lots if lot.matches),
        key=lambda lot: (-lot.tenths, lot.verdict != "eligible", lot.lot_id),
    )
