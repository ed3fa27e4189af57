"""A tender is the fold of its notices, whatever their order of arrival."""

from collections.abc import Sequence
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.domain.fold import fold, same_state
from services.intake.domain.identity import Arrival, HeldVersion, arrival
from services.intake.domain.notice import Notice
from shared.contracts.base import TenderId
from shared.contracts.codes import TenderKind, TenderStatus
from shared.contracts.tender import Tender
from tests.integration.intake.things import MONDAY, lot, notice

ONE, TWO = "LOT-0001", "LOT-0002"
AWARD, PLAN = TenderKind.AWARD, TenderKind.PLAN
CALL = notice("call", lot(ONE), lot(TWO))


def days(number: int) -> timedelta:
    return timedelta(days=number)


def folded(*notices: Notice) -> Tender:
    return fold(TenderId("t"), notices)


def statuses(tender: Tender) -> dict[str, TenderStatus]:
    return {each.lot_id: each.status for each in tender.lots}


def result(*lots: object, **fields: object) -> Notice:
    return notice("result", *lots, **({"kind": AWARD, "at": MONDAY + days(9)} | fields))  # type: ignore[arg-type]


def test_a_result_closes_only_the_lot_that_it_names() -> None:
    tender = folded(CALL, result(lot(ONE, "selec-w"), lot(TWO)))
    assert statuses(tender) == {ONE: TenderStatus.AWARDED, TWO: TenderStatus.OPEN}
    assert (tender.status, tender.kind) == (TenderStatus.OPEN, TenderKind.COMPETITION)


def test_no_winner_closes_a_lot_and_open_no_winner_leaves_it_open() -> None:
    tender = folded(CALL, result(lot(ONE, "clos-nw"), lot(TWO, "open-nw")))
    assert statuses(tender) == {ONE: TenderStatus.CLOSED, TWO: TenderStatus.OPEN}


def test_when_every_lot_is_decided_the_tender_is_an_award() -> None:
    awarded = result(lot(ONE, "selec-w"), lot(TWO, "clos-nw"))
    tender = folded(CALL, awarded)
    assert (tender.status, tender.kind) == (TenderStatus.AWARDED, TenderKind.AWARD)
    assert tender.published_at == awarded.dispatched_at


def test_a_change_notice_replaces_the_content_and_keeps_the_first_dispatch() -> None:
    change = notice(
        "change",
        lot(ONE),
        at=MONDAY + days(2),
        refers_to=("call",),
        change_reason="cor-buy",
        title="Fönsterputs",
    )
    tender = folded(CALL, change)
    assert tender.title == {"sv": "Fönsterputs"}
    assert list(statuses(tender)) == [ONE]
    assert tender.published_at == MONDAY
    assert (tender.source.notice_id, tender.change_reason) == ("change", "cor-buy")


def test_cancelling_cancels_every_lot_that_no_result_has_closed() -> None:
    cancel = notice("cancel", lot(ONE), lot(TWO), at=MONDAY + days(12), change_reason="cancel")
    tender = folded(CALL, result(lot(ONE, "selec-w"), lot(TWO)), cancel)
    assert statuses(tender) == {ONE: TenderStatus.AWARDED, TWO: TenderStatus.CANCELLED}
    assert folded(CALL, cancel).status is TenderStatus.CANCELLED


def test_a_bare_cancellation_leaves_the_content() -> None:
    cancel = notice("cancel", at=MONDAY + days(3), change_reason="cancel", title="-")
    tender = folded(CALL, cancel)
    assert tender.title == CALL.tender.title
    assert set(statuses(tender).values()) == {TenderStatus.CANCELLED}


def test_a_suspension_suspends_and_the_next_change_opens_again() -> None:
    suspended = notice("stop", lot(ONE), at=MONDAY + days(1), change_reason="susp-review")
    resumed = notice("go", lot(ONE), at=MONDAY + days(2), change_reason="update-add")
    assert folded(CALL, suspended).status is TenderStatus.SUSPENDED
    assert folded(CALL, suspended, resumed).status is TenderStatus.OPEN


def test_a_plan_does_not_take_a_running_competition_back() -> None:
    late_plan = notice("plan", lot("PAR-0001"), kind=PLAN, at=MONDAY + days(5), title="Plan")
    tender = folded(CALL, late_plan)
    assert (tender.status, tender.title) == (TenderStatus.OPEN, CALL.tender.title)


