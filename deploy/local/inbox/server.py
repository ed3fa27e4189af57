"""Runs the inbox: SMTP and pages in one event loop, for a process or for a test's thread."""

import asyncio
import threading
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn

from deploy.local.inbox.pages import make_app
from deploy.local.inbox.smtp import Behaviour, Sink
from deploy.local.inbox.store import Store
from shared.clock import Clock, system_clock

HOST = "127.0.0.1"
"""The inbox is on loopback only; what it holds is nobody else's business."""


@dataclass
class Inbox:
    """One inbox: its folder and its two ports (0 means any free one, for SMTP)."""

    directory: Path
    smtp_port: int = 0
    http_port: int | None = None
    clock: Clock = system_clock
    behaviour: Behaviour = field(default_factory=Behaviour)

    def __post_init__(self) -> None:
        """Read what earlier runs accepted."""
        self.store = Store(self.directory, self.clock)
        self.sink = Sink(self.store, self.behaviour)

    async def run(self, ready: threading.Event | None = None) -> None:
        """Serve until the task is cancelled (or, with pages, until SIGTERM)."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(self.sink.protocol, HOST, self.smtp_port)
        self.smtp_port = server.sockets[0].getsockname()[1]
        if ready is not None:
            ready.set()
        async with server:
            if self.http_port is None:
                await server.serve_forever()
            else:
                await self._serve_pages(self.http_port)

    async def _serve_pages(self, port: int) -> None:
        config = uvicorn.Config(
            make_app(self.sink, self.clock), host=HOST, port=port, log_level="warning"
        )
        await uvicorn.Server(config).serve()


class InboxThread:
    """An inbox without pages beside a test, in a thread of its own."""

    def __init__(self, directory: Path) -> None:
        self.inbox = Inbox(directory)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="inbox", daemon=True)

    def start(self) -> None:
        """Return when the port is open."""
        self._thread.start()
        if not self._ready.wait(10):
            raise RuntimeError("the inbox did not open its port")

    def stop(self) -> None:
        """Close the port and end the thread."""
        self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join(10)
        self._loop.close()

    def _run(self) -> None:
        async def main() -> None:
            await self.inbox.run(self._ready)

        self._task = self._loop.create_task(main())
        try:
            self._loop.run_until_complete(self._task)
        except asyncio.CancelledError:
            return
