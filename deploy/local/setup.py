"""Installs everything the project needs into `.venv/` and `.local/`; `make setup`.

Runs with any Python from 3.11 on and the standard library alone. What is installed is exactly what
`requirements-dev.lock` names, each file checked against its hash. Doing it again does nothing
unless the lock, the project file, the checkout's place or the Python changed.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
LOCAL = Path(os.environ.get("OMBUD_LOCAL_DIR") or CHECKOUT / ".local").resolve()
VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "ombud-setup"
REQUIREMENTS = CHECKOUT / "requirements-dev.lock"
LOG = LOCAL / "logs" / "setup.log"
_SAY_EVERY_S = 5.0


class Progress:
    """One line that is written over on a terminal, and now and then a new one in a log."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._begun = self._said = time.monotonic()
        self._live = sys.stdout.isatty()
        self._show("…")

    def update(self, detail: str) -> None:
        """Say how far it is; detail in a log only every few seconds."""
        if self._live or time.monotonic() - self._said > _SAY_EVERY_S:
            self._said = time.monotonic()
            self._show(f"… {detail}")

    def done(self, detail: str = "") -> None:
        """Say that it is done, and how long it took."""
        took = f"{time.monotonic() - self._begun:.1f} s"
        self._show(f"✓ {took}{', ' if detail else ''}{detail}")
        if self._live:
            print()

    def _show(self, state: str) -> None:
        line = f"  {self.what} {state}"
        print(f"\r\033[K{line[:100]}" if self._live else line, end="" if self._live else "\n")
        sys.stdout.flush()


def main() -> None:
    """Set up, or say in one line why that cannot be."""
    if sys.version_info < (3, 11):  # noqa: UP036, this file is what meets an older Python
        sys.exit(f"Ombud needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    begun = time.monotonic()
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with locked():
        if not (STAMP.exists() and STAMP.read_text() == wanted() and works()):
            install()
        # Whoever starts the broker checks every jar and fetches what is missing; here it is
        # done ahead, with the rest of what needs the network.
        if not (LOCAL / "jars").exists():
            fetch_jars()
    took = round(time.monotonic() - begun, 1)
    (LOCAL / "setup.json").write_text(json.dumps({"seconds": took}) + "\n")


@contextlib.contextmanager
def locked() -> Iterator[None]:
    """One setup at a time."""
    with (LOCAL / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def wanted() -> str:
    """What the stamp of a finished setup says: all that an installation depends on."""
    digest = hashlib.sha256()
    for path in (REQUIREMENTS, CHECKOUT / "pyproject.toml"):
        digest.update(path.read_bytes())
    return f"{digest.hexdigest()} {CHECKOUT}\n"


def works() -> bool:
    """Does the environment's Python run at all? (The system's may have been replaced.)"""
    try:
        return (
            subprocess.run([PYTHON, "-c", "import ssl, pip"], capture_output=True).returncode == 0
        )
    except OSError:
        return False


def install() -> None:
    """Make `.venv/` and install the locked packages and this checkout into it."""
    if not (STAMP.exists() and works() and STAMP.read_text().endswith(f" {CHECKOUT}\n")):
        progress = Progress("Making .venv/")
        run(progress, [sys.executable, "-m", "venv", "--clear", str(VENV)], _VENV_HINT)
        progress.done()
    STAMP.unlink(missing_ok=True)
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--no-input"]
    total = len(re.findall(r"^[a-z0-9].*==", REQUIREMENTS.read_text(), re.MULTILINE))
    progress = Progress(f"Installing {total} locked packages")
    run(
        progress,
        [*pip, "--progress-bar=off", "--require-hashes", "-r", str(REQUIREMENTS)],
        "Check the network to the Python package registry, then run the command again.",
        total,
    )
    run(
        progress,
        [*pip, "--no-build-isolation", "--no-deps", "--no-index", "-e", str(CHECKOUT)],
        "Remove .venv/ and run the command again.",
    )
    progress.done()
    STAMP.write_text(wanted())


def fetch_jars() -> None:
    """The broker's jars, each checked against the lock; only what is missing is fetched."""
    progress = Progress("Fetching Kafka")
    run(
        progress,
        [str(PYTHON), "-m", "deploy.local.jars"],
        "Check the network to the Maven registry, then run the command again.",
    )
    progress.done()


def run(progress: Progress, command: list[str], hint: str, total: int = 0) -> None:
    """Run with its output in the log; on failure, say where that is and what to do, and exit."""
    collected = 0
    last: list[str] = []
    with LOG.open("a") as log:
        print("$", *command, file=log)
        process = subprocess.Popen(
            command, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert process.stdout is not None
        for line in process.stdout:
            log.write(line)
            last = [*last[-11:], line]
            if line.startswith("Collecting "):
                collected += 1
                progress.update(f"{collected} of {total} found: {line.split()[1].split('=')[0]}")
            elif line.startswith("Installing collected packages"):
                progress.update("all downloaded, unpacking")
            elif line.startswith("fetched "):
                progress.update(line.strip())
    if process.wait():
        print()
        sys.exit(f"{progress.what} failed:\n{''.join(last)}\n{hint}\nThe whole log is {LOG}")


_VENV_HINT = (
    "On Debian and Ubuntu, venv is a package of its own: apt-get install python3-venv. "
    "Then run the command again."
)

if __name__ == "__main__":
    main()
