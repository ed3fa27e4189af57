"""Code lists that are the project's own, or that the project interprets."""

from enum import StrEnum


class TenderStatus(StrEnum):
    """Where a tender, or one of its lots, is in its life."""

    PLANNED = "planned"
    CONSULTATION = "consultation"
    OPEN = "open"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    AWARDED = "awarded"
    CONTRACT_CHANGED = "contract_changed"


class TenderKind(StrEnum):
    """What a notice is, by its subtype."""

    PLAN = "plan"
    MARKET_CONSULTATION = "market_consultation"
    COMPETITION = "competition"
    DIRECT_AWARD = "direct_award"
    AWARD = "award"
    CONTRACT_CHANGE = "contract_change"
    DIRECT_PROCUREMENT = "direct_procurement"
    OTHER = "other"


class Reservation(StrEnum):
    """Reserved participation (BT-71, and the project's own code for LOU 19 ch. 25 a §)."""

    WORKSHOP = "res-ws"
    PUBLIC_SERVICE = "res-pub-ser"
    IDEBUREN = "se-19-25a"


class ReservedExecution(StrEnum):
    """Reserved execution (BT-736); `yes` is LOU 4 ch. 18 § second paragraph."""

    YES = "yes"
    NO = "no"
    NOT_KNOWN = "not-known"


class ClauseCode(StrEnum):
    """Contract terms that apply at performance (LOU 17 ch.): they never exclude a bidder."""

    EMPLOYMENT = "se-employ"
    INTERNSHIP = "se-intern"
    DIALOGUE = "se-dialogue"
    LABOUR = "se-labour"


class Verdict(StrEnum):
    """May this supplier bid on this lot, as far as its profile tells?"""

    ELIGIBLE = "eligible"
    POSSIBLE = "possible"
    NOT_ELIGIBLE = "not_eligible"
    WITHDRAWN = "withdrawn"


class RecordStatus(StrEnum):
    """Life of a supplier or contact. `erased` comes before the tombstone, with a revision."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    ERASED = "erased"


class SupplierSize(StrEnum):
    """By number of employees: 0-9, 10-49, 50-249, 250 and more."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class Frequency(StrEnum):
    """How often a recipient wants mail: at once, or in a digest."""

    INSTANT = "instant"
    DAILY = "daily"
    WEEKLY = "weekly"


class MailLanguage(StrEnum):
    """Languages that mails are written in (ISO 639-1)."""

    SWEDISH = "sv"
    ENGLISH = "en"


class Purpose(StrEnum):
    """Why a supplier is mailed about a tender; part of the ledger's permanent key."""

    MATCH = "match"
    AMENDMENT = "amendment"
    CANCELLATION = "cancellation"
    SUSPENSION = "suspension"
    AWARD = "award"
    REMINDER = "reminder"
    ANSWER = "answer"


class Outcome(StrEnum):
    """What became of a mail."""

    SENT = "sent"
    BOUNCED = "bounced"
    UNKNOWN = "unknown"
    SUPPRESSED = "suppressed"


class MailRequestKind(StrEnum):
    """Transactional mails."""

    CONFIRM = "confirm"


class FeedbackKind(StrEnum):
    """What a recipient told us on the notifier's pages."""

    UNSUBSCRIBED = "unsubscribed"
