"""Runs the inbox: SMTP and pages in one event loop, for a process or for a test's thread."""

import asyncio
import socket
import threading
from collections.abc import Callable
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
    """One inbox: its folder and its two ports (0: any free one, known once it runs)."""

    directory: Path
    smtp_port: int = 0
    http_port: int = 0
    clock: Clock = system_clock
    behaviour: Behaviour = field(default_factory=Behaviour)

    def __post_init__(self) -> None:
        """Read what earlier runs accepted."""
        self.store = Store(self.directory, self.clock)
        self.sink = Sink(self.store, self.behaviour)
        app = make_app(self.sink, self.clock)
        self._pages = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))

    @property
    def url(self) -> str:
        """Address of the pages and of the API."""
        return f"http://{HOST}:{self.http_port}"

    async def run(self, ready: Callable[[], None] = lambda: None) -> None:
        """Serve until `stop` (or SIGTERM, in the main thread); calls `ready` with ports open."""
        loop = asyncio.get_running_loop()
        smtp = await loop.create_server(self.sink.protocol, HOST, self.smtp_port)
        self.smtp_port = smtp.sockets[0].getsockname()[1]
        with socket.create_server((HOST, self.http_port)) as http:
            self.http_port = http.getsockname()[1]
            ready()
            async with smtp:
                await self._pages.serve([http])

    def stop(self) -> None:
        """Let `run` return."""
        self._pages.should_exit = True


class InboxThread:
    """An inbox beside a test, in a thread of its own."""

    def __init__(self, directory: Path) -> None:
        self.inbox = Inbox(directory)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="inbox", daemon=True)

    def start(self) -> None:
        """Return when the ports are open."""
        self._thread.start()
        if not self._ready.wait(10):
            raise RuntimeError("the inbox did not open its ports")

    def stop(self) -> None:
        """Close the ports and end the thread."""
        self.inbox.stop()
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.run(self.inbox.run(self._ready.set))
