"""Kills services, at failpoints and at random moments, and starts them again."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from deploy.local.processes import tail
from tests.faults.points import POINTS
from tests.faults.services import Service

ARMED = 0.65
"""Share of the lives that end at a failpoint, if it is passed in time."""
LONGEST_LIFE_S = 12.0
"""A service that, once ready, has not come to its failpoint by then is killed where it is."""
STARTS = 5


@dataclass
class Chaos:
    """So many kills, spread over the services; `hits` counts the failpoints that were reached."""

    services: list[Service]
    kills: int
    seed: int
    told: Callable[[int, str], None]
    armed: float = ARMED
    done: int = 0
    hits: Counter[str] = field(default_factory=Counter)

    async def run(self) -> None:
        """Return after the last kill, with all services started again, unarmed."""
        await asyncio.gather(*(self._torment(service) for service in self.services))

    async def _torment(self, service: Service) -> None:
        rng = Random(f"{self.seed}:{service.name}")
        points = list(POINTS[service.name])
        rng.shuffle(points)
        turn = 0
        while self.done < self.kills:
            point = points[turn % len(points)] if rng.random() < self.armed else ""
            turn += bool(point)
            await self._one_life(service, point, rng)
            if self.done < self.kills:
                self.done += 1
                reached = point if service.died_at_failpoint else "a random moment"
                self.hits.update([point] if service.died_at_failpoint else [])
                self.told(self.done, f"{service.name} at {reached}")
        await asyncio.to_thread(back, service)

    async def _one_life(self, service: Service, point: str, rng: Random) -> None:
        """Kill the running service; let one start with the failpoint, until it ends.

        Without a failpoint the running service is killed at a random moment, and started again.
        """
        life = rng.uniform(0.5, 6.0)
        if point:
            await asyncio.to_thread(service.kill)
            latest = POINTS[service.name][point]
            service.start(f"{point}:{rng.randint(1, latest)}")
            life = LONGEST_LIFE_S
            await asyncio.to_thread(service.wait_ready)
        else:
            await asyncio.to_thread(back, service)
        await asyncio.to_thread(service.wait, life)
        await asyncio.to_thread(service.kill)


def back(service: Service) -> None:
    """Start the service until it is ready, as a supervisor would: it may end itself once more."""
    for _ in range(STARTS):
        if not service.running:
            service.start()
        if service.wait_ready():
            return
    raise RuntimeError(f"{service.name} does not come back:\n{tail(service.log)}")
