"""What intake does not take in, and why: one exception, with a stable code."""

from dataclasses import dataclass
from enum import StrEnum


class RefusalCode(StrEnum):
    """Stable: programs decide by it. The HTTP status of each stands in `api/problems.py`."""

    LOWER_VERSION = "lower_version"
    OTHER_BYTES = "same_version_other_bytes"
    TOO_LARGE = "tender_too_large"
    IMPLAUSIBLE_DATE = "implausible_date"
    UNREADABLE_NOTICE = "unreadable_notice"
    KEY_REUSED = "idempotency_key_reused"
    UNKNOWN_TENDER = "unknown_tender"
    UNKNOWN_SUPPLIER = "unknown_supplier"


@dataclass(frozen=True)
class FieldProblem:
    """One field and what is wrong with it. Never holds what was sent."""

    field: str
    message: str


class Refused(Exception):
    """Nothing was stored. `code` is a `RefusalCode` or the code of a source's reader."""

    def __init__(self, code: str, message: str, *problems: FieldProblem) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.problems = problems
