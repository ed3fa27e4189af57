"""The ledger follows from tenders, contacts, matches and suppressions, in whatever order they came.

Each change of one of them has the pairs that it concerns reckoned anew, from what is then known.
So every order of arrival ends the same, and a repetition changes nothing.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from services.notifier.outcomes import tell, touch
from services.notifier.statements import PLANNER, SQL, rows, wake
from shared.contracts.codes import Outcome
from shared.db import Connection

Pair = tuple[str, str]
"""tender_id, supplier_id"""


async def follow(connection: Connection, pairs: Sequence[Pair], at: datetime) -> None:
    """Queue what is due of these pairs and withdraw what is not, in the caller's transaction."""
    if not pairs:
        return
    named = {"tenders": [tender for tender, _ in pairs], "suppliers": [firm for _, firm in pairs]}
    withdrawn = await rows(SQL.withdraw_not_due(connection, **named, at=at))
    await SQL.queue_due(connection, **named, at=at)
    await tell(connection, withdrawn, Outcome.SUPPRESSED)
    await touch(connection, named["tenders"])
    await wake(connection, PLANNER)


async def pairs_of_tenders(connection: Connection, tender_ids: Iterable[str]) -> list[Pair]:
    """Every pair that has a match of one of these tenders."""
    found = await rows(SQL.pairs_of_tenders(connection, tenders=list(tender_ids)))
    return [(row["tender_id"], row["supplier_id"]) for row in found]


async def pairs_of_suppliers(connection: Connection, supplier_ids: Iterable[str]) -> list[Pair]:
    """Every pair that has a match of one of these suppliers."""
    found = await rows(SQL.pairs_of_suppliers(connection, suppliers=list(supplier_ids)))
    return [(row["tender_id"], row["supplier_id"]) for row in found]
