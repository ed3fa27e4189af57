"""Which mail carries what, and whether it may go now.

Every recipient is mailed at once about each new match: there are no digests yet, and intake takes
no other frequency.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from services.notifier.domain.states import Why
from shared.contracts.codes import Purpose, TenderStatus
from shared.contracts.events import MailRequest
from shared.contracts.match import Match
from shared.contracts.supplier import Contact
from shared.contracts.tender import Tender

_MAILS = UUID("6b0f2f44-6ad9-5c7e-9d70-4b8a5b1d9a10")
_MESSAGES = UUID("0d3f1c3a-8c40-5d1b-8a53-9b7b9d2d7c21")
_ANSWERABLE = (TenderStatus.OPEN, TenderStatus.CONSULTATION)

LONGEST_LOOK_AHEAD = timedelta(hours=1)
"""A mail that must wait is looked at again at least this often, for its reason may fall away."""


@dataclass(frozen=True, order=True)
class LedgerKey:
    """What may be mailed at most once."""

    tender_id: str
    recipient_id: str
    purpose: Purpose
    occurrence: str


@dataclass(frozen=True)
class Go:
    """The mail may be handed over now."""


@dataclass(frozen=True)
class Later:
    """Not before `at`."""

    at: datetime


@dataclass(frozen=True)
class Drop:
    """This is not to be mailed."""

    why: str


Decision = Go | Later | Drop


@dataclass(frozen=True)
class FrozenMail:
    """A mail and the ledger rows that it carries from now on."""

    mail_id: UUID
    recipient_id: str
    keys: tuple[LedgerKey, ...]


def freeze(keys: Iterable[LedgerKey]) -> list[FrozenMail]:
    """Instant mail: each ledger row travels alone. In the order given."""
    return [FrozenMail(mail_id_of([key]), key.recipient_id, (key,)) for key in keys]


def mail_id_of(keys: Sequence[LedgerKey]) -> UUID:
    """The same rows give the same mail, so that a rebuilt ledger knows its mails again."""
    return uuid5(_MAILS, "\n".join(" ".join(map(str, _fields(key))) for key in sorted(keys)))


def mail_id_of_request(request_id: str) -> UUID:
    """A transactional mail's id: one request, one mail."""
    return uuid5(_MAILS, f"request {request_id}")


def message_id_of(mail_id: UUID, domain: str) -> str:
    """The Message-ID, by which the mail server can be asked about the mail."""
    return f"<{uuid5(_MESSAGES, str(mail_id))}@{domain}>"


def decide(tender: Tender, match: Match, contact: Contact, now: datetime) -> Decision:
    """May this match be mailed now?

    Consent, suppression and revisions are the store's part; here is what depends on the time and
    on the content.
    """
    if tender.status not in _ANSWERABLE:
        return Drop(Why.NOT_OPEN)
    if not _still_open(tender, match, now):
        return Drop(Why.DEADLINE_PASSED)
    if tender.kind in contact.muted_kinds or _muted_buyer(tender, contact):
        return Drop(Why.MUTED)
    if contact.paused_until and contact.paused_until > now:
        return Later(min(contact.paused_until, now + LONGEST_LOOK_AHEAD))
    return Go()


def decide_request(request: MailRequest, now: datetime) -> Decision:
    """May this transactional mail go now?"""
    return Drop(Why.EXPIRED) if request.expires_at <= now else Go()


def _still_open(tender: Tender, match: Match, now: datetime) -> bool:
    """Is there a lot of the match that a supplier can still act on? No deadline means open."""
    matched = {lot.lot_id for lot in match.lots}
    deadlines = [lot.deadline for lot in tender.lots if not matched or lot.lot_id in matched]
    return not deadlines or any(deadline is None or now <= deadline for deadline in deadlines)


def _muted_buyer(tender: Tender, contact: Contact) -> bool:
    return any(buyer.id in contact.muted_buyers for buyer in tender.buyers if buyer.id)


def _fields(key: LedgerKey) -> tuple[str, str, str, str]:
    return key.tender_id, key.recipient_id, key.purpose, key.occurrence
