"""The limits of direct procurement by date. They change every second year.

Source: LOU 19 a ch. and the annual notices of limits; goods and services, SEK without VAT.
Past the table's end there is no limit to show, and pages say so.
"""

from dataclasses import dataclass
from datetime import date

DOCUMENTATION_FROM = 100_000
"""Direct procurements of at least this value are documented (LOU 19 a ch. 11 §)."""


@dataclass(frozen=True)
class Limit:
    """One row: from and to (included), the common limit and that of annex 2 services."""

    start: date
    end: date
    common: int
    annex_2: int

    @property
    def years(self) -> str:
        return f"{self.start.year}–{self.end.year}"


LIMITS = (
    Limit(date(2020, 1, 1), date(2021, 12, 31), 615_312, 615_312),
    Limit(date(2022, 1, 1), date(2023, 12, 31), 700_000, 7_802_550),
    Limit(date(2024, 1, 1), date(2025, 12, 31), 700_000, 8_109_450),
)


def limit_on(day: date) -> Limit | None:
    """The row that holds on `day`, or None."""
    return next((row for row in LIMITS if row.start <= day <= row.end), None)
