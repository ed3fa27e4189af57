"""What runs beside the requests: the relay, the consumers, the gauges."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import asyncpg
import structlog
from aiokafka.errors import KafkaError

from shared.kafka import Broker
from shared.relay import Fenced

log = structlog.get_logger()

Step = Callable[[], Awaitable[None]]
EXIT_CODE = 75
"""The process ends like this when work beside the requests ends that must not end."""
LONGEST_WAIT_S = 5.0


class Background:
    """Tasks of the application's lifetime."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []
        self._broker: Broker | None = None

    def run(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Run to the end. If it fails, the process ends: a new one starts from what is stored."""
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(_ended)
        self._tasks.append(task)

    def repeat(self, name: str, step: Step, every_s: float) -> None:
        """Do `step` again and again; its errors are logged and waited out."""
        self._tasks.append(asyncio.create_task(_repeated(name, step, every_s), name=name))

    async def consume(self, broker: Broker) -> None:
        """Start the consumers as soon as Kafka answers: requests are taken in meanwhile."""
        self._broker = broker
        wait = 0.2
        while True:
            try:
                await broker.start()
                return
            except (OSError, TimeoutError, KafkaError) as error:
                log.warning("consumers_wait", error=type(error).__name__, wait_s=wait)
                await broker.stop()
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT_S)

    async def stop(self) -> None:
        """Let the consumers finish what is in hand, then end the rest."""
        for task in self._tasks:
            if task.get_name() == "consumers":
                task.cancel()
        if self._broker is not None:
            await self._broker.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _repeated(name: str, step: Step, every_s: float) -> None:
    while True:
        try:
            await step()
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("step_failed", step=name, error=type(error).__name__)
        await asyncio.sleep(every_s)


def _ended(task: asyncio.Task[None]) -> None:
    if task.cancelled() or (error := task.exception()) is None:
        return
    if isinstance(error, Fenced):
        log.error("fenced", task=task.get_name())
    else:
        log.error("background_failed", task=task.get_name(), exc_info=error)
    os._exit(EXIT_CODE)
