"""The mail as bytes: headers and two parts that say the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from email_validator import EmailNotValidError, validate_email

from services.notifier.domain.rendering import RenderedMail
from shared.contracts.codes import MailLanguage

_ON_THE_WIRE = SMTP.clone(max_line_length=998)
"""Headers are not folded: a folded link in List-Unsubscribe would be encoded, and broken."""


@dataclass(frozen=True)
class Sender:
    """Who the mails are from."""

    address: str
    name: str
    reply_to: str | None = None

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


@dataclass(frozen=True)
class Head:
    """What the headers say, beside the words."""

    message_id: str
    to: str
    language: MailLanguage
    at: datetime
    unsubscribe_url: str | None = None
    ledger: Sequence[str] = ()
    request_id: str | None = None


def envelope_address(address: str) -> str | None:
    """The address as an SMTP envelope can say it, or None if it cannot in ASCII."""
    try:
        return validate_email(address, check_deliverability=False).ascii_email
    except EmailNotValidError:
        return None


def build(mail: RenderedMail, sender: Sender, head: Head) -> bytes:
    """The whole message, 7-bit clean, with CRLF."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(sender.name, addr_spec=sender.address)
    message["To"] = Address(addr_spec=head.to)
    message["Subject"] = _one_line(mail.subject)
    message["Date"] = format_datetime(head.at)
    message["Message-ID"] = head.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = head.language
    if sender.reply_to:
        message["Reply-To"] = Address(addr_spec=sender.reply_to)
    if head.unsubscribe_url:
        message["List-ID"] = f"Ombud <ombud.{sender.domain}>"
        message["List-Unsubscribe"] = f"<{head.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    for row in head.ledger:
        message["X-Ombud-Ledger"] = row
    if head.request_id:
        message["X-Ombud-Request"] = head.request_id
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    return message.as_bytes(policy=_ON_THE_WIRE)


def _one_line(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
