"""Tenders and suppliers that flow in interleaved, from a sender that does not give up.

A request that gets no answer is sent again, with the same identity, until it is answered: what
was answered with 200 or 201 is written down, with the instant.
"""

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import httpx

from deploy.local.feeder_confirm import NotConfirmed, arriving, confirmation_link, follow
from shared.clock import Clock
from shared.codelists.cpv import CPV

Json = dict[str, Any]
_AGAIN_S = 0.2
PATIENCE_S = 120.0
"""A request without an answer, or with 5xx only, for this long is an error of the run."""
_GROUPS = sorted(code for code in CPV if code.endswith("00000") and not code.endswith("000000"))


@dataclass
class Plan:
    """What will be sent, decided by a seed. The more trades, the fewer matches."""

    seed: int
    tenders: int
    suppliers: int
    base: datetime
    trade_count: int = 60
    trades: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.trades = Random(self.seed).sample(_GROUPS, self.trade_count)

    def steps(self) -> Iterator[tuple[str, int, Json]]:
        """Requests in order: suppliers and tenders mixed, some sent again changed."""
        rng = Random(f"{self.seed}:order")
        kinds = ["tender"] * self.tenders + ["supplier"] * self.suppliers
        rng.shuffle(kinds)
        sent: dict[str, int] = {"tender": 0, "supplier": 0}
        for kind in kinds:
            number = sent[kind]
            sent[kind] += 1
            make = self.tender if kind == "tender" else self.supplier
            yield kind, number, make(number, 1)
            if number > 5 and rng.random() < 0.15:
                earlier = rng.randrange(number)
                yield f"changed {kind}", earlier, make(earlier, 2)

    def tender(self, number: int, version: int) -> Json:
        """A tender; its second version is cancelled, or in another trade, or has another title."""
        rng = Random(f"{self.seed}:tender:{number}:{version}")
        first = Random(f"{self.seed}:tender:{number}:1").choice(self.trades)
        change = rng.choice(["cancelled", "trade", "title"]) if version > 1 else ""
        lots = [
            {
                "lot_id": f"LOT-{lot:04d}",
                "cpv_main": rng.choice(self.trades) if change == "trade" or lot else first,
                "nuts": [rng.choice(["SE224", "SE110", "SE232"])],
                "deadline": (self.base + timedelta(days=20 + number % 30)).isoformat(),
            }
            for lot in range(rng.choice([1, 1, 1, 3]))
        ]
        return {
            "kind": "competition",
            "status": "cancelled" if change == "cancelled" else "open",
            "source": {
                "system": "api",
                "notice_id": f"faults-{self.seed}-{number}",
                "notice_version": f"{version:02d}",
            },
            "buyers": [{"name": "Granfors kommun"}],
            "title": {"sv": f"Upphandling {number}, version {version}"},
            "lots": lots,
        }

    def supplier(self, number: int, version: int) -> Json:
        """A supplier of one or two trades; its second version has others."""
        rng = Random(f"{self.seed}:supplier:{number}:{version}")
        return {
            "name": f"Exempel {number} AB",
            "address": f"post@firma-{number:04d}.example",
            "language": rng.choice(["sv", "en"]),
            "threshold": rng.choice([30, 40, 50]),
            "cpv": rng.sample(self.trades, rng.choice([1, 2])),
            "area": {"nuts": rng.choice([[], ["SE224"], ["SE1"]])},
            "consent": {"given": True},
        }


@dataclass
class Traffic:
    """Sends a plan, confirms the suppliers, and writes down what was accepted."""

    plan: Plan
    intake: str
    key: str
    inbox: Path
    accepted: Path
    clock: Clock
    answered: int = 0
    confirmed: int = 0
    unexpected: list[str] = field(default_factory=list)
    _supplier_ids: dict[int, asyncio.Future[str]] = field(default_factory=dict)

    async def run(self, gap_s: float) -> None:
        """Send one step each `gap_s` seconds; returns when all is answered and confirmed."""
        headers = {"Authorization": f"Bearer {self.key}"}
        async with httpx.AsyncClient(base_url=self.intake, headers=headers, timeout=10) as client:
            confirming = asyncio.create_task(self._confirm())
            pending: set[asyncio.Task[None]] = set()
            for kind, number, body in self.plan.steps():
                task = asyncio.create_task(self._send(client, kind, number, body))
                pending.add(task)
                task.add_done_callback(pending.discard)
                await asyncio.sleep(gap_s)
            await asyncio.gather(*pending)
            await confirming

    async def _send(self, client: httpx.AsyncClient, kind: str, number: int, body: Json) -> None:
        once = {"Idempotency-Key": f"{kind} {number}"}
        if kind == "changed supplier":
            path = f"/v1/suppliers/{await self._supplier_id(number)}"
            answer = await self._until_answered(client, "PUT", path, body, once)
        elif kind == "supplier":
            answer = await self._until_answered(client, "POST", "/v1/suppliers", body, once)
            if answer.is_success:
                self._supplier_id(number).set_result(answer.json()["supplier_id"])
        else:
            answer = await self._until_answered(client, "POST", "/v1/tenders", body, once)
        if not answer.is_success and answer.status_code != httpx.codes.CONFLICT:
            self.unexpected.append(f"{kind} {number}: {answer.status_code} {answer.text[:300]}")
        self.answered += 1

    def _supplier_id(self, number: int) -> "asyncio.Future[str]":
        """Known once the sign-up was answered."""
        return self._supplier_ids.setdefault(number, asyncio.get_running_loop().create_future())

    async def _until_answered(
        self, client: httpx.AsyncClient, method: str, path: str, body: Json, headers: dict[str, str]
    ) -> httpx.Response:
        gives_up = time.monotonic() + PATIENCE_S
        while True:
            try:
                answer = await client.request(method, path, json=body, headers=headers)
            except httpx.HTTPError:
                if time.monotonic() > gives_up:
                    raise
            else:
                if answer.status_code < 500 or time.monotonic() > gives_up:
                    self._note(answer)
                    return answer
            await asyncio.sleep(_AGAIN_S)

    def _note(self, answer: httpx.Response) -> None:
        if answer.is_success:
            said = answer.json()
            line = {"at": self.clock().isoformat(), "status": answer.status_code}
            line |= {k: said[k] for k in ("tender_id", "supplier_id", "revision") if k in said}
            with self.accepted.open("a") as file:
                file.write(json.dumps(line) + "\n")

    async def _confirm(self) -> None:
        """Follow the link of each confirmation mail, until all suppliers have confirmed."""
        async with httpx.AsyncClient(timeout=10) as reader:
            async for entry, message in arriving(self.inbox, 240):
                link = confirmation_link(message)
                if link:
                    await self._press(reader, link, entry.seq)
                    self.confirmed += 1
                if self.confirmed >= self.plan.suppliers:
                    return

    async def _press(self, reader: httpx.AsyncClient, link: str, seq: int) -> None:
        for _ in range(300):
            try:
                await follow(reader, link)
            except (httpx.HTTPError, NotConfirmed):
                await asyncio.sleep(_AGAIN_S)
            else:
                return
        self.unexpected.append(f"the link of mail {seq} could not be used")
