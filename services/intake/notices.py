"""Filing a notice: which tender it belongs to, and the revision that it makes."""

from pydantic import BaseModel, ConfigDict

from services.intake.domain.fields import EARLIEST_YEAR, LATEST_YEAR
from services.intake.domain.fold import fold, same_state
from services.intake.domain.identity import (
    Arrival,
    arrival,
    leads_to,
    tender_id_of,
    tender_id_of_notice,
)
from services.intake.domain.notice import Notice
from services.intake.domain.refusal import FieldProblem, RefusalCode, Refused
from services.intake.store import Transaction
from shared import topics
from shared.contracts.base import TenderId
from shared.contracts.codes import TenderStatus
from shared.contracts.tender import Tender
from shared.kafka import Message, new_traceparent

MAX_TENDER_BYTES = 4 * 1_048_576
"""Largest serialized tender: what is accepted must fit into a message."""


class Receipt(BaseModel):
    """What became of a notice.

    created -- it was new and is stored; False if it was held already.
    changed -- the tender got a new revision.
    """

    model_config = ConfigDict(frozen=True)

    tender_id: str
    revision: int
    created: bool
    changed: bool
    notice_id: str
    notice_version: str


class Moved(Exception):
    """The notice's tender was merged into another meanwhile: do it again."""


async def file_notice(tx: Transaction, notice: Notice, raw: bytes) -> Receipt:
    """Take a notice in. Raises `Refused` (nothing is stored), or `Moved`."""
    if not EARLIEST_YEAR <= notice.dispatched_at.year <= LATEST_YEAR:
        problem = FieldProblem("dispatched_at", f"must be in {EARLIEST_YEAR}-{LATEST_YEAR}")
        raise Refused(RefusalCode.IMPLAUSIBLE_DATE, "The dispatch date is implausible", problem)
    system = notice.tender.source.system
    lead = leads_to(notice.notice_id, notice.references)
    await tx.lock(*(f"notice\x1f{system}\x1f{n}" for n in (notice.notice_id, lead.notice_id)))
    if known := await _known(tx, notice):
        return known
    tender_id = await _tender_of(tx, notice)
    alone = tender_id_of_notice(tx.tenant_id, system, notice.notice_id)
    await tx.lock(f"tender\x1f{tender_id}", f"tender\x1f{alone}")
    if await _tender_of(tx, notice) != tender_id:
        raise Moved
    if alone != tender_id and await tx.has_notices(alone):
        await _merge(tx, alone, tender_id)
    await tx.add_notice(notice, tender_id, raw)
    return await _fold_again(tx, notice, tender_id)


async def _known(tx: Transaction, notice: Notice) -> Receipt | None:
    """The receipt of a notice that is held already. Raises `Refused` for a conflict."""
    held = await tx.versions_held(notice.tender.source.system, notice.notice_id)
    match arrival(notice.version, notice.sha256, held):
        case Arrival.NEW:
            return None
        case Arrival.LOWER_VERSION:
            raise Refused(
                RefusalCode.LOWER_VERSION,
                "A higher version of this notice is held",
                FieldProblem("notice_version", "is lower than a version that is held"),
            )
        case Arrival.OTHER_BYTES:
            raise Refused(
                RefusalCode.OTHER_BYTES,
                "This version of the notice is held with other content",
                FieldProblem("notice_version", "is held with other content; send a higher one"),
            )
    tender = await tx.tender(held[0].tender_id)
    return _receipt(notice, held[0].tender_id, tender.revision if tender else 0, created=False)


async def _tender_of(tx: Transaction, notice: Notice) -> TenderId:
    if notice.procedure_id:
        return tender_id_of(notice)
    lead = leads_to(notice.notice_id, notice.references)
    held = await tx.tender_of_notice(notice.tender.source.system, lead)
    return held or tender_id_of(notice)


async def _merge(tx: Transaction, tender_id: TenderId, into: TenderId) -> None:
    """Notices that referred to this one before it was held join it in the tender it belongs to.

    The tender that they had made by themselves is closed: it lives on under the other id.
    """
    await tx.move_notices(tender_id, into)
    left = await tx.tender(tender_id)
    if left is not None:
        closed = TenderStatus.CLOSED
        lots = [lot.model_copy(update={"status": closed}) for lot in left.lots]
        await _publish(
            tx,
            left.model_copy(update={"status": closed, "lots": lots, "revision": left.revision + 1}),
        )


async def _fold_again(tx: Transaction, notice: Notice, tender_id: TenderId) -> Receipt:
    before = await tx.tender(tender_id)
    state = fold(tender_id, await tx.notices_of(tender_id))
    if before is not None and same_state(before, state):
        return _receipt(notice, tender_id, before.revision, created=True)
    revision = before.revision + 1 if before else 1
    await _publish(tx, state.model_copy(update={"revision": revision}))
    return _receipt(notice, tender_id, revision, created=True, changed=True)


async def _publish(tx: Transaction, tender: Tender) -> None:
    size = len(tender.model_dump_json().encode())
    if size > MAX_TENDER_BYTES:
        raise Refused(
            RefusalCode.TOO_LARGE,
            f"The tender is {size} bytes; at most {MAX_TENDER_BYTES} can be passed on",
        )
    message = Message(
        topics.TENDERS, tender.tender_id, tender, tx.at, traceparent=new_traceparent()
    )
    await tx.put_tender(tender, message.id)
    await tx.publish(tender.tenant_id, message)


def _receipt(
    notice: Notice, tender_id: str, revision: int, *, created: bool, changed: bool = False
) -> Receipt:
    return Receipt(
        tender_id=tender_id,
        revision=revision,
        created=created,
        changed=changed,
        notice_id=notice.notice_id,
        notice_version=notice.version,
    )
