"""What one shard tells of the records that it takes."""

from itertools import count, permutations
from typing import Any

import pytest

from services.matcher.shard import batches
from services.matcher.state import ShardEvent, State
from shared.contracts.codes import Verdict
from shared.contracts.match import Match
from shared.contracts.shard import ShardSupplier, ShardTender
from shared.kafka import Event, Record
from tests.unit.scoring.world import NOW, WEIGHTS, lot, supplier, tender

offsets = count()


def event(key: str, body: ShardTender | ShardSupplier | None) -> ShardEvent:
    record = Record("matcher.shards.v1", 0, next(offsets), 0, key.encode(), b"", ())
    return Event(f"e{record.offset}", "ombud.shard.v1", NOW, key, body, record)


def a_tender(revision: int, **fields: Any) -> ShardEvent:
    body = ShardTender(tender=tender(**{"revision": revision} | fields))
    return event("t:t1", body)


def a_supplier(revision: int, **fields: Any) -> ShardEvent:
    body = ShardSupplier(supplier=supplier(**{"revision": revision} | fields))
    return event(f"s:{body.supplier.supplier_id}", body)


def new_state() -> State:
    return State(WEIGHTS, NOW)


def pairs(matches: list[Match]) -> list[tuple[str, int, int, str]]:
    return [(m.supplier_id, m.tender_revision, m.supplier_revision, m.verdict) for m in matches]


def test_a_pair_is_told_whichever_side_comes_last() -> None:
    for order in permutations([a_tender(1), a_supplier(1)]):
        told = new_state().take(order, NOW)
        assert pairs(told.matches) == [("s1", 1, 1, Verdict.ELIGIBLE)]


def test_a_tender_that_matches_nobody_is_told_as_done() -> None:
    told = new_state().take([a_supplier(1, cpv=["72000000"]), a_tender(4)], NOW)
    assert told.matches == []
    assert told.matched == [("t1", 4, 0)]


def test_a_newer_tender_takes_back_the_match_that_no_longer_holds() -> None:
    state = new_state()
    state.take([a_supplier(1), a_tender(1)], NOW)
    told = state.take([a_tender(2, status="cancelled")], NOW)
    assert pairs(told.matches) == [("s1", 2, 1, Verdict.WITHDRAWN)]
    assert told.matched == [("t1", 2, 0)]


def test_a_newer_profile_takes_back_the_match_that_no_longer_holds() -> None:
    state = new_state()
    state.take([a_tender(1), a_supplier(1)], NOW)
    told = state.take([a_supplier(2, cpv=["72000000"])], NOW)
    assert pairs(told.matches) == [("s1", 1, 2, Verdict.WITHDRAWN)]


def test_an_erased_supplier_is_taken_back_and_never_comes_back() -> None:
    state = new_state()
    state.take([a_tender(1), a_supplier(1)], NOW)
    told = state.take([a_supplier(3, status="erased"), event("s:s1", None)], NOW)
    assert pairs(told.matches) == [("s1", 1, 3, Verdict.WITHDRAWN)]
    assert state.take([a_supplier(2)], NOW).matches == []


def test_an_older_revision_changes_nothing_and_is_answered_by_the_newer() -> None:
    state = new_state()
    newer = a_tender(5)
    state.take([newer, a_supplier(1)], NOW)
    told = state.take([a_tender(4, status="cancelled")], NOW)
    assert told.matches == []
    assert told.heal == [newer]
    assert len(state.take([a_supplier(2)], NOW).matches) == 1


def test_a_record_taken_twice_tells_the_same_twice() -> None:
    state = new_state()
    both = [a_supplier(1), a_tender(1)]
    first, again = state.take(both, NOW), state.take(both, NOW)
    assert pairs(first.matches) == [("s1", 1, 1, Verdict.ELIGIBLE)]
    assert set(pairs(again.matches)) == set(pairs(first.matches))
    assert again.heal == []


def test_catching_up_knows_what_taking_knows() -> None:
    caught_up = new_state()
    caught_up.apply([a_tender(1), a_supplier(1), a_supplier(2, supplier_id="s2")])
    told = caught_up.take([a_tender(2)], NOW)
    assert [m.supplier_id for m in told.matches] == ["s1", "s2"]


def test_a_tombstone_of_a_tender_ends_it() -> None:
    state = new_state()
    state.take([a_tender(1), event("t:t1", None)], NOW)
    assert state.take([a_supplier(1)], NOW).matches == []


@pytest.mark.parametrize("amount", [1, 500, 501, 1203])
def test_matches_travel_in_batches_of_one_tender_and_500_at_most(amount: int) -> None:
    matches = new_state().take([a_tender(1), a_supplier(1)], NOW).matches * amount
    found = list(batches(matches, 3))
    assert [len(batch.matches) for batch in found[:-1]] == [500] * (len(found) - 1)
    assert sum(len(batch.matches) for batch in found) == amount
    assert {batch.partition for batch in found} == {3}


def test_large_matches_travel_in_smaller_batches() -> None:
    lots = [lot(lot_id=f"LOT-{n:04}", title={"sv": "Städning " * 50}) for n in range(400)]
    told = new_state().take([a_supplier(1), a_tender(1, lots=lots)], NOW)
    found = list(batches(told.matches * 30, 0))
    assert len(found) > 1
    assert all(
        len(batch.model_dump_json()) <= 600 * 1024 or len(batch.matches) == 1 for batch in found
    )
