"""`make bench`: one tender against N suppliers, by the engine and by plain functions.

The suppliers are the example suppliers, repeated under other ids; the tenders the example
procurements. Both programs run in turn on the same tenders and must give the same matches.
Prints one JSON object: medians in milliseconds, and their ratio.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from deploy.local import feeder_inputs
from services.intake.domain.tender_input import parse, to_notice
from services.matcher.app import WEIGHTS
from services.matcher.scoring import (
    Engine,
    PreparedSupplier,
    PreparedTender,
    Weights,
    match_pair,
    prepare_supplier,
    prepare_tender,
)
from shared.contracts.match import Match
from shared.contracts.supplier import Supplier

DATA = Path(__file__).parents[1] / "data"
DAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SEED = 2021


def main() -> int:
    """Measure; 1 if the two disagree."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--suppliers", type=int, default=5_000)
    parser.add_argument("--tenders", type=int, default=40)
    options = parser.parse_args()
    weights = Weights.parse(WEIGHTS.read_text("utf-8"))
    suppliers = example_suppliers(options.suppliers, weights)
    tenders = example_tenders(options.tenders, weights)
    engine = Engine(weights)
    begun = time.perf_counter()
    for supplier in suppliers:
        engine.put(supplier)
    built_s = time.perf_counter() - begun

    def plain(tender: PreparedTender) -> list[Match]:
        found = (match_pair(tender, supplier, NOW, weights) for supplier in suppliers)
        return sorted((match for match in found if match), key=lambda match: match.supplier_id)

    times: dict[str, list[float]] = {"engine": [], "plain": []}
    matches = 0
    for tender in tenders:
        by_engine = timed(lambda: engine.match(tender, NOW), times["engine"])  # noqa: B023
        by_plain = timed(lambda: plain(tender), times["plain"])  # noqa: B023
        if by_engine != by_plain:
            sys.stderr.write(f"The engine differs for tender {tender.tender.tender_id}\n")
            return 1
        matches += len(by_engine)
    medians = {name: statistics.median(measured) for name, measured in times.items()}
    figures = {
        "suppliers": len(suppliers),
        "tenders": len(tenders),
        "matches": matches,
        "build_s": round(built_s, 3),
        "median_ms": {name: round(median, 3) for name, median in medians.items()},
        "plain_to_engine": round(medians["plain"] / medians["engine"], 1),
    }
    sys.stdout.write(json.dumps(figures) + "\n")
    return 0


def timed(work: Callable[[], list[Match]], into: list[float]) -> list[Match]:
    """Do the work; its milliseconds go into the list."""
    begun = time.perf_counter()
    found = work()
    into.append((time.perf_counter() - begun) * 1000)
    return found


def example_suppliers(number: int, weights: Weights) -> list[PreparedSupplier]:
    """The example suppliers, again and again until there are enough."""
    lines = (DATA / "suppliers" / "suppliers.jsonl").read_text("utf-8").splitlines()
    bodies = [feeder_inputs.supplier(json.loads(line), DAY) for line in lines]
    return [
        prepare_supplier(
            Supplier.model_validate(
                bodies[n % len(bodies)]
                | {"supplier_id": f"s{n:07}", "tenant_id": "default", "revision": 1}
            ),
            weights,
        )
        for n in range(number)
    ]


def example_tenders(number: int, weights: Weights) -> list[PreparedTender]:
    """The first of the example procurements."""
    (file,) = (DATA / "procurements").glob("*.csv")
    bodies = feeder_inputs.procurements(file.read_text("utf-8"), DAY, SEED)
    return [
        prepare_tender(to_notice(parse(body), "default", NOW).tender, weights)
        for body, _ in zip(bodies, range(number), strict=False)
    ]


if __name__ == "__main__":
    sys.exit(main())
