"""How near two codes of the Common Procurement Vocabulary lie, by their digits in the tree."""

from dataclasses import dataclass
from typing import NamedTuple

from services.matcher.scoring.codes import ReasonCode
from services.matcher.scoring.weights import CpvWeights, percent


class SupplierCode(NamedTuple):
    """A code of a supplier: chosen, or of an earlier win (`experience`)."""

    experience: bool
    code: str
    digits: str


class LotCode(NamedTuple):
    """A code of a lot: main or additional."""

    additional: bool
    code: str
    digits: str


@dataclass(frozen=True, slots=True)
class Nearness:
    """The best pair of codes. `tenths` of a point."""

    tenths: int
    reason: ReasonCode
    code: str
    tender_code: str


def known(code: str) -> bool:
    """Does the code say anything? Some sources write 00000000 for none."""
    return not code.startswith("00")


def digits(code: str) -> str:
    """The digits that say something: without trailing zeros, at least the division's two."""
    return code[:2] + code[2:].rstrip("0")


def in_subtree(code: str, top: str) -> bool:
    """Is `code` the code `top` or one below it?"""
    return digits(code).startswith(digits(top))


def nearness(tender: str, supplier: str, weights: CpvWeights) -> tuple[int, bool] | None:
    """Tenths for the significant digits of two codes, and whether the supplier's contains
    the tender's; None if they share no division."""
    if tender.startswith(supplier):
        return weights.own_contains[str(len(supplier))], True
    if supplier.startswith(tender):
        return weights.tender_contains[str(len(tender))], False
    common = 0
    for one, other in zip(tender, supplier, strict=False):
        if one != other:
            break
        common += 1
    return (weights.common[str(common)], False) if common >= 2 else None


def best(
    lot: tuple[LotCode, ...], supplier: tuple[SupplierCode, ...], weights: CpvWeights
) -> Nearness | None:
    """The best pair: most points; then chosen before earlier win, main before additional,
    smallest codes."""
    found: tuple[int, bool, bool, str, str] | None = None
    contains = False
    for theirs in lot:
        for own in supplier:
            near = nearness(theirs.digits, own.digits, weights)
            if near is None:
                continue
            tenths = near[0]
            if theirs.additional:
                tenths = percent(tenths, weights.additional_percent)
            if own.experience:
                tenths = percent(tenths, weights.experience_percent)
            key = (-tenths, own.experience, theirs.additional, theirs.code, own.code)
            if found is None or key < found:
                found, contains = key, near[1]
    if found is None:
        return None
    chosen = ReasonCode.CPV if contains else ReasonCode.NEAR
    reason = ReasonCode.EXPERIENCE if found[1] else chosen
    return Nearness(-found[0], reason, code=found[4], tender_code=found[3])
