"""Posts one tender to the composed stack and sees the mail, as a supplier would.

`python -m deploy.docker.smoke` while `docker compose up` runs. Everything is asked at the
documented addresses; the mails are read from Mailpit.
"""

import asyncio
import os
import re
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx

from deploy.local.feeder_confirm import follow
from shared.clock import system_clock

INTAKE = "http://127.0.0.1:9400"
MAILPIT = "http://127.0.0.1:9403"
PATIENCE_S = 60.0
_LOOK_AGAIN_S = 0.1
_CONFIRM = re.compile(r"https?://\S+/anslut/bekrafta/\S+")
_STOP = re.compile(r"https?://\S+/sluta/[^\s?]+")

Mail = dict[str, Any]


class Failed(Exception):
    """The stack did not do what it promises; the message says what."""


async def found(what: str, look: Callable[[], Awaitable[Mail | None]]) -> Mail:
    """Look until there is something. Raises `Failed` when patience ends."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        seen = await look()
        if seen is not None:
            return seen
        await asyncio.sleep(_LOOK_AGAIN_S)
    raise Failed(f"no {what} within {PATIENCE_S:.0f} s")


def mail_to(client: httpx.AsyncClient, address: str, subject: str) -> Callable[[], Any]:
    """Looks for a mail to `address` whose subject begins so."""

    async def look() -> Mail | None:
        listed = await client.get(
            f"{MAILPIT}/api/v1/search", params={"query": f'to:"{address}"', "limit": 50}
        )
        for entry in listed.raise_for_status().json()["messages"]:
            if entry["Subject"].startswith(subject):
                opened = await client.get(f"{MAILPIT}/api/v1/message/{entry['ID']}")
                mail: Mail = opened.raise_for_status().json()
                return mail
        return None

    return look


def new_key() -> str:
    """An API key, made as an operator makes one."""
    made = subprocess.run(
        ["docker", "compose", "exec", "-T", "intake", "ombud", "keys", "create"]
        + [part for scope in ("publish", "suppliers") for part in ("--scope", scope)],
        check=True,
        capture_output=True,
        text=True,
    )
    return made.stdout.strip()


def supplier(address: str) -> dict[str, Any]:
    """A cleaning firm in Helsingborg."""
    return {
        "name": "Skuggans Städ",
        "address": address,
        "consent": {"given": True},
        "cpv": ["90911200"],
        "keywords": ["städning"],
        "area": {"municipalities": ["1283"]},
    }


def tender(title: str) -> dict[str, Any]:
    """A direct procurement of cleaning there."""
    return {
        "buyers": [{"name": "Helsingborgs stad", "municipality": "1283"}],
        "title": {"sv": title},
        "description": {"sv": "Daglig städning av tre förskolor."},
        "lots": [
            {
                "cpv_main": "90911200",
                "municipalities": ["1283"],
                "value": {"amount": 450000, "currency": "SEK"},
                "deadline": (system_clock() + timedelta(days=20)).isoformat(),
                "documents_url": "https://handlingar.example/forskolor",
            }
        ],
    }


async def run(key: str) -> None:
    """Sign up, confirm, publish, read the mail, stop. Raises `Failed`."""
    mark = uuid4().hex[:8]
    address, title = f"kim.{mark}@stad.example", f"Städning av förskolor {mark}"
    bearer = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(timeout=15) as client:
        made = await client.post(f"{INTAKE}/v1/suppliers", json=supplier(address), headers=bearer)
        made.raise_for_status()
        asked = await found("confirmation mail", mail_to(client, address, "Bekräfta"))
        link = _CONFIRM.search(asked["Text"])
        if link is None:
            raise Failed("the confirmation mail has no link")
        await follow(client, link[0])

        begun = time.monotonic()
        made = await client.post(f"{INTAKE}/v1/tenders", json=tender(title), headers=bearer)
        made.raise_for_status()
        mail = await found("tender mail", mail_to(client, address, title))
        print(f"{made.status_code} to mail in {time.monotonic() - begun:.2f} s: {mail['Subject']}")
        if "Du kan lämna anbud" not in mail["Text"] or "Du kan lämna anbud" not in mail["HTML"]:
            raise Failed("the mail does not say whether the supplier may bid")

        stop = _STOP.search(mail["Text"])
        if stop is None:
            raise Failed("the mail has no link to stop mails")
        answer = await client.post(stop[0], data={"List-Unsubscribe": "One-Click"})
        if answer.status_code != httpx.codes.OK:
            raise Failed(f"one-click unsubscribe answered {answer.status_code}")
        print(f"one-click unsubscribe: {answer.status_code}")


if __name__ == "__main__":
    try:
        asyncio.run(run(os.environ.get("OMBUD_API_KEY") or new_key()))
    except (Failed, httpx.HTTPError, subprocess.CalledProcessError) as error:
        sys.exit(f"{error} {getattr(error, 'stderr', '') or ''}")
