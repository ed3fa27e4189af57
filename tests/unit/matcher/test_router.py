"""How the router cuts what it copies into transactions."""

from datetime import UTC, datetime

from services.matcher.router import MOST_BYTES, Copy, parts
from shared import topics
from shared.kafka import Message


def _copies(*sizes: int) -> list[Copy]:
    message = Message(topics.SHARDS, "t:1", None, datetime(2026, 11, 20, tzinfo=UTC))
    return [(message, b"x" * size, place) for place, size in enumerate(sizes)]


def test_small_records_go_together() -> None:
    copies = _copies(1, 2, 3)
    assert list(parts(copies)) == [copies]


def test_no_transaction_outgrows_its_time_and_the_order_stays() -> None:
    copies = _copies(*[4 * 1_048_576] * 12, 10)
    cut = list(parts(copies))
    assert [copy for part in cut for copy in part] == copies
    assert [len(part) for part in cut] == [4, 4, 4, 1]


def test_a_record_larger_than_that_goes_alone() -> None:
    assert [len(part) for part in parts(_copies(1, MOST_BYTES + 1, 1))] == [1, 1, 1]


def test_nothing_makes_no_transaction() -> None:
    assert list(parts([])) == []
