"""How long a refused mail waits."""

from datetime import timedelta

from services.notifier.domain.retry import next_try, too_old
from tests.integration.notifier.things import NOON


def test_waits_double_up_to_an_hour() -> None:
    waits = [(next_try(attempt, NOON) - NOON).total_seconds() for attempt in (1, 2, 3, 10, 11, 99)]
    assert waits == [5, 10, 20, 2560, 3600, 3600]


def test_patience_ends() -> None:
    patience = timedelta(hours=48)
    assert not too_old(NOON, patience, NOON + patience)
    assert too_old(NOON, patience, NOON + patience + timedelta(seconds=1))
