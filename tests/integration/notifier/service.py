"""The notifier as a process of its own, and the mail server's record over HTTP."""

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import uvicorn

from deploy.local.inbox.pages import make_app
from deploy.local.inbox.smtp import Sink
from deploy.local.processes import free_port
from shared.clock import system_clock
from tests.stack import Sandbox

REPOSITORY = Path(__file__).parents[3]


@contextmanager
def record_over_http(sink: Sink) -> Iterator[str]:
    """The inbox's own API, on a port; gives its address."""
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(
            make_app(sink, system_clock), host="127.0.0.1", port=port, log_level="error", ws="none"
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


class Service:
    """One process of the notifier."""

    def __init__(self, sandbox: Sandbox, record_url: str, log: Path) -> None:
        self.port = free_port()
        self._log = log
        self._environment = {
            **os.environ,
            **sandbox.environment("notifier"),
            "OMBUD_HTTP_PORT": str(self.port),
            "OMBUD_PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "OMBUD_SMTP_RECORD_URL": record_url,
            "OMBUD_SMTP_SETTLE_S": "2",
        }
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self, failpoint: str = "") -> None:
        """Start it; with a failpoint it aborts itself there."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "services.notifier",
                cwd=REPOSITORY, stderr=log, stdout=log,
                env=self._environment | {"OMBUD_FAILPOINT": failpoint},
            )  # fmt: skip

    async def ready(self) -> None:
        """Wait until it says that it is ready."""
        deadline = time.monotonic() + 30
        async with httpx.AsyncClient() as client:
            while time.monotonic() < deadline:
                try:
                    if (await client.get(f"{self.url}/ready")).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.1)
        raise AssertionError(f"not ready; see {self._log}")

    async def ended(self, within_s: float = 60) -> int:
        """Its exit code, once it has ended by itself."""
        assert self._process is not None
        return await asyncio.wait_for(self._process.wait(), within_s)

    async def stop(self, how: signal.Signals = signal.SIGKILL) -> int:
        """End it, if it still runs."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(how)
        return await self.ended()
