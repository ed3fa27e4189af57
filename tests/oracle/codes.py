"""CPV codes as docs/scoring.md section 3 defines them."""

from shared.contracts.tender import Lot


def digits(code: str) -> str:
    """The code without its trailing zeros, but at least two digits."""
    return code[:2] + code[2:].rstrip("0")


def counts(code: str | None) -> bool:
    """Codes that begin with 00 are ignored."""
    return code is not None and not code.startswith("00")


def within(code: str, above: str) -> bool:
    """Does `code` lie in the subtree of `above`?"""
    return digits(code).startswith(digits(above))


def common_prefix(a: str, b: str) -> int:
    """How many leading characters are the same."""
    length = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        length += 1
    return length


def main_code(lot: Lot) -> str | None:
    """The lot's main code, if it counts."""
    return lot.cpv_main if counts(lot.cpv_main) else None


def additional_codes(lot: Lot) -> list[str]:
    """The lot's other codes that count."""
    return [code for code in lot.cpv_additional if counts(code) and code != main_code(lot)]


def all_codes(lot: Lot) -> list[str]:
    """Every code of the lot that counts."""
    main = main_code(lot)
    return ([main] if main else []) + additional_codes(lot)
