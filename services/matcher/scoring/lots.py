"""Which tenders and lots are looked at (docs/scoring.md, 1)."""

from datetime import UTC, date, datetime

from shared.contracts.codes import TenderKind, TenderStatus
from shared.contracts.tender import Lot, Tender

_OPEN = frozenset({TenderStatus.OPEN})
STATUSES: dict[TenderKind, frozenset[TenderStatus]] = {
    TenderKind.COMPETITION: _OPEN,
    TenderKind.DIRECT_PROCUREMENT: _OPEN,
    TenderKind.MARKET_CONSULTATION: _OPEN | {TenderStatus.CONSULTATION},
}
"""Kind -> statuses in which a tender and its lots are matched; other kinds never are."""


def invitation(tender: Tender) -> bool:
    """Is the tender a market consultation: an invitation to a dialogue, not to a bid?"""
    return tender.kind is TenderKind.MARKET_CONSULTATION


def late(lot: Lot, now: datetime) -> bool:
    """Has the lot's deadline passed? Without a deadline a lot is open until it is closed."""
    return lot.deadline is not None and now > lot.deadline


def matchable(tender: Tender, now: datetime) -> bool:
    """Has the tender any lot that can be matched at `now`?"""
    statuses = STATUSES.get(tender.kind, frozenset())
    return tender.status in statuses and any(
        lot.status in statuses and not late(lot, now) for lot in tender.lots
    )


def judgement_date(lot: Lot, now: datetime) -> date:
    """The day for which evidence and certificates are judged: the deadline's, else today (UTC)."""
    return (lot.deadline or now).astimezone(UTC).date()
