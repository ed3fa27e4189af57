"""Services as processes of their own, to be killed, stopped and started again by tests."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.processes import free_port

STARTS_WITHIN_S = 40


@dataclass
class Service:
    """One service on a test's ground: `python -m services.<name>`."""

    name: str
    environment: Mapping[str, str]
    logs: Path
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, failpoint: str = "") -> "Service":
        """Start it; `ready` tells when it serves."""
        self.logs.mkdir(parents=True, exist_ok=True)
        variables = {
            **os.environ,
            "OMBUD_PUBLIC_URL": self.url,
            "OMBUD_LOG_FORMAT": "console",
            **self.environment,
            "OMBUD_HTTP_PORT": str(self.port),
            "OMBUD_FAILPOINT": failpoint,
        }
        with (self.logs / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", f"services.{self.name}"],
                env=variables,
                stdout=log,
                stderr=log,
            )
        return self

    def wait_ready(self) -> "Service":
        """Wait until `/ready` says yes."""
        deadline = time.monotonic() + STARTS_WITHIN_S
        while not self._ready():
            tail = (self.logs / f"{self.name}.log").read_text("utf-8")[-3000:]
            assert self.process and self.process.poll() is None, f"{self.name} ended:\n{tail}"
            assert time.monotonic() < deadline, f"{self.name} is not ready:\n{tail}"
            time.sleep(0.1)
        return self

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/ready", timeout=3) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """As `kill -9` does."""
        assert self.process
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """As an orchestrator does: SIGTERM. Gives the exit code."""
        assert self.process
        if self.alive():
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=20)
