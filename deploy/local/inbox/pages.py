"""The inbox's pages, without script, and its small JSON API."""

from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Literal

from fastapi import FastAPI, HTTPException, Request, Response
from pydantic import BaseModel, ConfigDict

from deploy.local.inbox.smtp import Behaviour, Sink
from deploy.local.inbox.store import Accepted, Store
from shared.clock import Clock
from shared.locale import Phrases
from shared.web import Renderer, Site, static_files
from shared.web.static import STATIC_PATH

_HERE = Path(__file__).parent
_PAGE_SIZE = 50

View = Literal["html", "text", "headers"]

# The message cannot run script, load anything from elsewhere or reach the page around it; its
# links open in a tab of their own.
_FRAMED = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
_FRAMED += "style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"


class Listed(BaseModel):
    """One message as the list and the API show it."""

    model_config = ConfigDict(frozen=True)

    seq: int
    at: datetime
    mail_from: str
    rcpt_to: list[str]
    message_id: str
    subject: str
    file: str

    @classmethod
    def of(cls, store: Store, entry: Accepted) -> "Listed":
        """The entry with its message's subject."""
        subject = str(store.message(entry).get("Subject", ""))
        return cls(**entry.model_dump(), subject=subject)


class Opened(Listed):
    """One message with its content."""

    headers: list[tuple[str, str]]
    text: str
    html: str


def make_app(sink: Sink, clock: Clock) -> FastAPI:
    """Pages and API over one sink."""
    app = FastAPI(title="Ombud inbox", version="1")
    renderer = Renderer(
        [_HERE / "templates"],
        [Phrases(_HERE / "locale")],
        clock,
        Site(home="/"),
    )
    app.mount(STATIC_PATH, static_files())
    _add_pages(app, sink.store, renderer)
    _add_api(app, sink)
    return app


def _add_pages(app: FastAPI, store: Store, renderer: Renderer) -> None:
    @app.get("/", include_in_schema=False)
    async def messages(request: Request, page: int = 1, to: str = "") -> Response:
        """The newest messages first; `to` keeps those to one address."""
        found = _matching(store.all(), to=to)[::-1]
        page = max(page, 1)
        shown = found[(page - 1) * _PAGE_SIZE : page * _PAGE_SIZE]
        return renderer.page(
            request, "messages.html", messages=[Listed.of(store, entry) for entry in shown],
            total=len(found), to=to, page=page, last=len(found) <= page * _PAGE_SIZE,
        )  # fmt: skip

    @app.get("/{seq:int}", include_in_schema=False)
    async def message(request: Request, seq: int, view: View = "html") -> Response:
        """One message: its HTML in a frame, its text, or its headers."""
        opened = _open(store, seq)
        if view == "html" and not opened.html:
            view = "text"
        return renderer.page(
            request, "message.html", message=opened, view=view, policy={"frame_src": "'self'"}
        )

    @app.get("/{seq:int}/body", include_in_schema=False)
    async def body(seq: int) -> Response:
        """The HTML of a message, for the frame only."""
        html = '<base target="_blank">' + _open(store, seq).html
        return Response(html, media_type="text/html", headers={"Content-Security-Policy": _FRAMED})

    @app.get("/{seq:int}/source", include_in_schema=False)
    async def source(seq: int) -> Response:
        """The message as it came over the wire."""
        return Response(store.content(_entry(store, seq)), media_type="text/plain")


def _add_api(app: FastAPI, sink: Sink) -> None:
    store = sink.store

    @app.get("/api/messages")
    async def list_messages(
        to: str = "", message_id: str = "", after: int = 0, limit: int = 1000
    ) -> list[Listed]:
        """Accepted messages, oldest first: to one address, of one Message-ID, after a number."""
        found = _matching(store.all(), to=to, message_id=message_id, after=after)[:limit]
        return [Listed.of(store, entry) for entry in found]

    @app.get("/api/messages/{seq}")
    async def read_message(seq: int) -> Opened:
        """One message with headers, text and HTML."""
        return _open(store, seq)

    @app.get("/api/behaviour")
    async def behaviour() -> Behaviour:
        """How the SMTP side behaves now."""
        return sink.behaviour

    @app.put("/api/behaviour")
    async def misbehave(wanted: Behaviour) -> Behaviour:
        """Make the SMTP side refuse, be slow, or lose its answers; for fault tests."""
        sink.behaviour = wanted
        return wanted


def _matching(
    entries: Sequence[Accepted], to: str = "", message_id: str = "", after: int = 0
) -> list[Accepted]:
    return [
        entry
        for entry in entries
        if entry.seq > after
        and (not to or to in entry.rcpt_to)
        and (not message_id or entry.message_id == message_id)
    ]


def _entry(store: Store, seq: int) -> Accepted:
    entry = store.find(seq)
    if entry is None:
        raise HTTPException(404, "no such message")
    return entry


def _open(store: Store, seq: int) -> Opened:
    entry = _entry(store, seq)
    message = store.message(entry)
    listed = Listed.of(store, entry)
    return Opened(
        **listed.model_dump(),
        headers=[(name, str(value)) for name, value in message.items()],
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return "" if part is None else str(part.get_content())
