"""Named places at which a test can make a process die.

`OMBUD_FAILPOINT=name:count` aborts the process the count-th time it passes `name`; several are
separated by commas. When none is set, `hit` is an empty function.
"""

import os
from collections.abc import Callable

EXIT_CODE = 86


def _armed(spec: str) -> Callable[[str], None]:
    left = {
        name: int(count or 1)
        for name, _, count in (p.partition(":") for p in spec.split(","))
    }

    def hit(name: str) -> None:
        if name in left:
            left[name] -= 1
            if left[name] <= 0:
                os.write(2, f"failpoint {name}\n".encode())
                os._exit(EXIT_CODE)

    return hit


def _off(name: str) -> None:
    """No failpoint is set."""


hit: Callable[[str], None] = (
    _armed(spec) if (spec := os.environ.get("OMBUD_FAILPOINT")) else _off
)
