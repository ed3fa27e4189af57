"""Tenders, notices and suppliers as tests of intake send them."""

import copy
import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from services.intake.api.openapi import SUPPLIER_EXAMPLE, TENDER_EXAMPLE
from services.intake.domain.identity import own_tender_id
from services.intake.domain.notice import Notice, Reference
from shared.contracts.base import TenantId
from shared.contracts.codes import TenderKind, TenderStatus
from shared.contracts.tender import Lot, LotResult, Source, Tender

MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
STATUS = {
    TenderKind.PLAN: TenderStatus.PLANNED,
    TenderKind.COMPETITION: TenderStatus.OPEN,
    TenderKind.AWARD: TenderStatus.AWARDED,
    TenderKind.CONTRACT_CHANGE: TenderStatus.CONTRACT_CHANGED,
}


def tender_json(**fields: Any) -> dict[str, Any]:
    """The documented example, with other fields."""
    return copy.deepcopy(TENDER_EXAMPLE) | fields


def supplier_json(**fields: Any) -> dict[str, Any]:
    """The documented example, with other fields."""
    return copy.deepcopy(SUPPLIER_EXAMPLE) | fields


def lot(lot_id: str = "LOT-0001", decision: str | None = None, **fields: Any) -> Lot:
    """A lot, open unless told otherwise; `decision` is what a result says of it."""
    result = LotResult(decision=decision) if decision else None
    return Lot(**({"lot_id": lot_id, "status": TenderStatus.OPEN, "result": result} | fields))


def notice(
    notice_id: str = "n1",
    *lots: Lot,
    kind: TenderKind = TenderKind.COMPETITION,
    version: str = "01",
    at: datetime = MONDAY,
    procedure_id: str | None = "p1",
    refers_to: tuple[str, ...] = (),
    change_reason: str | None = None,
    title: str = "Städning",
) -> Notice:
    """A notice as a reader would give it; its bytes are its content."""
    references = tuple(Reference(other) for other in refers_to)
    status = STATUS[kind]
    tender = Tender(
        tender_id=own_tender_id("default", "eforms", notice_id, procedure_id, references),
        tenant_id=TenantId("default"),
        revision=0,
        status=status,
        kind=kind,
        source=Source(system="eforms", notice_id=notice_id, notice_version=version),
        procedure_id=procedure_id,
        title={"sv": title},
        published_at=at,
        lots=[each if each.result else each.model_copy(update={"status": status}) for each in lots],
    )
    made = Notice(
        tender=tender,
        notice_id=notice_id,
        version=version,
        dispatched_at=at,
        kind=kind,
        sha256="",
        procedure_id=procedure_id,
        references=references,
        change_reason=change_reason,
    )
    return replace(made, sha256=hashlib.sha256(repr(made).encode()).hexdigest())