def test_a_changed_result_replaces_the_result_that_it_refers_to() -> None:
    first = result(lot(ONE, "selec-w"), lot(TWO, "selec-w"))
    corrected = notice(
        "result-2",
        lot(ONE, "selec-w"),
        kind=AWARD,
        at=MONDAY + days(11),
        refers_to=("result",),
        change_reason="cor-buy",
    )
    tender = folded(CALL, first, corrected)
    assert statuses(tender) == {ONE: TenderStatus.AWARDED, TWO: TenderStatus.OPEN}


def test_a_contract_change_marks_the_lots_and_keeps_their_result() -> None:
    changed = notice(
        "modification", lot(ONE), kind=TenderKind.CONTRACT_CHANGE, at=MONDAY + days(90)
    )
    tender = folded(notice("call", lot(ONE)), result(lot(ONE, "selec-w")), changed)
    assert tender.status is TenderStatus.CONTRACT_CHANGED
    assert tender.lots[0].result is not None


def test_only_the_highest_version_of_a_notice_counts() -> None:
    first = result(lot(ONE, "selec-w"), lot(TWO, "selec-w"))
    second = result(lot(ONE, "selec-w"), version="02", at=MONDAY + days(10))
    assert statuses(folded(CALL, first, second))[TWO] is TenderStatus.OPEN
    assert same_state(folded(CALL, first, second), folded(CALL, second))


def test_versions_are_compared_as_numbers() -> None:
    held = [HeldVersion("9", "a", TenderId("t"))]
    assert arrival("10", "b", held) is Arrival.NEW
    assert arrival("08", "b", held) is Arrival.LOWER_VERSION
    assert arrival("09", "b", held) is Arrival.OTHER_BYTES
    assert arrival("9", "a", held) is Arrival.SAME_AGAIN


def test_the_same_bytes_of_an_older_version_are_no_conflict() -> None:
    held = [HeldVersion("01", "a", TenderId("t")), HeldVersion("02", "b", TenderId("t"))]
    assert arrival("01", "a", held) is Arrival.SAME_AGAIN


LOTS = st.lists(
    st.builds(
        lot,
        st.sampled_from([ONE, TWO, "LOT-0003"]),
        st.sampled_from([None, "selec-w", "clos-nw", "open-nw"]),
    ),
    max_size=3,
    unique_by=lambda each: each.lot_id,
)


@st.composite
def notices(draw: st.DrawFn) -> Notice:
    return notice(
        draw(st.sampled_from("abcd")),
        *draw(LOTS),
        kind=draw(st.sampled_from([PLAN, TenderKind.COMPETITION, AWARD])),
        version=draw(st.sampled_from(["01", "02", "03"])),
        at=MONDAY + days(draw(st.integers(0, 4))),
        refers_to=tuple(draw(st.lists(st.sampled_from("abcd"), max_size=1))),
        change_reason=draw(st.sampled_from([None, None, "cancel", "cor-buy", "susp-review"])),
        title=draw(st.sampled_from(["A", "B"])),
    )


def taken_in(arriving: Sequence[Notice]) -> list[Notice]:
    """Those that are not refused, in their order of arrival."""
    held: list[Notice] = []
    for each in arriving:
        versions = [
            HeldVersion(h.version, h.sha256, TenderId("t"))
            for h in held
            if h.notice_id == each.notice_id
        ]
        if arrival(each.version, each.sha256, versions) is Arrival.NEW:
            held.append(each)
    return held


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        notices(), min_size=1, max_size=6, unique_by=lambda each: (each.notice_id, each.version)
    ).flatmap(lambda all_: st.tuples(st.just(all_), st.permutations(all_)))
)
def test_any_order_of_arrival_gives_the_same_state(
    orders: tuple[list[Notice], list[Notice]],
) -> None:
    one, other = (folded(*taken_in(order)) for order in orders)
    assert same_state(one, other)


@settings(max_examples=75, deadline=None)
@given(st.lists(notices(), min_size=1, max_size=6))
def test_every_fold_is_a_tender_that_can_be_passed_on(all_: list[Notice]) -> None:
    tender = folded(*taken_in(all_))
    assert Tender.model_validate_json(tender.model_dump_json()) == tender
    ranks = {each.status for each in tender.lots}
    assert not ranks or tender.status in ranks
