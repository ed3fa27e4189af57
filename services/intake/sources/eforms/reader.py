"""Reads one eForms notice: this notice's own content, not merged with anything.

What fits the contract is read; what does not is left empty, never guessed. Values that decide
who may bid, until when, or what a notice is, are errors instead (see docs of the functions).
"""

import hashlib
import re
from datetime import datetime

from services.intake.domain.identity import own_tender_id
from services.intake.domain.notice import CANCEL, SUSPEND, Notice, Reference
from services.intake.sources.eforms import values
from services.intake.sources.eforms.document import Element, root_of
from services.intake.sources.eforms.lots import lot_id_of, read_lot
from services.intake.sources.eforms.parties import buyers
from services.intake.sources.eforms.results import Results, results
from services.intake.sources.eforms.terms import Found, table
from services.intake.sources.errors import SourceCode, SourceError
from shared.codelists import iso_639_1, kind_of_subtype
from shared.contracts.base import TenantId, TenderId
from shared.contracts.codes import TenderKind, TenderStatus
from shared.contracts.tender import Lot, Source, Tender

SYSTEM = "eforms"

_SDK = re.compile(r"eforms-sdk-1\.[0-9]{1,3}(?:[.#].*)?", re.DOTALL)
_NOTICE_AND_VERSION = re.compile(
    r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-([0-9]{2})", re.IGNORECASE
)
_PUBLICATION = re.compile(r"0*([0-9]{1,8}-[0-9]{4})")
_STATUS_OF_KIND = {
    TenderKind.PLAN: TenderStatus.PLANNED,
    TenderKind.MARKET_CONSULTATION: TenderStatus.CONSULTATION,
    TenderKind.COMPETITION: TenderStatus.OPEN,
    TenderKind.DIRECT_AWARD: TenderStatus.AWARDED,
    TenderKind.AWARD: TenderStatus.OPEN,
    TenderKind.CONTRACT_CHANGE: TenderStatus.CONTRACT_CHANGED,
    TenderKind.OTHER: TenderStatus.CLOSED,
}
"""Of a lot that no result names: a result closes only the lots that it names."""
_OF_WHOLE = (
    TenderStatus.OPEN,
    TenderStatus.SUSPENDED,
    TenderStatus.AWARDED,
    TenderStatus.CLOSED,
    TenderStatus.CANCELLED,
)
"""The whole has the first of these that one of its lots has."""


def read_notice(xml: bytes, tenant_id: str = "default") -> Notice:
    """Read a notice of any subtype.

    Raises SourceError with the rule that is broken and where; no other exception, whatever
    the bytes are.
    """
    root = root_of(xml)
    notice = table().group("notice", root)
    _check_sdk(notice)
    kind, subtype = _kind(notice)
    notice_id, version = _identifier(notice, "notice_id"), _identifier(notice, "version")
    dispatched_at = _dispatched_at(notice)
    procedure_id = values.first(notice.values("procedure_id"), values.code)
    references = _references(notice)
    change_reason = _change_reason(notice)
    tender = _tender(root, notice, kind, change_reason).model_copy(
        update={
            "tender_id": own_tender_id(tenant_id, SYSTEM, notice_id, procedure_id, references),
            "tenant_id": TenantId(tenant_id),
            "source": Source(
                system=SYSTEM,
                notice_id=notice_id,
                notice_version=version,
                subtype=subtype,
                url=_url(notice),
            ),
            "procedure_id": procedure_id,
            "published_at": dispatched_at,
            "change_reason": change_reason,
        }
    )
    return Notice(
        tender=tender,
        notice_id=notice_id,
        version=version,
        dispatched_at=dispatched_at,
        kind=kind,
        sha256=hashlib.sha256(xml).hexdigest(),
        procedure_id=procedure_id,
        references=references,
        change_reason=change_reason,
    )


def _check_sdk(notice: Found) -> None:
    sdk = notice.needed("sdk")
    if not _SDK.fullmatch(sdk):
        raise SourceError(
            SourceCode.UNSUPPORTED_SDK,
            f"Written for {sdk[:100]}; eforms-sdk-1.x is read.",
            notice.terms["sdk"].where(notice.node),
        )


def _kind(notice: Found) -> tuple[TenderKind, str]:
    subtype = notice.needed("subtype")
    kind = kind_of_subtype(subtype)
    if kind is None:
        raise SourceError(
            SourceCode.UNKNOWN_SUBTYPE,
            f"Not a known notice subtype: {subtype[:20]}",
            notice.terms["subtype"].where(notice.elements("subtype")[0]),
        )
    return kind, subtype


