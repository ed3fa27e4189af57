"""What a notice is, by its subtype (Regulation (EU) 2019/1780 and its voluntary forms)."""

import re

from shared.contracts.codes import TenderKind

_NATIONAL = re.compile(r"N0?([1-9][0-9]?)")


def _range(first: int, last: int, kind: TenderKind) -> dict[str, TenderKind]:
    return {str(number): kind for number in range(first, last + 1)}


KIND_OF_SUBTYPE: dict[str, TenderKind] = {
    **_range(1, 9, TenderKind.PLAN),
    "E2": TenderKind.PLAN,
    "T01": TenderKind.PLAN,
    "E1": TenderKind.MARKET_CONSULTATION,
    **_range(10, 24, TenderKind.COMPETITION),
    "E3": TenderKind.COMPETITION,
    "CEI": TenderKind.COMPETITION,
    **_range(25, 28, TenderKind.DIRECT_AWARD),
    **_range(29, 37, TenderKind.AWARD),
    "E4": TenderKind.AWARD,
    "T02": TenderKind.AWARD,
    **_range(38, 40, TenderKind.CONTRACT_CHANGE),
    "E5": TenderKind.CONTRACT_CHANGE,
    "E6": TenderKind.CONTRACT_CHANGE,
    "X01": TenderKind.OTHER,
    "X02": TenderKind.OTHER,
}


def kind_of_subtype(subtype: str) -> TenderKind | None:
    """The kind of a notice; national types ("N29") by their number; None if unknown."""
    national = _NATIONAL.fullmatch(subtype)
    return KIND_OF_SUBTYPE.get(national.group(1) if national else subtype)
