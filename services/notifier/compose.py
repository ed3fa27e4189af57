"""From a leased mail to the bytes that are handed over, or to why nothing is."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

import asyncpg

from services.notifier.domain.planning import Decision, Drop, Go, Later, decide, decide_request
from services.notifier.domain.rendering import MailLinks, Renders
from services.notifier.domain.states import MailKind, Why
from services.notifier.message import Head, Sender, build, envelope_address
from services.notifier.statements import SQL, rows
from shared.clock import Clock
from shared.contracts.codes import MailLanguage
from shared.contracts.events import MailRequest
from shared.contracts.match import Match
from shared.contracts.supplier import Contact
from shared.contracts.tender import Tender
from shared.links import Links

TenderOf = Callable[[str], Tender | None]
"""Gives the tender held under an id. Raises ValidationError if it cannot be read."""

Basis = tuple[tuple[object, ...], ...]
"""What a mail was made from: ledger keys and revisions. If it is another later, so is the mail."""


@dataclass(frozen=True)
class Leased:
    """A mail that this worker holds, until its lease ends."""

    mail_id: UUID
    kind: MailKind
    recipient_id: str
    message_id: str
    created_at: datetime
    attempt: int
    fence: int


@dataclass(frozen=True)
class Letter:
    """A mail ready to be handed over."""

    address: str
    content: bytes
    basis: Basis


@dataclass(frozen=True)
class Nothing:
    """The mail has nothing to carry at present; its rows, if any, go back to the planner."""


@dataclass(frozen=True)
class Broken:
    """The mail could not be made: a defect of ours."""

    error: Exception


Composed = Letter | Later | Drop | Nothing | Broken


@dataclass(frozen=True)
class Sites:
    """Where the links in mails lead."""

    notifier: str
    intake: str


class Composer:
    """Reads what mails carry, a batch at a time, and has it worded."""

    def __init__(
        self, renderer: Renders, links: Links, sites: Sites, sender: Sender, clock: Clock
    ) -> None:
        self._renderer = renderer
        self._links = links
        self._notifier = sites.notifier.rstrip("/")
        self._intake = sites.intake.rstrip("/")
        self._sender = sender
        self._clock = clock

    async def compose(self, pool: asyncpg.Pool, mails: Sequence[Leased]) -> dict[UUID, Composed]:
        """What is to be done with each mail, as things stand now."""
        ids = [mail.mail_id for mail in mails]
        async with (
            pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            requests = await rows(SQL.mail_requests_of(connection, mail_ids=ids))
            carried = await rows(SQL.mail_rows(connection, mail_ids=ids))
            tender_ids = {row["tender_id"] for row in carried}
            bodies = await rows(SQL.tender_bodies(connection, tenders=list(tender_ids)))
        held = {row["tender_id"]: row["body"] for row in bodies}

        @cache
        def tender(tender_id: str) -> Tender | None:
            # Read where it is needed: a tender that cannot be read holds up its own mails only.
            return Tender.model_validate(held[tender_id]) if tender_id in held else None

        by_mail: dict[UUID, list[asyncpg.Record]] = defaultdict(list)
        for row in [*requests, *carried]:
            by_mail[row["mail_id"]].append(row)
        composed: dict[UUID, Composed] = {}
        for mail in mails:
            composed[mail.mail_id] = self._one(mail, by_mail[mail.mail_id], tender)
            await asyncio.sleep(0)  # wording takes milliseconds: let others have their turn
        return composed

    def _one(self, mail: Leased, found: list[asyncpg.Record], tender_of: TenderOf) -> Composed:
        if not found:
            return Nothing()
        barrier = next((row["barrier"] for row in found if row["barrier"]), None)
        if barrier:
            return Drop(barrier)
        try:
            contact = Contact.model_validate(found[0]["contact_body"])
            address = contact.address and envelope_address(contact.address)
            if not address:
                return Drop(Why.ADDRESS)
            if mail.kind is MailKind.CONFIRM:
                return self._confirm(mail, found[0], address)
            return self._tender(mail, found, tender_of, contact, address)
        except Exception as error:  # noqa: BLE001, a defect must not stop the line
            return Broken(error)

    def _tender(
        self,
        mail: Leased,
        found: list[asyncpg.Record],
        tender_of: TenderOf,
        contact: Contact,
        address: str,
    ) -> Composed:
        tender = tender_of(found[0]["tender_id"])
        if tender is None or any(row["held_revision"] != row["tender_revision"] for row in found):
            return Nothing()
        matches = [Match.model_validate(row["match_body"]) for row in found]
        now = self._clock()
        decisions = [decide(tender, match, contact, now) for match in matches]
        if waits := _not_go(decisions):
            return waits
        token = self._links.sign("unsubscribe", {"r": contact.recipient_id})
        unsubscribe = f"{self._notifier}/sluta/{token}"
        page = f"{self._intake}/upphandlingar/{tender.tender_id}"
        worded = self._renderer.tender_mail(
            tender, matches, contact, MailLinks(tender=page, unsubscribe=unsubscribe)
        )
        head = Head(
            message_id=mail.message_id,
            to=address,
            language=contact.language,
            at=now,
            unsubscribe_url=unsubscribe,
            ledger=[f"{row['tender_id']} {row['purpose']} {row['occurrence']}" for row in found],
        )
        return Letter(address, build(worded, self._sender, head), basis_of_rows(found))

    def _confirm(self, mail: Leased, row: asyncpg.Record, address: str) -> Composed:
        request = MailRequest.model_validate(dict(row))
        now = self._clock()
        decision = decide_request(request, now)
        if not isinstance(decision, Go):
            return decision
        token = self._links.sign("confirm", {"r": request.recipient_id, "q": request.request_id})
        language = MailLanguage(request.language)
        worded = self._renderer.confirm_mail(
            language, f"{self._intake}/anslut/bekrafta/{token}", request.expires_at
        )
        head = Head(
            message_id=mail.message_id,
            to=address,
            language=language,
            at=now,
            request_id=request.request_id,
        )
        return Letter(address, build(worded, self._sender, head), basis_of_request(row))


def basis_of_rows(found: Sequence[asyncpg.Record]) -> Basis:
    """What a tender mail depends on."""
    return tuple(
        (
            row["tender_id"],
            row["purpose"],
            row["occurrence"],
            row["tender_revision"],
            row["supplier_revision"],
            row["held_revision"],
            row["contact_revision"],
            row["barrier"],
        )
        for row in found
    )


def basis_of_request(row: asyncpg.Record | None) -> Basis:
    """What a transactional mail depends on."""
    return ((row["contact_revision"], row["barrier"]),) if row else ()


def _not_go(decisions: Sequence[Decision]) -> Later | Drop | None:
    return next((decision for decision in decisions if not isinstance(decision, Go)), None)
