"""Settings of the notifier, beside those that all services share."""

from datetime import timedelta
from functools import cached_property
from typing import Literal

from pydantic import Field, SecretStr

from shared.settings import DatabaseSettings, LinkSettings, ServiceSettings


class Settings(ServiceSettings, DatabaseSettings, LinkSettings):
    """How the notifier mails, and from whom."""

    intake_url: str = Field(
        "http://127.0.0.1:8080", description="Intake as browsers reach it: tender and confirm pages"
    )
    smtp_host: str = Field("127.0.0.1", description="The mail server that takes our mails")
    smtp_port: int = Field(25, description="Its port")
    smtp_tls: Literal["none", "starttls", "implicit"] = Field(
        "none", description="`starttls` and `implicit` verify the server's certificate"
    )
    smtp_ca_file: str | None = Field(None, description="CA bundle, where not the system's")
    smtp_username: str | None = Field(None, description="User name, where the server wants one")
    smtp_password: SecretStr | None = Field(None, description="Its password")
    smtp_helo: str | None = Field(None, description="Name said in EHLO; the host's by default")
    smtp_timeout_s: float = Field(60, gt=0, description="Wait for a reply, except after DATA")
    smtp_data_timeout_s: float = Field(
        600, gt=0, description="Wait for the reply after DATA; RFC 5321 asks for 600 at least"
    )
    smtp_workers: int = Field(2, ge=1, description="Connections of one replica to the mail server")
    smtp_batch: int = Field(20, ge=1, description="Mails that one worker leases at a time")
    smtp_lease_s: float = Field(120, gt=0, description="How long a lease holds before hand-over")
    smtp_settle_s: float = Field(
        900,
        ge=0,
        description="After a connection is known dead, how long the server may still be taking the "
        "mail; only then does `not accepted` count. More than the server's own time for DATA",
    )
    smtp_retry_hours: float = Field(48, gt=0, description="How long temporary refusals are retried")
    smtp_record: Literal["inbox", "mailpit"] = Field(
        "inbox", description="What keeps the mail server's record: our local inbox, or Mailpit"
    )
    smtp_record_url: str | None = Field(
        None,
        description="Where that record is asked by Message-ID; without one, mails whose end is "
        "uncertain are left for the operator",
    )
    mail_from: str = Field("ombud@ombud.example", description="Sender address, envelope's too")
    mail_from_name: str = Field("Ombud", description="Sender name")
    mail_reply_to: str | None = Field(None, description="A person's address for replies")

    @property
    def mail_domain(self) -> str:
        """Domain of the Message-IDs."""
        return self.mail_from.rpartition("@")[2]

    @cached_property
    def settle(self) -> timedelta:
        return timedelta(seconds=self.smtp_settle_s)

    @cached_property
    def lease(self) -> timedelta:
        return timedelta(seconds=self.smtp_lease_s)

    @cached_property
    def patience(self) -> timedelta:
        return timedelta(hours=self.smtp_retry_hours)
