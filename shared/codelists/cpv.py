"""The Common Procurement Vocabulary (CPV 2008): names, and where a code stands in the tree."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from shared.codelists.tables import rows


@dataclass(frozen=True, slots=True)
class CpvEntry:
    """One code of the vocabulary; `parent` is the nearest code above it that exists."""

    code: str
    parent: str | None
    sv: str
    en: str

    def name(self, lang: str) -> str:
        """The name in Swedish for "sv", in English for any other language."""
        return self.sv if lang == "sv" else self.en


def _load() -> Mapping[str, CpvEntry]:
    return MappingProxyType(
        {
            row["code"]: CpvEntry(row["code"], row["parent"] or None, row["sv"], row["en"])
            for row in rows("cpv")
        }
    )


CPV: Mapping[str, CpvEntry] = _load()
"""Code (8 digits, no check digit) -> entry."""


def cpv_name(code: str, lang: str = "sv") -> str:
    """The name of a code, or the code itself where the vocabulary does not have it."""
    entry = CPV.get(code)
    return entry.name(lang) if entry else code


def cpv_depth(code: str) -> int:
    """How many leading digits say something: 2 for a division, up to 8."""
    return max(2, len(code.rstrip("0")))


def cpv_ancestors(code: str) -> list[str]:
    """The codes above `code`, nearest first, division last; empty for a division.

    Works by digits too for codes that the vocabulary does not have, from the nearest
    code above that it does have.
    """
    found: list[str] = []
    for digits in range(cpv_depth(code) - 1, 1, -1):
        above = code[:digits].ljust(8, "0")
        if above in CPV and above not in found:
            found.append(above)
    return found


def cpv_common_digits(one: str, other: str) -> int:
    """Depth of the nearest code that holds both: 0 (different divisions), or 2 to 8."""
    depth = 0
    for digits in range(2, 9):
        if one[:digits] != other[:digits]:
            break
        depth = digits
    return min(depth, cpv_depth(one), cpv_depth(other)) if one != other else cpv_depth(one)
