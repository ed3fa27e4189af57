"""The one clock. Everything that asks what time it is takes a `Clock`, so that tests can move it.

No other file may call `datetime.now()` (ruff's DTZ and TID251 hold this), and SQL never calls
`now()`.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

Clock = Callable[[], datetime]
"""Gives the present instant, aware, in UTC."""


def system_clock() -> datetime:
    """The machine's time, moved by the seconds in the file that OMBUD_CLOCK_FILE names, if any.

    The file lets a test make the clock of a running service jump.
    """
    now = datetime.now(UTC)  # noqa: TID251
    moved = os.environ.get("OMBUD_CLOCK_FILE")
    if not moved:
        return now
    try:
        return now + timedelta(seconds=float(Path(moved).read_text() or 0))
    except FileNotFoundError:
        return now
