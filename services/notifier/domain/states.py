"""The lives of ledger rows and mails, and why something was not mailed."""

from enum import StrEnum


class LedgerState(StrEnum):
    """One row: one tender, recipient, purpose and occurrence, mailed at most once for good."""

    QUEUED = "queued"
    HANDING_OVER = "handing_over"
    SENT = "sent"
    UNKNOWN = "unknown"
    BOUNCED = "bounced"
    SUPPRESSED = "suppressed"


class MailState(StrEnum):
    """One mail to one recipient.

    `queued` -> `leased` (one worker has it, until its lease ends) -> `handing_over` (committed
    after RCPT and before DATA; from here nothing is sent again blindly) -> `sent`, or back to
    `queued`, or `unknown` (only a person can tell), or `failed` (the server refused for good).
    `cancelled`: nothing was left to say before it was handed over.
    """

    QUEUED = "queued"
    LEASED = "leased"
    HANDING_OVER = "handing_over"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    CANCELLED = "cancelled"


class MailKind(StrEnum):
    """Mails about tenders, and the one that confirms an address."""

    TENDER = "tender"
    CONFIRM = "confirm"


class Priority:
    """Which mails go first: the lower number."""

    TRANSACTIONAL = 0
    TENDER = 1


class Why(StrEnum):
    """Reasons that ledger rows and `notifications.v1` carry, beside `smtp_` and a reply code."""

    WITHDRAWN = "withdrawn"
    """The matcher took the match back."""
    GONE = "gone"
    """The tender was removed."""
    ERASED = "erased"
    INACTIVE = "inactive"
    UNSUBSCRIBED = "unsubscribed"
    UNCONFIRMED = "unconfirmed"
    NOT_OPEN = "not_open"
    """The tender is no longer, or not yet, one to answer to."""
    DEADLINE_PASSED = "deadline_passed"
    MUTED = "muted"
    """The recipient wants nothing from this buyer, or of this kind."""
    EXPIRED = "expired"
    """The request was too old when its mail was about to go."""
    ADDRESS = "address"
    """The address cannot be an envelope's."""
    GAVE_UP = "gave_up"
    """Temporary refusals for longer than we try."""
    CONNECTION_LOST = "connection_lost"
    """The connection broke after the hand-over began."""
