"""Start processes, remember exactly which ones they were, and end those and no others."""

import os
import pwd
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")

# The child writes its own record before it becomes the program, so that there is no moment at
# which a process runs that a later start could not find. The record is the child's stdin.
_RECORD_THEN_EXEC = """
read -r stat </proc/$$/stat
read -r boot </proc/sys/kernel/random/boot_id
echo "$boot $stat" >&0
exec "$@" </dev/null
"""


class NotStarted(Exception):
    """Something of the local stack could not start; the message says what to do."""


def free_port(preferred: int | None = None) -> int:
    """A TCP port of 127.0.0.1 that is free now: `preferred` if it is."""
    for port in (preferred, 0) if preferred else (0,):
        with socket.socket() as probe:
            # As servers do, so that a port in TIME_WAIT counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port or 0))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise NotStarted("No TCP port of 127.0.0.1 is free.")


def accepts(port: int) -> bool:
    """Does anything listen on this port of 127.0.0.1?"""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass(frozen=True)
class ProcessId:
    """One process and no other: a pid alone may by now belong to somebody else's program."""

    pid: int
    boot: str
    started_ticks: int

    @classmethod
    def read(cls, record: Path) -> "ProcessId | None":
        """The process that `record` names; None if there is no readable record."""
        try:
            boot, stat = record.read_text().split(" ", 1)
            pid, started = _pid_and_start(stat)
        except (OSError, ValueError, IndexError):
            return None
        return cls(pid, boot, started)

    def running(self) -> bool:
        """Is that very process still there (and not a zombie)?"""
        try:
            if _BOOT_ID.read_text().strip() != self.boot:
                return False
            stat = Path(f"/proc/{self.pid}/stat").read_text()
        except OSError:
            return False
        state = stat.rpartition(")")[2].split()[0]
        return _pid_and_start(stat) == (self.pid, self.started_ticks) and state not in "ZX"

    def send(self, number: signal.Signals) -> None:
        """Send a signal if the process is still there."""
        if self.running():
            try:
                os.kill(self.pid, number)
            except ProcessLookupError:
                return

    def stop(self, seconds: float, first: signal.Signals = signal.SIGTERM) -> None:
        """Ask it to leave, wait up to `seconds`, then kill it."""
        for number, patience in ((first, seconds), (signal.SIGKILL, 5.0)):
            self.send(number)
            end = time.monotonic() + patience
            while self.running() and time.monotonic() < end:
                time.sleep(0.02)


def _pid_and_start(stat: str) -> tuple[int, int]:
    """Pid and start time (clock ticks since boot) from a line of /proc/<pid>/stat."""
    return int(stat.split(" ", 1)[0]), int(stat.rpartition(")")[2].split()[19])


class Identity(TypedDict, total=False):
    """Arguments of `subprocess` that say whom a child runs as."""

    user: int
    group: int
    extra_groups: list[int]


def identity(user: int | None) -> Identity:
    """As the user with this uid, and in that user's group only; None is as ourselves."""
    if user is None:
        return {}
    return {"user": user, "group": pwd.getpwuid(user).pw_gid, "extra_groups": []}


def spawn(
    command: Sequence[str],
    *,
    record: Path,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    user: int | None = None,
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own, so that Ctrl-C reaches it only through us.

    `record` is where the process notes who it is, `log` gets its output (appended), `env` is the
    whole environment, `user` the uid to become (only root can).
    """
    with record.open("wb") as note, log.open("ab") as output:
        return subprocess.Popen(
            ["/bin/sh", "-c", _RECORD_THEN_EXEC, "sh", *command],
            stdin=note,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd,
            **identity(user),
            start_new_session=True,
        )


def end_leftover(record: Path, seconds: float, first: signal.Signals = signal.SIGTERM) -> bool:
    """End the process that an earlier run left behind, if its record still names a living one."""
    left = ProcessId.read(record)
    found = left is not None and left.running()
    if left is not None:
        left.stop(seconds, first)
    record.unlink(missing_ok=True)
    return found


def tail(log: Path, lines: int = 12) -> str:
    """The last lines of a log, for an error message."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
