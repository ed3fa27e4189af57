"""Of several states of one thing in a batch, the one that counts."""

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

from shared.contracts.codes import RecordStatus
from shared.contracts.match import Match
from shared.contracts.supplier import Contact
from shared.contracts.tender import Tender

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


def newest_tenders(seen: Iterable[tuple[str, Tender | None]]) -> dict[str, Tender | None]:
    """By tender_id; None where any of the records was a tombstone."""
    return _newest(seen, lambda tender: (tender is None, tender.revision if tender else 0))


def newest_contacts(seen: Iterable[tuple[str, Contact | None]]) -> dict[str, Contact | None]:
    """By recipient_id; an erased record or a tombstone beats every other."""
    return _newest(
        seen,
        lambda contact: (
            contact is None or contact.status is RecordStatus.ERASED,
            contact.revision if contact else 0,
        ),
    )


def newest_matches(seen: Iterable[Match]) -> dict[tuple[str, str], Match]:
    """By tender_id and supplier_id."""
    return _newest(
        (((match.tender_id, match.supplier_id), match) for match in seen),
        lambda match: (match.tender_revision, match.supplier_revision),
    )


def _newest(seen: Iterable[tuple[K, T]], rank: Callable[[T], tuple[int, ...]]) -> dict[K, T]:
    """The highest rank of each key; the first of equals, as a repetition changes nothing."""
    kept: dict[K, T] = {}
    for key, item in seen:
        if key not in kept or rank(item) > rank(kept[key]):
            kept[key] = item
    return kept
