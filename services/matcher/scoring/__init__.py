"""Who may bid, how well it suits, and why: pure functions, defined word by word in docs/scoring.md.

No clock, file, network or order of arrival: a result follows from tender, supplier, `now`,
weights and code lists alone. What the matcher uses:

- `Weights.parse(text)`: the weights file, read by the caller (services/matcher/weights.json);
- `prepare_tender(tender, weights)`, `prepare_supplier(supplier, weights)`: stems and paths,
  worked out once an object;
- `matchable(tender, now)`: has the tender any lot that can be matched at `now`?
- `match_pair(tender, supplier, now, weights)`: the match of one pair, or None;
- `explain_pair(...)`: every rule for a pair, also where it does not match, with why not;
- `Engine(weights)`: a shard's suppliers in one index. `put`, `remove`, `match(tender, now)`:
  the same answers as `match_pair` over all of them, found quickly;
- `match_supplier(supplier, tenders, now, weights)`: the other direction.

`prepare_*`, `match_pair` and `explain_pair` may be called from any thread; an `Engine` belongs
to one thread at a time.
"""

from services.matcher.scoring.engine import Engine
from services.matcher.scoring.explain import Explanation, LotExplanation, explain_pair
from services.matcher.scoring.lots import matchable
from services.matcher.scoring.match import match_pair, match_supplier
from services.matcher.scoring.prepare import (
    PreparedSupplier,
    PreparedTender,
    prepare_supplier,
    prepare_tender,
)
from services.matcher.scoring.weights import Weights

__all__ = [
    "Engine",
    "Explanation",
    "LotExplanation",
    "PreparedSupplier",
    "PreparedTender",
    "Weights",
    "explain_pair",
    "match_pair",
    "match_supplier",
    "matchable",
    "prepare_supplier",
    "prepare_tender",
]
