"""What a result notice says of each lot."""

from collections import defaultdict
from dataclasses import dataclass, field

from services.intake.domain.notice import CLOSED_NO_WINNER, OPEN_NO_WINNER, SELECTED
from services.intake.sources.eforms import values
from services.intake.sources.eforms.document import Element
from services.intake.sources.eforms.terms import Found, table
from shared.contracts.base import Money
from shared.contracts.tender import LotResult

_STRONGEST_FIRST = (SELECTED, OPEN_NO_WINNER, CLOSED_NO_WINNER)


@dataclass
class Results:
    """Results and withheld fields by lot id (BT-13713, BT-13714)."""

    of_lot: dict[str, LotResult] = field(default_factory=dict)
    withheld: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def results(root: Element) -> Results:
    """Read all lot results. A lot whose decision is withheld, or not given, has none.

    Raises SourceError bad_value for a decision that is not in the code list: it says whether
    the lot is closed.
    """
    found = Results()
    amounts: dict[str, Money | None] = {}
    for tender in table().each("lot_tender", root):
        amounts[tender.value("id") or ""] = _amount(tender, "value")
        _withhold(found, tender)
    for result in table().each("lot_result", root):
        _withhold(found, result)
        decision = _decision(result)
        if decision is None:
            continue
        read = LotResult(decision=decision, value=_value(result, amounts))
        for lot_id in result.values("lot"):
            found.of_lot[lot_id] = _stronger(found.of_lot.get(lot_id), read)
    return found


def _withhold(found: Results, node: Found) -> None:
    codes = node.withheld()
    for lot_id in node.values("lot") if codes else []:
        found.withheld[lot_id].extend(codes)


def _decision(result: Found) -> str | None:
    elements = result.elements("decision")
    decision = result.value("decision")
    if decision is not None and decision not in _STRONGEST_FIRST:
        raise result.bad("decision", elements[0], f"is not a known decision: {decision[:50]}")
    return decision


def _value(result: Found, amounts: dict[str, Money | None]) -> Money | None:
    """The value of the one winning tender (BT-720); the lowest (BT-710) where none is named."""
    tenders = result.values("tender")
    if len(tenders) == 1:
        return amounts.get(tenders[0])
    return None if tenders else _amount(result, "lowest")


def _amount(node: Found, name: str) -> Money | None:
    return next((money for money in map(values.money, node.elements(name)) if money), None)


def _stronger(one: LotResult | None, other: LotResult) -> LotResult:
    if one is None:
        return other
    order = _STRONGEST_FIRST.index
    if one.decision == other.decision:
        # Several winners of one lot: no one value is the lot's.
        return one if one.value == other.value else LotResult(decision=one.decision, value=None)
    return other if order(other.decision) < order(one.decision) else one
