"""A tender is the fold of its notices, by dispatch instant (BT-05), then version.

The state is a function of the *set* of notices, never of the order in which they arrived:

- Of each notice id only the highest version counts.
- The content (texts, lots, dates) is that of the last notice of the furthest stage: plan, then
  consultation, then competition. A change notice replaces the content whole.
- A result closes only the lots that it names (BT-13713), and only with `selec-w` or `clos-nw`
  (BT-142). `open-nw` leaves the lot open. A changed result replaces the result it refers to.
- BT-140 `cancel` cancels what no result has closed; `susp-review` suspends it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from services.intake.domain.notice import (
    CANCEL,
    CLOSED_NO_WINNER,
    OPEN_NO_WINNER,
    SELECTED,
    SUSPEND,
    Notice,
)
from shared.contracts.base import TenderId, utc
from shared.contracts.codes import TenderKind, TenderStatus
from shared.contracts.tender import Lot, LotResult, Tender

_STAGE = {
    TenderKind.OTHER: 0,
    TenderKind.PLAN: 1,
    TenderKind.MARKET_CONSULTATION: 2,
    TenderKind.COMPETITION: 3,
    TenderKind.DIRECT_PROCUREMENT: 3,
}
"""Kinds that carry content, by how far the procurement has come."""

_DECIDED = {SELECTED: TenderStatus.AWARDED, CLOSED_NO_WINNER: TenderStatus.CLOSED}

_WHOLE = (
    TenderStatus.OPEN,
    TenderStatus.SUSPENDED,
    TenderStatus.CONSULTATION,
    TenderStatus.PLANNED,
    TenderStatus.CONTRACT_CHANGED,
    TenderStatus.AWARDED,
    TenderStatus.CLOSED,
    TenderStatus.CANCELLED,
)
"""The whole has the first of these that one of its lots has."""

_UNDER_WAY = frozenset(_WHOLE[:4])


@dataclass(frozen=True)
class _Decision:
    """What results and contract changes have said last of one lot."""

    status: TenderStatus | None
    result: LotResult | None
    lot: Lot


@dataclass
class _Fold:
    """The state while the notices are gone through in order."""

    base: Notice | None = None
    lots: dict[str, Lot] = field(default_factory=dict)
    decisions: dict[str, _Decision] = field(default_factory=dict)
    last: Notice | None = None
    last_result: Notice | None = None
    change_reason: str | None = None
    result_taken_back: bool = False


def order(notices: Iterable[Notice]) -> list[Notice]:
    """The notices that count, in the order of the fold: of each notice id the highest version."""
    highest: dict[tuple[str, str], Notice] = {}
    for notice in notices:
        key = (notice.tender.source.system, notice.notice_id)
        held = highest.get(key)
        if held is None or held.version_order < notice.version_order:
            highest[key] = notice
    return sorted(
        highest.values(),
        key=lambda n: (utc(n.dispatched_at), n.version_order, n.notice_id, n.sha256),
    )


def fold(tender_id: TenderId, notices: Sequence[Notice]) -> Tender:
    """The state of the tender, revision 0. Needs at least one notice."""
    counted = order(notices)
    replaced = _replaced_results(counted)
    state = _Fold()
    for notice in counted:
        if notice.notice_id in replaced:
            continue
        _step(notice)(state, notice)
    return _result(tender_id, state, counted)


def _step(notice: Notice) -> Callable[["_Fold", Notice], None]:
    if notice.kind in _STAGE:
        return _content
    return _contract_change if notice.kind is TenderKind.CONTRACT_CHANGE else _award


def _replaced_results(counted: Sequence[Notice]) -> frozenset[str]:
    """Notice ids of results that a later change notice of a result replaces."""
    results = {n.notice_id for n in counted if n.kind not in _STAGE}
    replaced: set[str] = set()
    seen: set[str] = set()
    for notice in counted:
        if notice.change_reason is not None and notice.kind not in _STAGE:
            earlier = {r.notice_id for r in notice.references} & results & seen
            replaced |= earlier - {notice.notice_id}
        seen.add(notice.notice_id)
    return frozenset(replaced)


def _content(state: _Fold, notice: Notice) -> None:
    """A plan, consultation or competition: its content stands, unless a later stage was reached."""
    if state.base is not None and _STAGE[notice.kind] < _STAGE[state.base.kind]:
        return
    if state.base is None or notice.tender.lots or notice.change_reason != CANCEL:
        # A bare cancellation that repeats no content leaves what was said before.
        state.base = notice
        state.lots = {lot.lot_id: lot for lot in notice.tender.lots}
    if notice.change_reason is None:
        # A new call in the same procedure opens again the lots that it names.
        for lot_id in state.lots:
            state.decisions.pop(lot_id, None)
    forced = {CANCEL: TenderStatus.CANCELLED, SUSPEND: TenderStatus.SUSPENDED}.get(
        notice.change_reason or ""
    )
    if forced is not None:
        state.lots = {
            lot_id: lot.model_copy(update={"status": forced}) for lot_id, lot in state.lots.items()
        }
    _contributed(state, notice)


def _award(state: _Fold, notice: Notice) -> None:
    _contributed(state, notice)
    if notice.change_reason == CANCEL:
        # The result is taken back, not the procurement: what it had replaced is gone already.
        state.result_taken_back = True
        return
    state.last_result = notice
    for lot in notice.tender.lots:
        if lot.result is not None:
            status = _DECIDED.get(lot.result.decision)
            if status is None and lot.result.decision != OPEN_NO_WINNER:
                continue
            state.decisions[lot.lot_id] = _Decision(status, lot.result, lot)


def _contract_change(state: _Fold, notice: Notice) -> None:
    _contributed(state, notice)
    if notice.change_reason == CANCEL:
        return
    state.last_result = notice
    named = [lot for lot in notice.tender.lots if lot.result is not None]
    for lot in named or notice.tender.lots:
        earlier = state.decisions.get(lot.lot_id)
        result = lot.result or (earlier.result if earlier else None)
        state.decisions[lot.lot_id] = _Decision(TenderStatus.CONTRACT_CHANGED, result, lot)


def _contributed(state: _Fold, notice: Notice) -> None:
    state.last = notice
    state.change_reason = notice.change_reason or state.change_reason


def _lots(state: _Fold, counted: Sequence[Notice]) -> list[Lot]:
    lots = dict(state.lots)
    if state.base is None:
        # No call is held: the results themselves are all that is known of the lots.
        replaced = _replaced_results(counted)
        for notice in counted:
            if notice.notice_id not in replaced:
                lots |= {lot.lot_id: lot for lot in notice.tender.lots}
    for lot_id, decision in state.decisions.items():
        lot = lots.get(lot_id, decision.lot)
        update: dict[str, object] = {"result": decision.result}
        if decision.status is not None:
            update["status"] = decision.status
        lots[lot_id] = lot.model_copy(update=update)
    return list(lots.values())


def _status(lots: Sequence[Lot], otherwise: TenderStatus) -> TenderStatus:
    held = {lot.status for lot in lots}
    return next((status for status in _WHOLE if status in held), otherwise)


def _without_lots(state: _Fold, last: Notice) -> TenderStatus:
    if last.change_reason == CANCEL:
        return TenderStatus.CANCELLED
    return TenderStatus.SUSPENDED if last.change_reason == SUSPEND else last.tender.status


def _result(tender_id: TenderId, state: _Fold, counted: Sequence[Notice]) -> Tender:
    last = state.last
    assert last is not None, "a tender has at least one notice"
    content = state.base or state.last_result or last
    lots = _lots(state, counted)
    status = _status(lots, _without_lots(state, last))
    if state.base is None and state.last_result is None and state.result_taken_back:
        status = TenderStatus.CANCELLED
        lots = [lot.model_copy(update={"status": status}) for lot in lots]
    ended = status not in _UNDER_WAY and status is not TenderStatus.CANCELLED
    kind = state.last_result.kind if state.last_result and ended else content.kind
    of_kind = [utc(n.dispatched_at) for n in counted if n.kind is kind]
    return content.tender.model_copy(
        update={
            "tender_id": tender_id,
            "revision": 0,
            "status": status,
            "kind": kind,
            "source": last.tender.source,
            "procedure_id": next((n.procedure_id for n in counted if n.procedure_id), None),
            "published_at": min(of_kind, default=utc(content.dispatched_at)),
            "change_reason": state.change_reason,
            "lots": lots,
        }
    )


def same_state(one: Tender, other: Tender) -> bool:
    """Whether two states say the same, apart from the revision."""
    plain = {"revision": 0}
    return one.model_copy(update=plain) == other.model_copy(update=plain)
