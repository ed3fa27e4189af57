"""One run: traffic and kills together, then quiet, then the reckoning."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from shared.clock import system_clock
from tests.faults.chaos import ARMED, Chaos, back
from tests.faults.quiet import wait_until_quiet
from tests.faults.services import Running
from tests.faults.traffic import Plan, Traffic
from tests.oracle.reckon import Reckoning, reckon
from tests.oracle.world import Ground, read_world
from tests.stack import Sandbox

Told = Callable[[str, int, int], None]
"""Called with what is being done, how many are done, how many there are."""


@dataclass
class Result:
    """What came of a run."""

    kills: int
    hits: dict[str, int]
    reckoning: Reckoning
    confirmed: int
    unexpected: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return self.reckoning.clean and not self.unexpected

    def json(self) -> dict[str, Any]:
        found = self.reckoning
        return {
            "kills": self.kills,
            "failpoints": len(self.hits),
            "tenders": found.tenders,
            "suppliers": found.suppliers,
            "confirmed": self.confirmed,
            "matches": found.matches,
            "due": found.due,
            "mails": found.mails,
            "lost": found.lost,
            "twice": found.twice,
            "wrong": found.wrong,
            "unknown": found.unknown,
            "hits": dict(sorted(self.hits.items())),
            "unexpected": self.unexpected[:20],
            "cases": found.cases,
        }


def run(
    ground: Running,
    plan: Plan,
    kills: int,
    gap_s: float,
    told: Told,
    armed: float = ARMED,
) -> Result:
    """Run the plan while services die; raises `NotQuiet` if it does not settle."""
    accepted = ground.sandbox.stack.place.root / f"{ground.sandbox.name}.accepted.jsonl"
    ground.start_all()
    traffic = Traffic(
        plan, ground.intake.url, ground.key, ground.inbox_folder, accepted, system_clock
    )
    chaos = Chaos(
        list(ground.services.values()),
        kills,
        plan.seed,
        lambda done, what: told(f"killed {what}", done, kills),
        armed,
    )
    asyncio.run(_together(traffic, chaos, gap_s, told))
    for service in ground.services.values():
        back(service)
    return Result(
        kills=chaos.done,
        hits=dict(chaos.hits),
        reckoning=settle(ground, accepted, told),
        confirmed=traffic.confirmed,
        unexpected=traffic.unexpected,
    )


async def _together(traffic: Traffic, chaos: Chaos, gap_s: float, told: Told) -> None:
    sending = asyncio.create_task(traffic.run(gap_s))
    await chaos.run()
    total = traffic.plan.suppliers
    while not sending.done():
        told(f"waiting for answers ({traffic.answered} so far)", traffic.confirmed, total)
        await asyncio.wait({sending}, timeout=2)
    await sending


def settle(ground: Running, accepted: Path, told: Told = lambda *_: None) -> Reckoning:
    """Wait until nothing is under way, then reckon."""
    dsn = admin_dsn(ground.sandbox)
    kafka = ground.sandbox.kafka
    wait_until_quiet(
        dsn,
        kafka,
        lambda: len(ground.sandbox.inbox.all()),
        told=lambda waiting: told(f"waiting for {waiting or 'quiet'}", 0, 1),
    )
    told("reckoning", 0, 1)
    world = read_world(Ground(dsn, kafka, ground.inbox_folder, accepted))
    return reckon(world, system_clock())


def admin_dsn(sandbox: Sandbox) -> str:
    """A superuser's DSN of the sandbox's database: the reckoning reads two schemas."""
    return urlsplit(sandbox.stack.admin_dsn)._replace(path=f"/{sandbox.database}").geturl()
