"""Loops that take a turn when woken, and at least every so often; and how they end."""

import asyncio
import os
import traceback
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

log = structlog.get_logger()

POLL_S = 1.0
LONGEST_WAIT_S = 5.0
STOP_S = 8.0
"""Turns in hand get this long when the service stops."""
FATAL = 71
"""Exit code when what must always run has ended, e.g. because another relay has taken over."""

Turn = Callable[[], Awaitable[bool]]
"""Does some work; says whether there may be more to do at once."""


class Loops:
    """The background work of a service."""

    def __init__(self) -> None:
        self.stopping = asyncio.Event()
        self._waiting: list[Coroutine[Any, Any, None]] = []
        self._always: list[Coroutine[Any, Any, None]] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._essential: list[asyncio.Task[None]] = []
        self._wakes: list[asyncio.Event] = []
        self._last: list[Callable[[], None]] = []

    def turn(
        self, name: str, turn: Turn, wake: asyncio.Event | None = None, every_s: float = POLL_S
    ) -> None:
        """Take turns: again at once while there is more, else when woken or after `every_s`."""
        wake = wake or asyncio.Event()
        self._wakes.append(wake)
        self._waiting.append(self._keep_turning(name, turn, wake, every_s))

    def run_always(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Without this the process is of no use: if it ends by itself, so does the process."""
        self._always.append(self._or_exit(name, work))

    def at_end(self, last: Callable[[], None]) -> None:
        """Call `last` when the turns have ended."""
        self._last.append(last)

    def start(self) -> None:
        """Start everything."""
        self._tasks = [asyncio.create_task(work) for work in self._waiting]
        self._essential = [asyncio.create_task(work) for work in self._always]

    async def stop(self) -> None:
        """Let the turns in hand finish, then end."""
        self.stopping.set()
        for wake in self._wakes:
            wake.set()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=STOP_S)
        for task in [*self._tasks, *self._essential]:
            task.cancel()
        await asyncio.gather(*self._tasks, *self._essential, return_exceptions=True)
        for last in self._last:
            last()

    async def _keep_turning(
        self, name: str, turn: Turn, wake: asyncio.Event, every_s: float
    ) -> None:
        """A turn that fails has done nothing that is not safe to do again: wait, take the next."""
        wait = 0.1
        while not self.stopping.is_set():
            wake.clear()
            try:
                more = await turn()
                wait = 0.1
            except Exception as error:  # noqa: BLE001, the loop outlives every failure
                log.warning("turn_failed", loop=name, **trace(error))
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT_S)
                continue
            if not more:
                await _pause(wake, every_s)

    async def _or_exit(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001, whatever it was, the process is of no use
            log.error("ended", work=name, **trace(error))
            os._exit(FATAL)


async def _pause(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return


def trace(error: Exception) -> dict[str, str]:
    """An error for the log: what and where, without its text, which may hold an address."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    at = " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames))
    return {"error": type(error).__name__, "at": at}
