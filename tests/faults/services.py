"""The three services as real processes on a sandbox, to be armed, killed and started again."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import uvicorn

from deploy.local.inbox.pages import make_app
from deploy.local.paths import CHECKOUT, Place
from deploy.local.processes import free_port, spawn, tail
from services.intake.keys import new_key
from shared.clock import system_clock
from shared.failpoints import EXIT_CODE
from tests.stack import Sandbox

SERVICES = ("intake", "matcher", "notifier")
READY_S = 60.0


@dataclass
class Service:
    """One service: its process, and where it listens."""

    name: str
    port: int
    environment: dict[str, str]
    place: Place
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.place.logs / f"{self.name}.log"

    def start(self, failpoint: str = "") -> None:
        """Start the process; with `failpoint` it will abort itself there."""
        self.process = spawn(
            [sys.executable, "-m", f"services.{self.name}"],
            record=self.place.processes / self.name,
            log=self.log,
            env=self.environment | ({"OMBUD_FAILPOINT": failpoint} if failpoint else {}),
            cwd=CHECKOUT,
        )

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def died_at_failpoint(self) -> bool:
        """Has the last process ended at the failpoint that it was armed with?"""
        return self.process is not None and self.process.poll() == EXIT_CODE

    def kill(self) -> None:
        """kill -9 of exactly this process."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def wait(self, seconds: float) -> None:
        """Until the process ends, but no longer than `seconds`."""
        if self.process is not None:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)

    def stop(self) -> None:
        """SIGTERM, and the patience that a service is granted."""
        if self.process is not None and self.running:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    def wait_ready(self) -> bool:
        """True once the service is ready; False if it has ended. Raises if it does neither."""
        end = time.monotonic() + READY_S
        while time.monotonic() < end:
            if not self.running:
                return False
            try:
                if httpx.get(f"{self.url}/ready", timeout=2).is_success:
                    return True
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        raise RuntimeError(f"{self.name} did not get ready:\n{tail(self.log)}")


@dataclass
class Running:
    """A sandbox with its services, its inbox's pages, and a key that may do all."""

    sandbox: Sandbox
    services: dict[str, Service]
    inbox_url: str
    key: str

    @property
    def intake(self) -> Service:
        return self.services["intake"]

    @property
    def inbox_folder(self) -> Path:
        return self.sandbox.inbox_thread.inbox.directory

    def start_all(self) -> None:
        for service in self.services.values():
            if not service.running:
                service.start()
        for service in self.services.values():
            if not service.wait_ready():
                raise RuntimeError(f"{service.name} ended:\n{tail(service.log)}")


@contextmanager
def running(sandbox: Sandbox) -> Iterator[Running]:
    """Services on the sandbox, not yet started; all are stopped at the end."""
    key = new_key()
    with ExitStack() as parts:
        inbox_url = parts.enter_context(_inbox_pages(sandbox))
        ports = {name: free_port() for name in SERVICES}
        ground = Running(sandbox, {}, inbox_url, key)
        for name in SERVICES:
            environment = _environment(sandbox, name, ports, inbox_url, key)
            service = Service(name, ports[name], environment, sandbox.stack.place)
            parts.callback(service.stop)
            ground.services[name] = service
        yield ground


def _environment(
    sandbox: Sandbox, name: str, ports: dict[str, int], inbox_url: str, key: str
) -> dict[str, str]:
    own = f"http://127.0.0.1:{ports[name]}"
    return {
        "PATH": os.environ["PATH"],
        **sandbox.environment(name),
        "OMBUD_HTTP_PORT": str(ports[name]),
        "OMBUD_PUBLIC_URL": own,
        "OMBUD_INTAKE_URL": f"http://127.0.0.1:{ports['intake']}",
        "OMBUD_BOOTSTRAP_KEY": key,
        "OMBUD_SMTP_RECORD_URL": inbox_url,
        "OMBUD_SMTP_SETTLE_S": "5",
        "OMBUD_SMTP_LEASE_S": "5",
        "OMBUD_LOG_FORMAT": "json",
    }


@contextmanager
def _inbox_pages(sandbox: Sandbox) -> Iterator[str]:
    """The inbox's API beside the sandbox's SMTP port: the notifier reconciles against it."""
    port = free_port()
    app = make_app(sandbox.sink, system_clock)
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", lifespan="off")
    )
    thread = threading.Thread(target=server.run, name="inbox-pages", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
