"""kill -9 of each service at random moments, while tenders and suppliers flow in interleaved."""

import pytest

from shared.clock import system_clock
from tests.faults.run import run
from tests.faults.services import running
from tests.faults.traffic import Plan
from tests.stack import Sandbox

KILLS = 9
GAP_S = 0.06


@pytest.mark.slow
def test_killed_services_lose_nothing_double_nothing_and_mail_nothing_wrong(
    sandbox: Sandbox,
) -> None:
    plan = Plan(seed=7, tenders=200, suppliers=500, base=system_clock(), trade_count=200)
    with running(sandbox) as ground:
        result = run(ground, plan, KILLS, GAP_S, lambda *_: None, armed=0)
    assert result.unexpected == []
    assert result.reckoning.cases == []
    assert (result.kills, result.confirmed) == (KILLS, plan.suppliers)
    assert (result.reckoning.tenders, result.reckoning.suppliers) == (200, 500)
    assert result.reckoning.due > 100
