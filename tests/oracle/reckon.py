"""Who was due which mail, and who got one: lost, twice and wrong are to be nothing."""

import statistics
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from shared.contracts.supplier import Supplier
from shared.contracts.tender import Tender
from tests.oracle.score import matching_lots
from tests.oracle.world import LedgerKey, World

SHOWN = 20


@dataclass
class Reckoning:
    """Counts, and the first cases of what must not be (ids only)."""

    tenders: int = 0
    suppliers: int = 0
    matches: int = 0
    due: int = 0
    mails: int = 0
    lost: int = 0
    twice: int = 0
    wrong: int = 0
    unknown: int = 0
    http_to_smtp_ms: dict[str, float | None] = field(default_factory=dict)
    """Of tenders that were published one at a time."""
    bulk_http_to_smtp_ms: dict[str, float | None] = field(default_factory=dict)
    """Of tenders that were imported as fast as intake took them: mostly waiting in line."""
    cases: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return self.lost == self.twice == self.wrong == 0

    def json(self) -> dict[str, Any]:
        return asdict(self)

    def add(self, what: str, cases: list[str]) -> int:
        self.cases += [f"{what}: {case}" for case in sorted(cases)[:SHOWN]]
        return len(cases)


def reckon(world: World, now: datetime) -> Reckoning:
    """Compare what is due with what was accepted. Nothing may be under way."""
    matched = set(_due_pairs(world, now))
    recipients: dict[str, str] = {
        contact.contact.supplier_id: recipient_id
        for recipient_id, contact in world.recipients.items()
        if contact.mailable
    }
    due: set[LedgerKey] = {
        (tender_id, recipients[supplier_id], "match", "0")
        for tender_id, supplier_id in matched
        if supplier_id in recipients
    }
    times = Counter(key for mail in world.mails for key in mail.ledger)
    asked = Counter(mail.request for mail in world.mails if mail.request)
    result = Reckoning(
        tenders=len(world.tenders),
        suppliers=len(world.suppliers),
        matches=len(matched),
        due=len(due),
        mails=sum(bool(mail.ledger) for mail in world.mails),
        unknown=len(world.unknown) + len(world.unknown_requests),
        http_to_smtp_ms=_latency(world, single=True),
        bulk_http_to_smtp_ms=_latency(world, single=False),
    )
    lost = [" ".join(key) for key in due - set(times) - world.unknown]
    lost += [f"request {r}" for r in world.requests - set(asked) - world.unknown_requests]
    result.lost = result.add("lost", lost + list(_forgotten(world)))
    twice = [f"{' '.join(key)} ({n})" for key, n in times.items() if n > 1]
    twice += [f"request {request} ({n})" for request, n in asked.items() if n > 1]
    result.twice = result.add("twice", twice)
    wrong = [" ".join(key) for key in set(times) - due if not _ever_due(world, key, now)]
    result.wrong = result.add("wrong", wrong + list(_strays(world)))
    return result


def _due_pairs(world: World, now: datetime) -> Iterator[tuple[str, str]]:
    """Pairs whose present revisions match, both when they were accepted and now."""
    for tender_id, revisions in world.tenders.items():
        tender = revisions[-1]
        accepted_at = world.accepted_at.get((tender_id, tender.revision), now)
        for supplier_id, profiles in world.suppliers.items():
            if _matches(tender, profiles[-1], now) and (
                not _matters_when(tender, accepted_at, now)
                or _matches(tender, profiles[-1], accepted_at)
            ):
                yield tender_id, supplier_id


def _matches(tender: Tender, supplier: Supplier, now: datetime) -> bool:
    return bool(matching_lots(tender, supplier, now))


def _matters_when(tender: Tender, before: datetime, after: datetime) -> bool:
    """May the answer have changed meanwhile, by a deadline or by the date?"""
    passed = any(lot.deadline and before <= lot.deadline <= after for lot in tender.lots)
    undated = any(lot.deadline is None for lot in tender.lots)
    return passed or (undated and before.astimezone(UTC).date() != after.astimezone(UTC).date())


def _ever_due(world: World, key: LedgerKey, now: datetime) -> bool:
    """Was this mail due at any revisions that were accepted, to an address that confirmed?"""
    tender_id, recipient_id, purpose, occurrence = key
    recipient = world.recipients.get(recipient_id)
    if recipient is None or not recipient.ever_confirmed or (purpose, occurrence) != ("match", "0"):
        return False
    return any(
        _matches(tender, supplier, at)
        for tender in world.tenders.get(tender_id, ())
        for supplier in world.suppliers.get(recipient.contact.supplier_id, ())
        for at in (world.accepted_at.get((tender_id, tender.revision), now), now)
    )


def _forgotten(world: World) -> Iterator[str]:
    """Requests that were answered with an id that nobody knows (any more)."""
    for said in world.acceptances:
        tenders = world.tenders.get(said.tender_id or "")
        if said.tender_id and (tenders is None or tenders[-1].revision < said.revision):
            yield f"accepted tender {said.tender_id} {said.revision}"
        suppliers = world.suppliers.get(said.supplier_id or "")
        if said.supplier_id and (suppliers is None or suppliers[-1].revision < said.revision):
            yield f"accepted supplier {said.supplier_id} {said.revision}"


def _strays(world: World) -> Iterator[str]:
    """Mails to nobody we know, and mails about nothing."""
    for mail in world.mails:
        if mail.recipient not in world.recipients:
            yield f"mail {mail.seq} to an unknown address"
        elif not mail.ledger and not mail.request:
            yield f"mail {mail.seq} without a reason"
        elif mail.request and mail.request not in world.requests:
            yield f"mail {mail.seq} for an unknown request"


def _latency(world: World, *, single: bool) -> dict[str, float | None]:
    """From the 201 to the SMTP acceptance, where the supplier was confirmed before the tender."""
    found: list[float] = []
    for mail in world.mails:
        recipient = world.recipients.get(mail.recipient)
        consent = recipient.contact.consent if recipient else None
        confirmed = consent.confirmed_at if consent else None
        for tender_id, *_ in mail.ledger:
            accepted = [
                said.at
                for said in world.acceptances
                if said.tender_id == tender_id
                and said.created
                and said.single is single
                and said.at <= mail.at
            ]
            if accepted and confirmed and confirmed < max(accepted):
                found.append((mail.at - max(accepted)).total_seconds() * 1000)
    if not found:
        return {"p50": None, "p99": None}
    if len(found) == 1:
        found *= 2
    cuts = statistics.quantiles(found, n=100, method="inclusive")
    return {"p50": round(cuts[49], 1), "p99": round(cuts[98], 1)}
