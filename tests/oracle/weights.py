"""The numbers of the score, read from the file that the matcher reads too."""

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[2] / "services" / "matcher" / "weights.json"

WEIGHTS: dict[str, Any] = json.loads(FILE.read_text())


def percent(tenths: int, share: int) -> int:
    """`share` per cent of `tenths`, rounded half up (floor division)."""
    return (tenths * share + 50) // 100
