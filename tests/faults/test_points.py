"""The fault runs know every failpoint, and no other."""

import re
from collections.abc import Iterator

from deploy.local.paths import CHECKOUT
from tests.faults.points import POINTS, SELDOM

_HIT = re.compile(r'failpoints\.hit\(\s*f?"([^"]+)"')
_PLACE = re.compile(r'place(?:: str =|=|: str = ) ?"(\w+)"')


def names_in_code() -> Iterator[str]:
    """Names as they stand, and those that are made of a transaction's `place`."""
    for folder in ("services", "shared"):
        for file in (CHECKOUT / folder).rglob("*.py"):
            yield from _HIT.findall(file.read_text())


def places() -> set[str]:
    intake = (CHECKOUT / "services/intake").rglob("*.py")
    return {place for file in intake for place in _PLACE.findall(file.read_text())}


def test_every_failpoint_in_the_code_is_tried_and_none_that_is_not_there() -> None:
    in_code = {
        name.replace("{place}", place)
        for name in names_in_code()
        for place in (places() if "{place}" in name else [""])
    }
    assert {name for names in POINTS.values() for name in names} | SELDOM == in_code
    assert len(in_code) >= 8
