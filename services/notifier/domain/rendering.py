"""What the notifier asks of a renderer, and gets back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.contracts.codes import MailLanguage
from shared.contracts.match import Match
from shared.contracts.supplier import Contact
from shared.contracts.tender import Tender


@dataclass(frozen=True)
class RenderedMail:
    """A mail's words: both parts say the same; the subject is one line without line breaks."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class MailLinks:
    """Absolute addresses that a tender mail shows."""

    tender: str
    """The tender's public page at intake."""

    unsubscribe: str
    """The recipient's own page to stop mails; GET shows a button, POST acts."""


class Renders(Protocol):
    """Words for mails, in the reader's language. Pure: no clock, no network."""

    def tender_mail(
        self, tender: Tender, matches: Sequence[Match], contact: Contact, links: MailLinks
    ) -> RenderedMail:
        """A new match. `matches` are of this tender and of the contact's supplier, best first."""
        ...

    def confirm_mail(
        self, language: MailLanguage, confirm_url: str, expires_at: datetime
    ) -> RenderedMail:
        """The confirmation of an address: one button, and what happens if it is ignored."""
        ...
