"""Feeds the local stack with the example data, over the same HTTP that anyone would use.

Real notices are old: each procedure is moved by a whole number of days of its own, so that its
latest notice was published 1-20 days ago; advertised procurements get a deadline 10-40 days
ahead. Suppliers are confirmed through the page that their mail links to. Our own direct
procurements are published last, one at a time. A second run on the same data sends the same again,
which changes nothing.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx

from deploy.local import feeder_inputs
from deploy.local.feeder_confirm import NotConfirmed, arriving, confirmation_link, follow
from deploy.local.feeder_dates import Notice, moved, read_notice, shifts
from deploy.local.feeder_record import Record
from deploy.local.patient import PatientTransport
from shared.clock import Clock

DATA = Path(__file__).parents[2] / "data"
SEED = 2021
AT_ONCE = 8
PATIENCE_S = 120.0
"""The feeder gives up on confirmation mails after this long without any mail."""
PACE_S = 1.0
"""Pause between tenders that are published one at a time."""
LATE_SUPPLIERS = 8
"""Each 8th supplier joins while the tenders come in, so that it meets tenders that wait."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many are done, and how many there are."""


@dataclass(frozen=True)
class Urls:
    """Where the stack is: intake, and the folder of the SMTP inbox."""

    intake: str
    inbox: Path
    local: Path


@dataclass
class Fed:
    """What became of the example data."""

    base_day: date
    tenders: set[str] = field(default_factory=set)
    suppliers: set[str] = field(default_factory=set)
    confirmed: int = 0
    created: int = 0
    unchanged: int = 0
    refused: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)

    def add(self, other: "Fed") -> None:
        """Count what a further run did."""
        self.tenders |= other.tenders
        self.created += other.created
        self.unchanged += other.unchanged
        self.unexpected += other.unexpected

    def sentences(self) -> Iterator[str]:
        """What to say on screen."""
        yield (
            f"The example notices are old: each procedure was moved by whole days, so that its "
            f"latest notice is 1-20 days old on {self.base_day}. The procurements of 2021 were "
            f"given deadlines 10-40 days after it."
        )
        yield (
            f"{len(self.tenders)} tenders and {len(self.suppliers)} suppliers accepted "
            f"({self.created} new, {self.unchanged} known already), {self.confirmed} addresses "
            f"confirmed; {len(self.refused)} invalid notices refused as they should be, "
            f"{len(self.conflicts)} in conflict with another version of the same notice."
        )
        if self.unexpected:
            yield f"Unexpected: {'; '.join(self.unexpected[:5])}"


async def feed(urls: Urls, key: str, clock: Clock, progress: Progress) -> Fed:
    """Sign up the suppliers and import notices and procurements, as fast as intake takes them.

    Returns when all was answered and every sign-up is confirmed.
    """
    async with _feeder(urls, key, clock, progress) as feeder:
        return await feeder.run()


async def publish_singly(urls: Urls, key: str, clock: Clock, progress: Progress) -> Fed:
    """Publish our own direct procurements one at a time, as units do."""
    async with _feeder(urls, key, clock, progress) as feeder:
        return await feeder.publish()


@asynccontextmanager
async def _feeder(
    urls: Urls, key: str, clock: Clock, progress: Progress
) -> AsyncIterator["_Feeder"]:
    headers = {"Authorization": f"Bearer {key}"}
    async with (
        httpx.AsyncClient(
            base_url=urls.intake, headers=headers, timeout=60, transport=PatientTransport()
        ) as client,
        httpx.AsyncClient(timeout=60, transport=PatientTransport()) as reader,
    ):
        yield _Feeder(urls, clock, progress, client, reader)