def _identifier(notice: Found, name: str) -> str:
    value = values.code(notice.needed(name))
    if value is None:
        raise notice.bad(name, notice.elements(name)[0], "is longer than 100 characters")
    return value


def _dispatched_at(notice: Found) -> datetime:
    notice.needed("dispatch_date")
    notice.needed("dispatch_time")
    instant = values.instant(notice, "dispatch_date", "dispatch_time", values.START_OF_DAY)
    if instant is None:
        element = notice.elements("dispatch_date")[0]
        raise notice.bad("dispatch_date", element, "has no offset from UTC")
    return instant


def _references(notice: Found) -> tuple[Reference, ...]:
    """BT-758, then BT-125. Only "uuid-01" holds a version; other identifiers stand whole."""
    given = notice.values("changed_notice") + notice.values("earlier_notice")
    found = []
    for value in values.fitting(given, values.code):
        match = _NOTICE_AND_VERSION.fullmatch(value)
        found.append(Reference(match.group(1), match.group(2)) if match else Reference(value))
    return tuple(found)


def _change_reason(notice: Found) -> str | None:
    """BT-140; of several, the one that stops the procurement."""
    given = values.fitting(notice.values("change_reason"), values.code)
    return next((reason for reason in (CANCEL, SUSPEND) if reason in given), None) or next(
        iter(given), None
    )


def _url(notice: Found) -> str | None:
    """The notice's page at TED, by its publication number (OPP-010)."""
    for value in notice.values("publication_id"):
        match = _PUBLICATION.fullmatch(value)
        if match:
            return f"https://ted.europa.eu/en/notice/-/detail/{match.group(1)}"
    return None


def _tender(root: Element, notice: Found, kind: TenderKind, change_reason: str | None) -> Tender:
    language = values.first(notice.values("language"), iso_639_1)
    lot_nodes = table().each("lot", root)
    lots = _lots(lot_nodes, notice, results(root), _lot_status(kind, change_reason), language)
    return Tender(
        tender_id=TenderId(""),
        tenant_id=TenantId(""),
        revision=0,
        status=_status(kind, change_reason, lots),
        kind=kind,
        source=Source(system=SYSTEM),
        buyers=[] if kind is TenderKind.OTHER else buyers(root, notice, language),
        title=values.texts(notice.elements("title"), language),
        description=values.texts(notice.elements("description"), language),
        language=language,
        nuts=values.fitting(notice.values("nuts"), values.nuts),
        law=values.first(notice.values("law"), values.code),
        procedure=values.first(notice.values("procedure"), values.code),
        framework=_of_lots(lot_nodes, "framework"),
        dynamic_purchasing_system=_of_lots(lot_nodes, "dynamic_purchasing_system"),
        lots=lots,
    )


def _lots(
    nodes: list[Found],
    notice: Found,
    found: Results,
    status: TenderStatus,
    language: str | None,
) -> list[Lot]:
    max_lots = values.first(notice.values("max_lots"), values.whole_number)
    seen: set[str] = set()
    for node in nodes:
        lot_id = lot_id_of(node)
        if lot_id in seen:
            raise SourceError(
                SourceCode.REPEATED_FIELD,
                f"Two lots have the identifier {lot_id}.",
                node.terms["lot_id"].where(node.node),
            )
        seen.add(lot_id)
    return [
        read_lot(node, status=status, results=found, language=language, max_lots=max_lots)
        for node in nodes
    ]


def _lot_status(kind: TenderKind, change_reason: str | None) -> TenderStatus:
    stopped = {CANCEL: TenderStatus.CANCELLED, SUSPEND: TenderStatus.SUSPENDED}
    return stopped.get(change_reason or "", _STATUS_OF_KIND[kind])


def _status(kind: TenderKind, change_reason: str | None, lots: list[Lot]) -> TenderStatus:
    held = {lot.status for lot in lots}
    if kind in (TenderKind.AWARD, TenderKind.DIRECT_AWARD):
        return next((status for status in _OF_WHOLE if status in held), TenderStatus.AWARDED)
    return _lot_status(kind, change_reason)


def _of_lots(lots: list[Found], name: str) -> str | None:
    """What a lot says of how the contract works, for the whole: the first that is not `none`."""
    given = values.fitting((value for lot in lots for value in lot.values(name)), values.code)
    return next((value for value in given if value != "none"), next(iter(given), None))
