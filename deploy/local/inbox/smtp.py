"""The SMTP side: takes every message on loopback, or misbehaves as a test tells it to."""

import asyncio
from enum import StrEnum

from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import BaseModel, ConfigDict, Field

from deploy.local.inbox.store import Store

MAX_MESSAGE_BYTES = 10 * 1024 * 1024


class Mode(StrEnum):
    """How the inbox answers."""

    NORMAL = "normal"
    REFUSE_RCPT = "refuse_rcpt"
    REFUSE_DATA = "refuse_data"
    SLOW = "slow"
    DROP_ANSWER = "drop_answer"


class Behaviour(BaseModel):
    """What the next messages meet; after `count` of them (None: no end) the inbox is normal again.

    `refuse_*` answers `code` (4xx or 5xx) to RCPT or to the message; `slow` waits `seconds` before
    it answers the message; `drop_answer` keeps the message and cuts the connection without its 250.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: Mode = Mode.NORMAL
    code: int = Field(451, ge=400, le=599)
    seconds: float = Field(1.0, ge=0, le=600)
    count: int | None = Field(None, ge=1)


class Sink:
    """Handler of aiosmtpd: each message is on disk before it is answered with 250."""

    def __init__(self, store: Store, behaviour: Behaviour | None = None) -> None:
        self.store = store
        self.behaviour = behaviour or Behaviour()

    def protocol(self) -> SMTP:
        """One connection."""
        return SMTP(self, data_size_limit=MAX_MESSAGE_BYTES, enable_SMTPUTF8=True, hostname="inbox")

    def _takes(self, *modes: Mode) -> Behaviour | None:
        """The behaviour, if it is one of `modes`; counts down its uses."""
        now = self.behaviour
        if now.mode not in modes:
            return None
        if now.count is not None:
            left = now.count - 1
            self.behaviour = now.model_copy(update={"count": left}) if left else Behaviour()
        return now

    async def handle_RCPT(  # noqa: N802, aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the recipient."""
        if refused := self._takes(Mode.REFUSE_RCPT):
            return f"{refused.code} refused by the inbox's behaviour"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the message, then answer."""
        if refused := self._takes(Mode.REFUSE_DATA):
            return f"{refused.code} refused by the inbox's behaviour"
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        kept = await asyncio.to_thread(
            self.store.accept, envelope.mail_from or "", envelope.rcpt_tos, content
        )
        if odd := self._takes(Mode.SLOW, Mode.DROP_ANSWER):
            if odd.mode is Mode.DROP_ANSWER:
                assert isinstance(server.transport, asyncio.WriteTransport)
                server.transport.abort()
            else:
                await asyncio.sleep(odd.seconds)
        return f"250 kept as {kept.seq}"
