"""Where the local stack keeps what it downloads and writes: one ignored folder of the checkout."""

import os
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]


def local_dir() -> Path:
    """`.local/` of the checkout, or what OMBUD_LOCAL_DIR names; removing it is a clean slate."""
    return Path(os.environ.get("OMBUD_LOCAL_DIR") or CHECKOUT / ".local").resolve()


@dataclass(frozen=True)
class Place:
    """The folder of one running stack: its data, its logs, its processes' records.

    The demo is at `.local/`, a test run in a folder of its own below it, so that they never meet.
    """

    root: Path

    @property
    def kafka(self) -> Path:
        """Data of the broker."""
        return self.root / "kafka"

    @property
    def postgres(self) -> Path:
        """Data of the database server."""
        return self.root / "postgres"

    @property
    def inbox(self) -> Path:
        """What the SMTP sink accepted."""
        return self.root / "inbox"

    @property
    def logs(self) -> Path:
        """One log per process."""
        return self.root / "logs"

    @property
    def processes(self) -> Path:
        """One record per process: which process it was, so that a later run can end it."""
        return self.root / "processes"

    @property
    def lock(self) -> Path:
        """Held for as long as somebody runs a stack here."""
        return self.root / "lock"

    @property
    def ports(self) -> Path:
        """The addresses of what runs here, as JSON."""
        return self.root / "ports.json"

    def create(self) -> None:
        """Make the folders that are not there yet."""
        for path in (self.root, self.logs, self.processes, self.inbox):
            path.mkdir(parents=True, exist_ok=True)
