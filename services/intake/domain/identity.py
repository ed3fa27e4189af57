"""Which tender a notice belongs to, and whether a notice may be taken in."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID, uuid5

from services.intake.domain.notice import Notice, Reference, version_order
from shared.contracts.base import TenderId

_NAMESPACE = UUID("6f1c1f0e-6a43-5b0c-9a53-0d0b8f6f2a11")


def _name(tenant_id: str, *parts: str) -> TenderId:
    return TenderId(str(uuid5(uuid5(_NAMESPACE, tenant_id), "\x1f".join(parts))))


def tender_id_of_procedure(tenant_id: str, procedure_id: str) -> TenderId:
    """UUIDv5 of the procedure identifier (BT-04), the same for all notices that carry it."""
    return _name(tenant_id, "procedure", procedure_id.strip().lower())


def tender_id_of_notice(tenant_id: str, system: str, notice_id: str) -> TenderId:
    """UUIDv5 of source and notice identifier: the tender of a notice that stands alone."""
    return _name(tenant_id, "notice", system, notice_id.strip().lower())


def leads_to(notice_id: str, references: tuple[Reference, ...]) -> Reference:
    """The notice whose tender this one joins when it has no BT-04.

    That is its first reference to an earlier notice (BT-758, else BT-125). Only the first is
    followed, so that the answer does not depend on which of them has already arrived. A
    notice without references leads to itself: other versions of it may be held.
    """
    return references[0] if references else Reference(notice_id)


def own_tender_id(
    tenant_id: str,
    system: str,
    notice_id: str,
    procedure_id: str | None = None,
    references: tuple[Reference, ...] = (),
) -> TenderId:
    """The tender as far as the notice itself tells, with no other notice at hand."""
    if procedure_id:
        return tender_id_of_procedure(tenant_id, procedure_id)
    return tender_id_of_notice(tenant_id, system, leads_to(notice_id, references).notice_id)


def tender_id_of(notice: Notice) -> TenderId:
    """`own_tender_id` of a notice that has been read."""
    return own_tender_id(
        notice.tender.tenant_id,
        notice.tender.source.system,
        notice.notice_id,
        notice.procedure_id,
        notice.references,
    )


class Arrival(StrEnum):
    """How a notice relates to the versions of the same notice id that are held."""

    NEW = "new"
    SAME_AGAIN = "same_again"
    LOWER_VERSION = "lower_version"
    OTHER_BYTES = "other_bytes"


@dataclass(frozen=True)
class HeldVersion:
    """A version of a notice that was taken in before."""

    version: str
    sha256: str
    tender_id: TenderId


def arrival(version: str, sha256: str, held: Iterable[HeldVersion]) -> Arrival:
    """Decide what a version of a notice is to those held under the same notice id.

    The same bytes again change nothing. A lower version than one held, or the same version
    with other bytes, is a conflict.
    """
    verdict = Arrival.NEW
    for other in held:
        if version_order(other.version) == version_order(version):
            return Arrival.SAME_AGAIN if other.sha256 == sha256 else Arrival.OTHER_BYTES
        if version_order(other.version) > version_order(version):
            verdict = Arrival.LOWER_VERSION
    return verdict
