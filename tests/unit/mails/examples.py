"""Tenders, matches and a reader for the tests of mails."""

from datetime import UTC, datetime
from decimal import Decimal

from services.notifier.domain.rendering import MailLinks
from shared.contracts.base import Money
from shared.contracts.codes import (
    ClauseCode,
    MailLanguage,
    Reservation,
    ReservedExecution,
    TenderKind,
    TenderStatus,
    Verdict,
)
from shared.contracts.match import Gap, LotMatch, Match, Reason
from shared.contracts.supplier import Contact
from shared.contracts.tender import (
    AwardCriterion,
    Buyer,
    Clause,
    Lot,
    Objectives,
    Source,
    Tender,
)

LINKS = MailLinks(
    tender="https://ombud.example/upphandlingar/7f0c",
    unsubscribe="https://mejl.ombud.example/sluta/token",
)
DEADLINE = datetime(2026, 12, 4, 22, 59, 59, tzinfo=UTC)


def lot(lot_id: str = "LOT-0001", **changes: object) -> Lot:
    """An open lot of cleaning in Helsingborg."""
    fields: dict[str, object] = {
        "lot_id": lot_id,
        "status": TenderStatus.OPEN,
        "title": {"sv": "Städning av tre förskolor"},
        "cpv_main": "90911200",
        "municipalities": ["1283"],
        "value": Money(amount=Decimal(450_000)),
        "deadline": DEADLINE,
        "documents_url": "https://handlingar.example/forskolor?id=7&lang=sv",
    }
    return Lot.model_validate(fields | changes)


def tender(*lots: Lot, **changes: object) -> Tender:
    """A direct procurement by Helsingborg."""
    fields: dict[str, object] = {
        "tender_id": "7f0c",
        "tenant_id": "default",
        "revision": 1,
        "status": TenderStatus.OPEN,
        "kind": TenderKind.DIRECT_PROCUREMENT,
        "source": Source(system="form"),
        "buyers": [Buyer(name="Helsingborgs stad", municipality="1283")],
        "title": {"sv": "Städning av förskolor"},
        "description": {"sv": "Daglig städning av tre förskolor i centrum. Start i januari."},
        "language": "sv",
        "published_at": datetime(2026, 11, 20, 8, 0, tzinfo=UTC),
        "lots": list(lots) or [lot()],
    }
    return Tender.model_validate(fields | changes)


def lot_match(
    lot_id: str = "LOT-0001",
    gaps: list[Gap] | None = None,
    reasons: list[Reason] | None = None,
    score: float = 71.5,
) -> LotMatch:
    return LotMatch(
        lot_id=lot_id,
        verdict=Verdict.POSSIBLE if gaps else Verdict.ELIGIBLE,
        score=score,
        reasons=reasons
        or [
            Reason(code="cpv", params={"code": "90911200", "tender_code": "90911200"}, points=50),
            Reason(code="text", params={"words": ["städning"]}, points=6.5),
            Reason(code="area", params={"place": "1283"}, points=15),
        ],
        gaps=gaps or [],
    )


def match(*lots: LotMatch) -> Match:
    found = list(lots) or [lot_match()]
    return Match(
        tender_id="7f0c",
        tenant_id="default",
        tender_revision=1,
        supplier_id="s1",
        supplier_revision=1,
        verdict=found[0].verdict,
        score=found[0].score,
        score_version="1",
        lots=found,
    )


def reader(lang: str = "sv") -> Contact:
    return Contact(
        recipient_id="r1",
        supplier_id="s1",
        tenant_id="default",
        revision=1,
        address="kim@firma.example",
        language=MailLanguage(lang),
    )


def social_tender() -> Tender:
    """Two lots with every reservation and every contract term, criteria and objectives."""
    clauses = [
        Clause(code=ClauseCode.EMPLOYMENT, text={"sv": "Två personer ska anställas."}),
        *(Clause(code=code) for code in ClauseCode if code != ClauseCode.EMPLOYMENT),
    ]
    first = lot(
        "LOT-0001",
        title={"sv": "Catering till äldreboenden"},
        cpv_main="55520000",
        reserved=list(Reservation),
        reserved_execution=ReservedExecution.YES,
        clauses=clauses,
        objectives=Objectives(social=["opp", "acc-all"], green=["clim-mitig"]),
        award_criteria=[
            AwardCriterion(type="price", weight=60),
            AwardCriterion(type="quality", name={"sv": "Social nytta"}, weight=40),
        ],
    )
    second = lot("LOT-0002", title={"sv": "Kaffe i stadshuset"}, value=None, reserved=["res-ws"])
    return tender(
        first,
        second,
        title={"sv": "Måltider och kaffe, reserverad"},
        kind=TenderKind.COMPETITION,
    )


def social_match() -> Match:
    """The first lot asks for evidence; the second is open to the supplier."""
    gaps = [
        Gap(code="purpose", params={"reservation": "res-ws"}),
        Gap(code="old", params={"reservation": "res-ws", "what": "share", "date": "2025-03-01"}),
    ]
    reserved = Reason(code="reserved", params={"reservations": ["res-ws"]}, points=10)
    return match(
        lot_match("LOT-0001", gaps=gaps),
        lot_match("LOT-0002", reasons=[*lot_match().reasons, reserved], score=60),
    )
