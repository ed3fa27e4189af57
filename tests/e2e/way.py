"""What a buyer, a supplier and its mail reader do, as tests do it."""

import asyncio
import json
import time
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from deploy.local.feeder_confirm import confirmation_link, follow
from shared.clock import system_clock
from tests.faults.run import settle
from tests.faults.services import Running
from tests.oracle.reckon import Reckoning

WITHIN_S = 60.0
CPV = ("03111000", "15811000", "30213000", "33195000", "39112000", "44111000", "45442100")


class Way:
    """A client of a running system. Accepted requests are written down for the reckoning."""

    def __init__(self, services: Running) -> None:
        self.services = services
        self._numbers = count(1)
        headers = {"Authorization": f"Bearer {services.key}"}
        self.client = httpx.Client(base_url=services.intake.url, headers=headers, timeout=60)

    def __enter__(self) -> "Way":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.client.close()

    @property
    def accepted(self) -> Path:
        sandbox = self.services.sandbox
        return sandbox.stack.place.root / f"{sandbox.name}.accepted.jsonl"

    def fresh(self) -> int:
        """A number that no other test uses."""
        return next(self._numbers)

    def send(self, method: str, path: str, body: dict[str, Any]) -> httpx.Response:
        answer = self.client.request(method, path, json=body)
        if answer.is_success:
            said = answer.json()
            line = {"at": system_clock().isoformat(), "status": answer.status_code}
            line |= {k: said[k] for k in ("tender_id", "supplier_id", "revision") if k in said}
            with self.accepted.open("a") as file:
                file.write(json.dumps(line) + "\n")
        return answer

    def sign_up(self, cpv: str, **more: Any) -> tuple[str, str]:
        """A supplier of one trade, confirmed through its mail; gives its id and address."""
        address = f"post@firma-{self.fresh():03d}.example"
        body = {"name": "Firma", "address": address, "cpv": [cpv], "consent": {"given": True}}
        answer = self.send("POST", "/v1/suppliers", body | more)
        assert answer.status_code == 201, answer.text
        (mail,) = self.mails_to(address, 1, lambda m: m["X-Ombud-Request"] is not None)
        link = confirmation_link(mail)
        assert link is not None
        asyncio.run(_follow(link))
        return answer.json()["supplier_id"], address

    def publish(self, cpv: str, **more: Any) -> str:
        """A direct procurement in one trade, open for twenty days; gives its id."""
        answer = self.send("POST", "/v1/tenders", tender(cpv) | more)
        assert answer.status_code == 201, answer.text
        tender_id: str = answer.json()["tender_id"]
        return tender_id

    def mails_to(
        self, address: str, least: int, which: Callable[[EmailMessage], bool]
    ) -> list[EmailMessage]:
        """The messages to an address that are of this kind, once there are so many."""
        end = time.monotonic() + WITHIN_S
        store = self.services.sandbox.inbox
        while True:
            found = [
                message
                for entry in store.all()
                if address in entry.rcpt_to and which(message := store.message(entry))
            ]
            if len(found) >= least:
                return found
            assert time.monotonic() < end, f"{len(found)} mails instead of {least}"
            time.sleep(0.1)

    def mail_about(self, tender_id: str, address: str) -> EmailMessage:
        """The mail that tells this address of this tender."""
        (mail,) = self.mails_to(address, 1, lambda m: tender_id in str(m["X-Ombud-Ledger"]))
        return mail

    def unsubscribe(self, address: str, tender_id: str) -> None:
        """The one click of RFC 8058, from the mail about this tender."""
        link = str(self.mail_about(tender_id, address)["List-Unsubscribe"]).strip("<>")
        answer = httpx.post(link, data={"List-Unsubscribe": "One-Click"}, timeout=30)
        assert answer.is_success, answer.text

    def settle(self) -> Reckoning:
        """Wait until nothing is under way, and reckon."""
        return settle(self.services, self.accepted)


async def _follow(link: str) -> None:
    async with httpx.AsyncClient(timeout=30) as reader:
        await follow(reader, link)


def tender(cpv: str) -> dict[str, Any]:
    """The body of POST /v1/tenders."""
    deadline = system_clock() + timedelta(days=20)
    lot = {"cpv_main": cpv, "nuts": ["SE224"], "deadline": deadline.isoformat()}
    return {
        "buyers": [{"name": "Granfors kommun", "municipality": "1283"}],
        "title": {"sv": "Köp av sådant som behövs"},
        "lots": [lot],
    }
