"""The fault runs know every failpoint, and no other."""

import re

from deploy.local.paths import CHECKOUT
from tests.faults.points import POINTS

_HIT = re.compile(r'failpoints\.hit\(\s*"([^"]+)"')


def test_every_failpoint_in_the_code_is_tried_and_none_that_is_not_there() -> None:
    files = [*CHECKOUT.glob("services/**/*.py"), *CHECKOUT.glob("shared/**/*.py")]
    in_code = {name for file in files for name in _HIT.findall(file.read_text())}
    assert {name for names in POINTS.values() for name in names} == in_code
    assert len(in_code) >= 8
