"""What services tell each other about progress, mails and answers."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from shared.contracts.base import (
    Code,
    Contract,
    Instant,
    RecipientId,
    SupplierId,
    TenderId,
)
from shared.contracts.codes import (
    FeedbackKind,
    MailLanguage,
    MailRequestKind,
    Outcome,
    Purpose,
)


class Matched(Contract):
    """`progress.v1` from the matcher: one shard is done with one tender revision."""

    kind: Literal["matched"] = "matched"
    tender_id: TenderId
    tender_revision: int
    partition: int
    count: int = Field(ge=0, description="Matches published, 0 too")
    at: Instant


class Settled(Contract):
    """`progress.v1` from the notifier: what became of a tender revision's matches, so far.

    Counts pairs of tender and supplier, each once; the newest record replaces earlier ones.
    """

    kind: Literal["settled"] = "settled"
    tender_id: TenderId
    tender_revision: int
    sent: int = Field(ge=0)
    suppressed: int = Field(ge=0, description="Not mailed, for a reason that is recorded")
    unknown: int = Field(ge=0)
    queued: int = Field(0, ge=0, description="Still under way")
    at: Instant


Progress = Annotated[Matched | Settled, Field(discriminator="kind")]
PROGRESS: TypeAdapter[Matched | Settled] = TypeAdapter(Progress)


class MailRequest(Contract):
    """`mail-requests.v1`: a transactional mail, as a request id only.

    The notifier makes the signed link when it sends; intake consumes it once.
    """

    request_id: Code
    recipient_id: RecipientId
    kind: MailRequestKind
    language: MailLanguage
    expires_at: Instant
    contact_revision: int = Field(
        0,
        ge=0,
        description="The mail goes to the contact at this revision or a newer, never before",
    )


class Notification(Contract):
    """`notifications.v1`: what became of one ledger row. No address, no server text."""

    notification_id: Code
    supplier_id: SupplierId
    recipient_id: RecipientId
    tender_id: TenderId
    tender_revision: int
    purpose: Purpose
    occurrence: Code
    outcome: Outcome
    reason: Code | None = Field(None, description="Why suppressed, or the error class")
    mail_id: Code | None = None
    smtp_code: int | None = Field(None, description="The server's reply code, e.g. 250")
    queued_at: Instant
    handed_over_at: Instant | None = Field(None, description="After RCPT, before DATA")
    at: Instant


class Feedback(Contract):
    """`feedback.v1`: what a supplier said on the notifier's pages."""

    feedback_id: Code
    supplier_id: SupplierId
    recipient_id: RecipientId
    kind: FeedbackKind
    tender_id: TenderId | None = None
    at: Instant
