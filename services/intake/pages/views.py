"""Tenders as pages show them: one language, words instead of codes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from shared.codelists import municipality_name, nuts_name
from shared.contracts.base import Money
from shared.contracts.codes import (
    Reservation,
    ReservedExecution,
    TenderKind,
    TenderStatus,
)
from shared.contracts.tender import Lot, Tender

_DIRECT_LAW = (None, "32014L0024")
"""Laws under which LOU applies itself: our own form, and Directive 2014/24."""
_BIDDING = (TenderKind.COMPETITION, TenderKind.DIRECT_PROCUREMENT)


@dataclass(frozen=True)
class Words:
    """A text and the language that it is in, which may not be the page's."""

    text: str
    language: str


def in_language(texts: Mapping[str, str], *wished: str | None) -> Words:
    """The text in the first wished language that it has, else in any; empty if there is none."""
    for language in (*wished, "sv", "en", *texts):
        if language and texts.get(language):
            return Words(texts[language], language)
    return Words("", wished[0] or "sv")


@dataclass(frozen=True)
class TenderLine:
    """A tender in a list."""

    id: str
    title: Words
    buyer: str
    place: str
    value: Money | None
    deadline: datetime | None


@dataclass(frozen=True)
class LotView:
    """One lot: its own words, and what holds for it."""

    id: str
    status: str
    title: Words
    description: Words
    lot: Lot
    place: str
    value: Money | None
    reservations: tuple[str, ...]
    clauses: tuple[tuple[str, Words], ...]
    criteria: tuple[tuple[str | None, Words, float | None], ...]


@dataclass(frozen=True)
class TenderView:
    """A tender's page."""

    id: str
    kind: str
    state: str
    title: Words
    description: Words
    buyers: tuple[str, ...]
    place: str
    value: Money | None
    deadline: datetime | None
    lou: bool
    documents_url: str | None
    submission_url: str | None
    next_step: str | None
    lots: tuple[LotView, ...]


def line(tender: Tender, language: str) -> TenderLine:
    """One line of a list."""
    lots = tender.lots
    return TenderLine(
        id=tender.tender_id,
        title=in_language(tender.title, language, tender.language),
        buyer=tender.buyers[0].name if tender.buyers else "",
        place=_place_of(tender, language),
        value=_value_of(tender),
        deadline=min((lot.deadline for lot in lots if lot.deadline), default=None),
    )


def view(tender: Tender, language: str, now: datetime) -> TenderView:
    """All that the page of a tender says."""
    lots = tuple(_lot(lot, tender, language) for lot in tender.lots)
    first = line(tender, language)
    state = _state(tender, now)
    return TenderView(
        id=tender.tender_id,
        kind=tender.kind,
        state=state,
        title=first.title,
        description=in_language(tender.description, language, tender.language),
        buyers=tuple(buyer.name for buyer in tender.buyers if buyer.name),
        place=first.place,
        value=first.value,
        deadline=_next_deadline(tender, now) or first.deadline,
        lou=tender.law in _DIRECT_LAW,
        documents_url=next((lot.documents_url for lot in tender.lots if lot.documents_url), None),
        submission_url=next(
            (lot.submission_url for lot in tender.lots if lot.submission_url), None
        ),
        next_step=_next_step(tender, state),
        lots=lots,
    )


def open_now(tender: Tender, now: datetime) -> bool:
    """Whether a bid may still be made on some lot."""
    return tender.status is TenderStatus.OPEN and any(
        lot.status is TenderStatus.OPEN and (lot.deadline is None or lot.deadline >= now)
        for lot in tender.lots
    )


def _state(tender: Tender, now: datetime) -> str:
    """The status; an open tender whose last day has passed is closed."""
    if tender.status is TenderStatus.OPEN and tender.kind in _BIDDING and not open_now(tender, now):
        return TenderStatus.CLOSED
    return tender.status


def _next_step(tender: Tender, state: str) -> str | None:
    if state == TenderStatus.OPEN and tender.kind in _BIDDING:
        return "tender.next_open"
    if tender.kind is TenderKind.MARKET_CONSULTATION and state in ("consultation", "open"):
        return "tender.next_dialogue"
    return None


def _next_deadline(tender: Tender, now: datetime) -> datetime | None:
    ahead = (lot.deadline for lot in tender.lots if lot.deadline and lot.deadline >= now)
    return min(ahead, default=None)


def _value_of(tender: Tender) -> Money | None:
    """The sum of the lots, if each has a value in one and the same currency."""
    values = [lot.value for lot in tender.lots]
    known = [value for value in values if value is not None]
    if not known or len(known) < len(values) or len({value.currency for value in known}) > 1:
        return None
    total = sum((value.amount for value in known), Decimal(0))
    return Money(amount=total, currency=known[0].currency)


def _place(lot: Lot, language: str) -> str:
    named = [municipality_name(code) for code in lot.municipalities]
    return ", ".join(named or [nuts_name(code, language) for code in lot.nuts])


def _place_of(tender: Tender, language: str) -> str:
    named = [place for lot in tender.lots if (place := _place(lot, language))]
    distinct = list(dict.fromkeys(named or [nuts_name(code, language) for code in tender.nuts]))
    return ", ".join(distinct[:3]) + (" …" if len(distinct) > 3 else "")


def _lot(lot: Lot, tender: Tender, language: str) -> LotView:
    reservations = [str(code) for code in Reservation if code in lot.reserved]
    if lot.reserved_execution is ReservedExecution.YES:
        reservations.append("execution")
    return LotView(
        id=lot.lot_id,
        status=lot.status,
        title=in_language(lot.title, language, tender.language),
        description=in_language(lot.description, language, tender.language),
        lot=lot,
        place=_place(lot, language),
        value=lot.value,
        reservations=tuple(reservations),
        clauses=tuple(
            (clause.code, in_language(clause.text, language, tender.language))
            for clause in lot.clauses
        ),
        criteria=tuple(
            (
                criterion.type,
                in_language(criterion.description or criterion.name, language, tender.language),
                criterion.weight,
            )
            for criterion in lot.award_criteria
        ),
    )
