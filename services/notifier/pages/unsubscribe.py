"""Stopping mails: a GET only shows a button, a POST acts (RFC 8058 one-click included)."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from shared.clock import Clock
from shared.contracts.base import RecipientId
from shared.links import BadLink, Links
from shared.locale import Phrases
from shared.web import Renderer, Site

PURPOSE = "unsubscribe"
_SERVICE = Path(__file__).parents[1]
log = structlog.get_logger()

Unsubscribe = Callable[[RecipientId, datetime], Awaitable[None]]


def make_pages(unsubscribe: Unsubscribe, links: Links, clock: Clock, intake_url: str) -> APIRouter:
    """`GET` and `POST /sluta/{token}`, token = `links.sign("unsubscribe", {"r": recipient_id})`.

    The POST takes any body: a mail client sends `List-Unsubscribe=One-Click`, the button nothing.
    It answers 200 without a redirect, however often it is repeated; 404 for a token that is not
    ours, 503 if the wish could not be stored. The link never expires: stopping must always work.
    """
    router = APIRouter(include_in_schema=False)
    pages = Renderer(
        [_SERVICE / "pages" / "templates"],
        [Phrases(_SERVICE / "locale")],
        clock,
        Site(home=intake_url),
    )

    def recipient(token: str) -> RecipientId | None:
        try:
            value = links.read(PURPOSE, token).get("r")
        except BadLink:
            return None
        return RecipientId(value) if isinstance(value, str) else None

    def page(request: Request, state: str, status_code: int = 200) -> HTMLResponse:
        return pages.page(
            request,
            "unsubscribe.html",
            status_code=status_code,
            state=state,
            sign_up_url=f"{intake_url.rstrip('/')}/anslut",
        )

    @router.get("/sluta/{token}")
    async def show(request: Request, token: str) -> HTMLResponse:
        if recipient(token) is None:
            return page(request, "bad_link", 404)
        return page(request, "ask")

    @router.post("/sluta/{token}")
    async def stop(request: Request, token: str) -> HTMLResponse:
        recipient_id = recipient(token)
        if recipient_id is None:
            return page(request, "bad_link", 404)
        try:
            await unsubscribe(recipient_id, clock())
        except Exception:
            # Whatever is broken behind: the reader is told to try again, and so is a mail client.
            log.exception("unsubscribe.failed")
            return page(request, "failed", 503)
        return page(request, "done")

    return router
