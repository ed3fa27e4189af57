"""Confirms sign-ups as a reader would: finds the mail in the inbox, follows its link, presses.

The inbox is read from its folder, the page over HTTP: GET shows the form, POST sends it.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urljoin

import httpx
from lxml import html

from deploy.local.inbox.store import Accepted

_LINK = re.compile(r"https?://[^\s<>\"]+/anslut/bekrafta/[^\s<>\"]+")
_LOOK_AGAIN_S = 0.2


class NotConfirmed(Exception):
    """The confirmation page did not do what its mail promised."""


async def arriving(folder: Path, seconds: float) -> AsyncIterator[tuple[Accepted, EmailMessage]]:
    """Messages of the inbox, old and new, until none has come for `seconds`."""
    index, read, idle = folder / "accepted.jsonl", 0, 0.0
    while idle < seconds:
        content = index.read_bytes()[read:] if index.exists() else b""
        whole = content.rpartition(b"\n")[0]
        if not whole:
            await asyncio.sleep(_LOOK_AGAIN_S)
            idle += _LOOK_AGAIN_S
            continue
        read, idle = read + len(whole) + 1, 0.0
        for line in whole.splitlines():
            entry = Accepted.model_validate_json(line)
            content = (folder / entry.file).read_bytes()
            yield entry, message_from_bytes(content, policy=policy.default)


def confirmation_link(message: EmailMessage) -> str | None:
    """The link of a confirmation mail, from its text part; None in any other mail."""
    text = message.get_body(("plain",))
    found = _LINK.search(text.get_content()) if text else None
    return found[0] if found and message["X-Ombud-Request"] else None


async def follow(client: httpx.AsyncClient, link: str) -> None:
    """Open the page and press its button. Raises `NotConfirmed`."""
    page = await client.get(link)
    if page.status_code != httpx.codes.OK:
        raise NotConfirmed(f"the page answered {page.status_code}")
    found = html.document_fromstring(page.text).iter("form")
    forms = [f for f in found if isinstance(f, html.FormElement) and f.method.upper() == "POST"]
    if not forms:
        raise NotConfirmed("the page has no form to send")
    form = next((f for f in forms if "bekrafta" in (f.action or link)), forms[0])
    answer = await client.post(
        urljoin(link, form.action or ""),
        data={str(name): str(value) for name, value in form.form_values()},
        follow_redirects=True,
    )
    if answer.status_code != httpx.codes.OK:
        raise NotConfirmed(f"the confirmation answered {answer.status_code}")