class _Feeder:
    """One run. `client` bears the API key; `reader` is anyone who follows a link in a mail."""

    def __init__(
        self,
        urls: Urls,
        clock: Clock,
        progress: Progress,
        client: httpx.AsyncClient,
        reader: httpx.AsyncClient,
    ) -> None:
        self._urls = urls
        self._clock = clock
        self._progress = progress
        self._client = client
        self._reader = reader
        self._record = Record(urls.local)
        self._fed = Fed(self._record.base_day(clock().date()))
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> Fed:
        suppliers = list(enumerate(_lines(DATA / "suppliers" / "suppliers.jsonl")))
        early = [s for s in suppliers if s[0] % LATE_SUPPLIERS]
        late = [s for s in suppliers if not s[0] % LATE_SUPPLIERS]
        await self._sign_up("suppliers", early)
        await asyncio.gather(self._tenders(), self._sign_up("late suppliers", late))
        return self._fed

    async def _tenders(self) -> None:
        base = self._fed.base_day
        work = [self._procedure(group) for group in self._procedures()]
        work += [
            self._json_tender(body["source"]["notice_id"], body)
            for path in sorted((DATA / "procurements").glob("*.csv"))
            for body in feeder_inputs.procurements(path.read_text(), base, SEED)
        ]
        await self._all("tenders", work)

    async def publish(self) -> Fed:
        """The direct procurements, one at a time."""
        paths = sorted((DATA / "direct_procurements").glob("*.json"))
        for done, path in enumerate(paths, start=1):
            body = feeder_inputs.direct_procurement(_json(path), self._fed.base_day)
            await self._json_tender(path.stem, body, kind="single")
            self._progress("direct procurements", done, len(paths))
            await asyncio.sleep(PACE_S)
        return self._fed

    async def _all(self, label: str, work: Iterable[Awaitable[None]]) -> None:
        tasks = [asyncio.ensure_future(one) for one in work]
        for done, task in enumerate(asyncio.as_completed(tasks), start=1):
            await task
            self._progress(label, done, len(tasks))

    def _procedures(self) -> list[list[Notice]]:
        """The notices with their dates moved, by procedure, each in the order of its versions."""
        folder = DATA / "eforms"
        files = sorted(folder.rglob("*.xml"))
        notices = [read_notice(f.relative_to(folder).as_posix(), f.read_bytes()) for f in files]
        days = shifts(notices, self._fed.base_day, SEED)
        groups: dict[str, list[Notice]] = {}
        for notice in sorted(notices, key=lambda n: (n.dispatched or date.min, n.version, n.name)):
            groups.setdefault(notice.procedure, []).append(notice)
        return [
            [replace(notice, xml=moved(notice.xml, days.get(procedure, 0))) for notice in group]
            for procedure, group in groups.items()
        ]

    async def _procedure(self, group: list[Notice]) -> None:
        for notice in group:
            answer = await self._post(
                "/v1/notices", content=notice.xml, headers={"Content-Type": "application/xml"}
            )
            invalid = Path(notice.name).name.startswith("INVALID")
            if answer.is_success and invalid:
                self._fed.unexpected.append(f"{notice.name} was accepted")
            if answer.is_success:
                self._accepted("notice", notice.name, answer)
            elif answer.status_code == httpx.codes.CONFLICT:
                self._fed.conflicts.append(notice.name)
            elif answer.is_client_error and (invalid or _of_no_known_subtype(answer)):
                self._fed.refused.append(notice.name)
            else:
                self._fed.unexpected.append(_says(notice.name, answer))

    async def _json_tender(self, name: str, body: dict[str, Any], kind: str = "tender") -> None:
        answer = await self._post("/v1/tenders", json=body)
        if answer.is_success:
            self._accepted(kind, name, answer)
        else:
            self._fed.unexpected.append(_says(name, answer))

    async def _sign_up(self, label: str, suppliers: list[tuple[int, dict[str, Any]]]) -> None:
        """Register suppliers, and confirm their addresses as the mails come."""
        confirmed = self._record.noted("confirmed")
        names = {s["address"]: _name(number) for number, s in suppliers}
        waiting = {address: name for address, name in names.items() if name not in confirmed}
        confirming = asyncio.create_task(self._confirm(f"{label} confirmed", waiting))
        await self._all(label, [self._supplier(number, s) for number, s in suppliers])
        await confirming

    async def _supplier(self, number: int, example: dict[str, Any]) -> None:
        body = feeder_inputs.supplier(example, self._fed.base_day)
        once = f"{_name(number)} {self._fed.base_day}"
        answer = await self._post("/v1/suppliers", json=body, headers={"Idempotency-Key": once})
        if answer.is_success:
            self._accepted("supplier", _name(number), answer)
        else:
            self._fed.unexpected.append(_says(_name(number), answer))

    async def _confirm(self, label: str, waiting: dict[str, str]) -> None:
        """`waiting`: address -> name of the sign-up."""
        total = len(waiting)
        if not waiting:
            return
        async for entry, message in arriving(self._urls.inbox, PATIENCE_S):
            link = confirmation_link(message)
            if link is None or entry.rcpt_to[0] not in waiting:
                continue
            name = waiting.pop(entry.rcpt_to[0])
            try:
                async with self._slots:
                    await follow(self._reader, link)
            except NotConfirmed as error:
                self._fed.unexpected.append(f"mail {entry.seq}: {error}")
            else:
                self._fed.confirmed += 1
                self._record.note(self._clock(), "confirmed", name, 200, {})
            self._progress(label, total - len(waiting), total)
            if not waiting:
                return
        self._fed.unexpected.append(f"{len(waiting)} confirmation mails did not come")

    async def _post(self, path: str, **request: Any) -> httpx.Response:
        async with self._slots:
            return await self._client.post(path, **request)

    def _accepted(self, kind: str, name: str, answer: httpx.Response) -> None:
        body: dict[str, Any] = answer.json()
        if answer.status_code == httpx.codes.CREATED:
            self._fed.created += 1
        else:
            self._fed.unchanged += 1
        if kind == "supplier":
            self._fed.suppliers.add(body["supplier_id"])
        else:
            self._fed.tenders.add(body["tender_id"])
        self._record.note(self._clock(), kind, name, answer.status_code, body)


def _name(number: int) -> str:
    return f"example-supplier-{number:03d}"


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def _json(path: Path) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(path.read_text())
    return body


def _of_no_known_subtype(answer: httpx.Response) -> bool:
    """One of the real notices says that it is of subtype 99, which no list has."""
    return bool(answer.json().get("code") == "unknown_subtype")


def _says(name: str, answer: httpx.Response) -> str:
    return f"{name}: {answer.status_code} {answer.text[:200]}"
