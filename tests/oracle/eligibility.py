"""Who may bid on a lot: docs/scoring.md sections 1 and 2, anew and slowly."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from shared.contracts.supplier import Supplier
from shared.contracts.tender import Lot, Tender
from tests.oracle.codes import additional_codes, counts, main_code, within
from tests.oracle.places import where
from tests.oracle.reservations import Findings, alternatives
from tests.oracle.words import LANGUAGES, Keyword, Stems, stems_of

BIDDABLE = ("competition", "direct_procurement")


@dataclass
class Answer:
    """May the supplier bid on the lot? With refusals and gaps in the order of the rules."""

    refusals: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    gaps: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    reservations_met: list[str] = field(default_factory=list)

    @property
    def verdict(self) -> str:
        if self.refusals:
            return "not_eligible"
        return "possible" if self.gaps else "eligible"


def is_invitation(tender: Tender) -> bool:
    """A market consultation invites to a dialogue; there is nothing to bid for."""
    return tender.kind == "market_consultation"


def open_statuses(tender: Tender) -> tuple[str, ...]:
    return ("consultation", "open") if is_invitation(tender) else ("open",)


def late(lot: Lot, now: datetime) -> bool:
    return lot.deadline is not None and now > lot.deadline


def looked_at(tender: Tender, lot: Lot, supplier: Supplier, now: datetime) -> bool:
    """Section 1: is this pair looked at?"""
    return (
        supplier.status == "active"
        and supplier.tenant_id == tender.tenant_id
        and (tender.kind in BIDDABLE or is_invitation(tender))
        and tender.status in open_statuses(tender)
        and lot.status in open_statuses(tender)
        and not late(lot, now)
    )


def judgement_date(lot: Lot, now: datetime) -> date:
    """The UTC date by which evidence is judged."""
    return (lot.deadline or now).astimezone(UTC).date()


def answer(tender: Tender, lot: Lot, supplier: Supplier, now: datetime) -> Answer:
    """Section 2."""
    found = Answer()
    _state(found, tender, lot, now)
    if not is_invitation(tender):
        on = judgement_date(lot, now)
        _reservations(found, lot, supplier, on)
        _certificates(found, lot, supplier, on)
        wanted = lot.submission_languages
        if wanted and not set(wanted) & set(supplier.languages):
            found.gaps.append(("language", {"languages": sorted(wanted)}))
    _excluded_codes(found, lot, supplier)
    _excluded_words(found, tender, lot, supplier)
    _strict_area(found, tender, lot, supplier)
    if is_invitation(tender):
        found.gaps.clear()
    return found


def _state(found: Answer, tender: Tender, lot: Lot, now: datetime) -> None:
    allowed = open_statuses(tender)
    if tender.kind not in BIDDABLE and not is_invitation(tender):
        found.refusals.append(("kind", {"kind": str(tender.kind)}))
    elif tender.status not in allowed:
        found.refusals.append(("status", {"status": str(tender.status)}))
    elif lot.status not in allowed:
        found.refusals.append(("status", {"status": str(lot.status)}))
    if lot.deadline is not None and late(lot, now):
        found.refusals.append(("late", {"deadline": lot.deadline.astimezone(UTC).isoformat()}))


def _reservations(found: Answer, lot: Lot, supplier: Supplier, on: date) -> None:
    """2.2 and 2.3."""
    taken: list[str] = []
    before = len(found.refusals) + len(found.gaps)
    if lot.reserved:
        options = alternatives(lot, supplier.social, on)
        best = min(options, key=lambda option: option.rank)
        if best.refusals:
            found.refusals += [refusal for option in options for refusal in option.refusals]
        else:
            found.gaps += best.gaps
        taken.append(best.code)
    if lot.reserved_execution == "yes":
        execution = Findings("execution", 9, on)
        execution.share("sheltered", supplier.social.sheltered_share)
        found.refusals += execution.refusals
        found.gaps += execution.gaps
        taken.append("execution")
    if len(found.refusals) + len(found.gaps) == before:
        found.reservations_met = taken


def _plain(code: str) -> str:
    return "".join(c for c in code.lower() if c.isalnum())


def _certificates(found: Answer, lot: Lot, supplier: Supplier, on: date) -> None:
    required: dict[str, str] = {}
    for code in sorted(lot.certificates):
        required.setdefault(_plain(code), code)
    for plain, shown in sorted(required.items()):
        held = [c.valid_until for c in supplier.certificates if _plain(c.code) == plain]
        if any(until is None or until >= on for until in held):
            continue
        expired = [until for until in held if until is not None]
        if expired:
            found.gaps.append(("cert_expired", {"code": shown, "date": max(expired).isoformat()}))
        else:
            found.gaps.append(("cert", {"code": shown}))


def _excluded_codes(found: Answer, lot: Lot, supplier: Supplier) -> None:
    excluded = sorted(code for code in supplier.excluded_cpv if counts(code))
    main = main_code(lot)
    codes = [main] if main else sorted(additional_codes(lot))
    if codes and all(any(within(code, above) for above in excluded) for code in codes):
        smallest = next(above for above in excluded if within(codes[0], above))
        found.refusals.append(("excluded_cpv", {"code": smallest}))


def described(tender: Tender, lot: Lot) -> dict[str, Stems]:
    """The set D of section 4, for each language."""
    return {
        lang: stems_of(tender.title, lang)
        | stems_of(lot.title, lang)
        | stems_of(tender.description, lang)
        | stems_of(lot.description, lang)
        for lang in LANGUAGES
    }


def _excluded_words(found: Answer, tender: Tender, lot: Lot, supplier: Supplier) -> None:
    if not supplier.excluded_keywords:
        return
    text = described(tender, lot)
    hits = sorted(k.shown for k in map(Keyword, supplier.excluded_keywords) if k.hits(text))
    if hits:
        found.refusals.append(("excluded", {"word": hits[0]}))


def _strict_area(found: Answer, tender: Tender, lot: Lot, supplier: Supplier) -> None:
    if not supplier.area.strict:
        return
    at = where(tender, lot, supplier)
    if at.only_buyer:
        if at.relation != "inside":
            found.gaps.append(("place", {}))
    elif at.relation in ("near", "outside", "abroad"):
        found.refusals.append(("area", {"place": at.place}))
    elif at.relation in ("around", None):
        found.gaps.append(("place", {}))
