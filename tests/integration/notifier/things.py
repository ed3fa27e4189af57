"""Tenders, contacts and matches, small, with the revisions that a test wants."""

from datetime import UTC, datetime, timedelta

from shared.contracts.base import RecipientId, SupplierId, TenantId, TenderId
from shared.contracts.codes import (
    MailLanguage,
    MailRequestKind,
    RecordStatus,
    TenderKind,
    TenderStatus,
    Verdict,
)
from shared.contracts.events import MailRequest
from shared.contracts.match import LotMatch, Match, MatchBatch, Reason
from shared.contracts.supplier import Consent, Contact
from shared.contracts.tender import Buyer, Lot, Source, Tender

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TENANT = TenantId("default")


def tender(tender_id: str = "t1", revision: int = 1, **changes: object) -> Tender:
    """An open direct procurement with one lot."""
    lot = Lot(
        lot_id="LOT-0001",
        status=TenderStatus.OPEN,
        title={"sv": "Trädgårdsskötsel"},
        cpv_main="77310000",
        deadline=NOON + timedelta(days=20),
    )
    fields: dict[str, object] = {
        "tender_id": tender_id,
        "tenant_id": TENANT,
        "revision": revision,
        "status": TenderStatus.OPEN,
        "kind": TenderKind.DIRECT_PROCUREMENT,
        "source": Source(system="form"),
        "buyers": [Buyer(name="Helsingborgs stad", municipality="1283")],
        "title": {"sv": f"Trädgårdsskötsel, utgåva {revision}"},
        "lots": [lot],
    }
    return Tender.model_validate(fields | changes)


def contact(
    recipient_id: str = "r1",
    supplier_id: str = "s1",
    revision: int = 1,
    confirmed: bool = True,
    address: str | None = None,
) -> Contact:
    """One address, with consent."""
    return Contact(
        recipient_id=RecipientId(recipient_id),
        supplier_id=SupplierId(supplier_id),
        tenant_id=TENANT,
        revision=revision,
        address=address or f"{recipient_id}@firma.example",
        language=MailLanguage.SWEDISH,
        consent=Consent(
            version="1",
            given_at=NOON - timedelta(days=1),
            source="web",
            confirmed_at=NOON - timedelta(hours=1) if confirmed else None,
        ),
    )


def erased(recipient_id: str = "r1", revision: int = 9) -> Contact:
    """What precedes the tombstone of an erased contact."""
    return Contact(
        recipient_id=RecipientId(recipient_id),
        supplier_id=SupplierId("s1"),
        tenant_id=TENANT,
        revision=revision,
        status=RecordStatus.ERASED,
    )


def match(
    tender_id: str = "t1",
    supplier_id: str = "s1",
    tender_revision: int = 1,
    supplier_revision: int = 1,
    verdict: Verdict = Verdict.ELIGIBLE,
) -> Match:
    """A match of one lot, or its withdrawal."""
    lot = LotMatch(
        lot_id="LOT-0001",
        verdict=verdict,
        score=62,
        reasons=[
            Reason(code="cpv", params={"code": "77310000", "tender_code": "77310000"}, points=40)
        ],
    )
    return Match(
        tender_id=TenderId(tender_id),
        tenant_id=TENANT,
        tender_revision=tender_revision,
        supplier_id=SupplierId(supplier_id),
        supplier_revision=supplier_revision,
        verdict=verdict,
        score=0 if verdict is Verdict.WITHDRAWN else 62,
        score_version="1",
        lots=[] if verdict is Verdict.WITHDRAWN else [lot],
    )


def batch_of(*matches: Match) -> MatchBatch:
    """The matches as one record; all of one tender revision."""
    return MatchBatch(
        tender_id=matches[0].tender_id,
        tender_revision=matches[0].tender_revision,
        partition=0,
        matches=list(matches),
    )


def request(
    request_id: str = "q1",
    recipient_id: str = "r1",
    expires_at: datetime | None = None,
    contact_revision: int = 1,
) -> MailRequest:
    """A request for a confirmation mail."""
    return MailRequest(
        request_id=request_id,
        recipient_id=RecipientId(recipient_id),
        kind=MailRequestKind.CONFIRM,
        language=MailLanguage.SWEDISH,
        expires_at=expires_at or NOON + timedelta(days=7),
        contact_revision=contact_revision,
    )
