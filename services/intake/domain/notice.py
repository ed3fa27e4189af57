"""A notice as it was read from any source: what one publication says, before the fold.

Readers (`services/intake/sources/`, and the API's own JSON) produce it; `fold.py` consumes it.
"""

from dataclasses import dataclass
from datetime import datetime

from shared.contracts.codes import TenderKind
from shared.contracts.tender import Tender

CANCEL = "cancel"
"""BT-140: the notice takes the procurement back."""
SUSPEND = "susp-review"
"""BT-140: the procurement waits for a review."""

SELECTED = "selec-w"
"""BT-142: a winner was selected; closes the lot."""
CLOSED_NO_WINNER = "clos-nw"
"""BT-142: no winner and the competition is closed; closes the lot."""
OPEN_NO_WINNER = "open-nw"
"""BT-142: no winner was chosen and the competition goes on; the lot stays open."""


@dataclass(frozen=True)
class Reference:
    """A reference to an earlier notice: BT-758 of a change, BT-125 of a competition."""

    notice_id: str
    version: str | None = None


@dataclass(frozen=True)
class Notice:
    """One version of one notice.

    `tender` is the notice's own content in contract form, not merged with anything: revision 0,
    `tender_id` as `fold.own_tender_id` gives it, status of each lot as the notice says it, and
    in a result the decision (BT-142) in `lot.result` of each lot that the result names
    (BT-13713); lots that it does not name have `result=None`.

    notice_id, version -- BT-701 and BT-757 exactly as they stand ("01").
    dispatched_at -- BT-05, date and time with offset; order of the fold.
    kind -- by subtype; the same as `tender.kind`.
    procedure_id -- BT-04, None where the notice has none.
    references -- BT-758 first, then BT-125, as far as they are there.
    change_reason -- BT-140; None where the notice is not a change notice.
    sha256 -- hex digest of the bytes as they came.
    """

    tender: Tender
    notice_id: str
    version: str
    dispatched_at: datetime
    kind: TenderKind
    sha256: str
    procedure_id: str | None = None
    references: tuple[Reference, ...] = ()
    change_reason: str | None = None

    @property
    def version_order(self) -> tuple[int, str]:
        return version_order(self.version)


def version_order(version: str) -> tuple[int, str]:
    """Versions in order: by number where they are numbers ("02" before "10"), else as text."""
    digits = version.isascii() and version.isdigit() and len(version) <= 18
    return (int(version), "") if digits else (0, version)
