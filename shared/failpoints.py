"""Named places at which a test can make a process die, or stand still.

`OMBUD_FAILPOINT=name:count` aborts the process the count-th time it passes `name`;
`name:count:stop` stops it there with SIGSTOP, until SIGCONT. Several are separated by commas.
When none is set, `hit` is an empty function.
"""

import os
import signal
from collections.abc import Callable

EXIT_CODE = 86


def _abort(name: str) -> None:
    os.write(2, f"failpoint {name}\n".encode())
    os._exit(EXIT_CODE)


def _stop(name: str) -> None:
    os.write(2, f"failpoint {name} stop\n".encode())
    os.kill(os.getpid(), signal.SIGSTOP)


def _armed(spec: str) -> Callable[[str], None]:
    left: dict[str, int] = {}
    act: dict[str, Callable[[str], None]] = {}
    for point in spec.split(","):
        name, _, rest = point.partition(":")
        count, _, action = rest.partition(":")
        left[name] = int(count or 1)
        act[name] = _stop if action == "stop" else _abort

    def hit(name: str) -> None:
        if name not in left:
            return
        left[name] -= 1
        if left[name] == 0:
            act[name](name)

    return hit


def _off(name: str) -> None:
    """No failpoint is set."""


hit: Callable[[str], None] = _armed(spec) if (spec := os.environ.get("OMBUD_FAILPOINT")) else _off
