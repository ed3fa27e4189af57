"""One connection to the mail server, and what its answers mean.

Errors are told apart here, at the edge: `Refused` (the server said no), `NotConnected` (nothing
was handed over) and `Uncertain` (the hand-over had begun, and nobody said how it ended).
"""

import re
import ssl

import aiosmtplib
from aiosmtplib import SMTPException, SMTPResponseException

from services.notifier.settings import Settings

SERVICE_CLOSING = 421
_ENHANCED = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})\b")


class Refused(Exception):
    """The server answered with 4xx or 5xx; `permanent` says whether asking again is useless."""

    def __init__(self, code: int, message: str, permanent: bool) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent
        found = _ENHANCED.match(message)
        self.reason = f"smtp_{code}" + (f"_{found[0]}" if found else "")


class NotConnected(Exception):
    """No connection, or one that broke before DATA: the mail was not handed over."""


class Uncertain(Exception):
    """The connection broke or fell silent after the hand-over began."""


class SmtpConnection:
    """A connection that is opened when needed and used for many mails."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client: aiosmtplib.SMTP | None = None

    async def envelope(self, sender: str, recipient: str) -> None:
        """MAIL FROM and RCPT TO. Raises `Refused` or `NotConnected`."""
        try:
            client = await self._connected()
            try:
                await client.mail(sender)
            except SMTPResponseException as error:
                # The sender is refused, not this recipient: an operator can mend that.
                raise self._refused(error, always_temporary=True) from error
            await client.rcpt(recipient)
        except SMTPResponseException as error:
            raise self._refused(error) from error
        except (SMTPException, OSError) as error:
            self.close()
            raise NotConnected(type(error).__name__) from error

    async def content(self, message: bytes) -> int:
        """DATA and the message; gives the reply code. Raises `Refused` or `Uncertain`."""
        if self._client is None:
            raise Uncertain("closed")
        try:
            reply = await self._client.data(message, timeout=self._settings.smtp_data_timeout_s)
        except SMTPResponseException as error:
            if error.code < 0:
                self.close()
                raise Uncertain("unreadable") from error
            if error.code == SERVICE_CLOSING:
                self.close()
            raise Refused(error.code, error.message, error.code >= 500) from error
        except (SMTPException, OSError) as error:
            self.close()
            raise Uncertain(type(error).__name__) from error
        except BaseException:
            # Cancelled in the middle: what was sent so far must not be completed by anyone.
            self.close()
            raise
        return reply.code

    async def reset(self) -> None:
        """Forget the envelope. A connection that cannot is closed."""
        if self._client is None:
            return
        try:
            await self._client.rset()
        except (SMTPException, OSError):
            self.close()

    def close(self) -> None:
        """Break the connection; what was not completed is then not accepted."""
        if self._client is not None:
            self._client.close()
            self._client = None

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._client is not None and self._client.is_connected:
            return self._client
        settings = self._settings
        password = settings.smtp_password
        client = aiosmtplib.SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            local_hostname=settings.smtp_helo,
            timeout=settings.smtp_timeout_s,
            use_tls=settings.smtp_tls == "implicit",
            start_tls=settings.smtp_tls == "starttls",
            tls_context=self._tls(),
            username=settings.smtp_username,
            password=password.get_secret_value() if password else None,
        )
        try:
            await client.connect()
        except SMTPResponseException as error:
            # Greeting, EHLO, STARTTLS or AUTH refused: no answer about any mail.
            client.close()
            raise NotConnected(f"smtp_{error.code}") from error
        self._client = client
        return client

    def _tls(self) -> ssl.SSLContext | None:
        if self._settings.smtp_tls == "none":
            return None
        return ssl.create_default_context(cafile=self._settings.smtp_ca_file)

    def _refused(
        self, error: SMTPResponseException, always_temporary: bool = False
    ) -> Refused | NotConnected:
        if error.code == SERVICE_CLOSING or error.code < 0:
            self.close()
            return NotConnected(f"smtp_{error.code}")
        return Refused(error.code, error.message, error.code >= 500 and not always_temporary)
