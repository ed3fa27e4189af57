"""The engine gives exactly what the plain functions give, whatever came and went."""

from time import perf_counter

from hypothesis import given, settings
from hypothesis import strategies as st

from services.matcher.scoring import (
    Engine,
    PreparedTender,
    match_pair,
    prepare_supplier,
    prepare_tender,
)
from shared.contracts.match import Match
from shared.contracts.supplier import Supplier
from shared.contracts.tender import Tender
from tests.unit.scoring.strategies import suppliers, tenders
from tests.unit.scoring.world import NOW, WEIGHTS, supplier, tender


def plain(what: PreparedTender, everyone: dict[str, Supplier]) -> list[Match]:
    found = (
        match_pair(what, prepare_supplier(everyone[key], WEIGHTS), NOW, WEIGHTS)
        for key in sorted(everyone)
    )
    return [match for match in found if match]


IDS = st.sampled_from([f"s{number}" for number in range(6)])
EVENTS = st.lists(st.tuples(IDS, st.booleans(), suppliers()), max_size=14)


@settings(max_examples=200, deadline=None)
@given(EVENTS, st.lists(tenders(), min_size=1, max_size=3))
def test_the_engine_equals_the_plain_functions_over_all_pairs(
    events: list[tuple[str, bool, Supplier]], whats: list[Tender]
) -> None:
    engine, held = Engine(WEIGHTS), dict[str, Supplier]()
    for supplier_id, leaves, profile in events:
        if leaves and supplier_id in held:
            del held[supplier_id]
            assert engine.remove(supplier_id)
        else:
            held[supplier_id] = profile.model_copy(update={"supplier_id": supplier_id})
            engine.put(prepare_supplier(held[supplier_id], WEIGHTS))
    assert len(engine) == len(held)
    for what in whats:
        prepared = prepare_tender(what, WEIGHTS)
        assert engine.match(prepared, NOW) == plain(prepared, held)


def test_a_replaced_supplier_is_matched_by_its_new_profile_only() -> None:
    engine = Engine(WEIGHTS)
    engine.put(prepare_supplier(supplier(), WEIGHTS))
    engine.put(prepare_supplier(supplier(cpv=["45000000"], revision=3), WEIGHTS))
    what = prepare_tender(tender(), WEIGHTS)
    assert engine.match(what, NOW) == []
    held = engine.get("s1")
    assert held is not None
    assert held.supplier.revision == 3


def test_removing_an_unknown_supplier_says_so() -> None:
    engine = Engine(WEIGHTS)
    assert engine.remove("nobody") is False
    assert engine.get("nobody") is None


def test_memory_stays_flat_when_one_supplier_changes_a_thousand_times() -> None:
    engine = Engine(WEIGHTS)
    for revision in range(1_000):
        engine.put(prepare_supplier(supplier(revision=revision), WEIGHTS))
    assert len(engine) == 1
    assert len(list(engine)) == 1
    assert engine.rows < 300
    [match] = engine.match(prepare_tender(tender(), WEIGHTS), NOW)
    assert match.supplier_revision == 999


def test_a_tender_against_5000_suppliers_takes_milliseconds() -> None:
    """A loose ceiling, to catch a loop over all suppliers (some 100 ms)."""
    engine = Engine(WEIGHTS)
    for number in range(5_000):
        trade = f"{10 + number % 80}{number % 10}{number % 7}0000"
        engine.put(prepare_supplier(supplier(supplier_id=f"s{number}", cpv=[trade]), WEIGHTS))
    what = prepare_tender(tender(), WEIGHTS)
    engine.match(what, NOW)
    started = perf_counter()
    engine.match(what, NOW)
    assert perf_counter() - started < 0.05
