"""Small tenders and suppliers for the tests of scoring."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from services.matcher import __file__ as matcher
from services.matcher.scoring import (
    Explanation,
    LotExplanation,
    Weights,
    explain_pair,
    prepare_supplier,
    prepare_tender,
)
from shared.contracts.supplier import Supplier
from shared.contracts.tender import Tender

WEIGHTS = Weights.parse(Path(matcher).with_name("weights.json").read_text("utf-8"))
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DEADLINE = datetime(2026, 12, 4, 22, 59, 59, tzinfo=UTC)
FRESH = date(2026, 10, 1)
OLD = date(2025, 12, 3)
"""One day too old at the deadline."""

CLEANING = "90910000"


def lot(**fields: Any) -> dict[str, Any]:
    """An open lot for cleaning in Helsingborg."""
    return {
        "lot_id": "LOT-0001",
        "status": "open",
        "title": {"sv": "Städning av skolor"},
        "cpv_main": CLEANING,
        "municipalities": ["1283"],
        "deadline": DEADLINE,
    } | fields


def tender(*lots: dict[str, Any], **fields: Any) -> Tender:
    """An open competition."""
    return Tender.model_validate(
        {
            "tender_id": "t1",
            "tenant_id": "default",
            "revision": 3,
            "status": "open",
            "kind": "competition",
            "source": {"system": "form"},
            "lots": list(lots or [lot()]),
        }
        | fields
    )


def supplier(**fields: Any) -> Supplier:
    """A cleaning firm that works anywhere in Sweden."""
    return Supplier.model_validate(
        {
            "supplier_id": "s1",
            "tenant_id": "default",
            "revision": 2,
            "cpv": [CLEANING],
        }
        | fields
    )


def explain(what: Tender, who: Supplier, now: datetime = NOW) -> Explanation:
    """The whole explanation of a pair."""
    return explain_pair(prepare_tender(what, WEIGHTS), prepare_supplier(who, WEIGHTS), now, WEIGHTS)


def judged(
    lot_fields: dict[str, Any] | None = None,
    supplier_fields: dict[str, Any] | None = None,
    now: datetime = NOW,
    **tender_fields: Any,
) -> LotExplanation:
    """The explanation of one lot, with the fields that differ from the usual."""
    what = tender(lot(**(lot_fields or {})), **tender_fields)
    return explain(what, supplier(**(supplier_fields or {})), now).lots[0]


def codes(items: Any) -> list[str]:
    """The codes of reasons, gaps or refusals."""
    return [str(item.code) for item in items]


def points(explained: LotExplanation) -> dict[str, float]:
    """Reason code -> points."""
    return {str(reason.code): reason.points for reason in explained.reasons}
