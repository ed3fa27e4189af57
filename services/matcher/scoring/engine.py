"""A shard's suppliers in one index: finds who may match a tender, then asks the plain functions."""

from array import array
from collections.abc import Iterator
from datetime import datetime

import numpy as np

from services.matcher.scoring.bounds import Bounds
from services.matcher.scoring.lots import invitation, matchable
from services.matcher.scoring.match import match_lots
from services.matcher.scoring.prepare import PreparedLot, PreparedSupplier, PreparedTender
from services.matcher.scoring.weights import Weights
from shared.contracts.match import Match

MAXIMUM = 1000
_KEEP_DEAD = 256
"""Rows of suppliers that left are tolerated up to this number, or to as many as live."""


class Engine:
    """Suppliers by id. Its answers equal `match_pair` over all of them. One thread at a time."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._clear()

    def _clear(self) -> None:
        self._bounds = Bounds(self._weights)
        self._row_of: dict[str, int] = {}
        self._suppliers: list[PreparedSupplier | None] = []
        self._thresholds = array("d")

    def __len__(self) -> int:
        return len(self._row_of)

    def __iter__(self) -> Iterator[PreparedSupplier]:
        return (supplier for supplier in self._suppliers if supplier is not None)

    @property
    def rows(self) -> int:
        """Rows in the index, those of suppliers that left included."""
        return len(self._suppliers)

    def get(self, supplier_id: str) -> PreparedSupplier | None:
        """The supplier held under this id."""
        row = self._row_of.get(supplier_id)
        return None if row is None else self._suppliers[row]

    def put(self, supplier: PreparedSupplier) -> None:
        """Add a supplier, or replace the one that has its id (whatever the revisions)."""
        self.remove(supplier.supplier.supplier_id)
        row = len(self._suppliers)
        self._row_of[supplier.supplier.supplier_id] = row
        self._suppliers.append(supplier)
        self._thresholds.append(supplier.supplier.threshold)
        self._bounds.add(row, supplier)

    def remove(self, supplier_id: str) -> bool:
        """Forget a supplier; False if it is not held."""
        row = self._row_of.pop(supplier_id, None)
        if row is None:
            return False
        self._suppliers[row] = None
        if len(self._suppliers) - len(self) > max(_KEEP_DEAD, len(self)):
            self._rebuild()
        return True

    def match(self, tender: PreparedTender, now: datetime) -> list[Match]:
        """The matches of a tender at `now`, in the order of supplier ids."""
        if not matchable(tender.tender, now):
            return []
        found = (
            match_lots(tender, lots, supplier, now, self._weights)
            for supplier, lots in self._candidates(tender)
        )
        return sorted((match for match in found if match), key=lambda match: match.supplier_id)

    def _candidates(
        self, tender: PreparedTender
    ) -> Iterator[tuple[PreparedSupplier, list[PreparedLot]]]:
        """Suppliers with the lots that can reach their threshold."""
        size = len(self._suppliers)
        invited = invitation(tender.tender)
        thresholds = np.frombuffer(self._thresholds, dtype=np.float64)
        reached: dict[int, list[PreparedLot]] = {}
        for lot in tender.lots:
            best = self._bounds.bound(lot, invited, size)
            reachable = (best >= 0) & (np.minimum(best, MAXIMUM) / 10 >= thresholds)
            for row in np.flatnonzero(reachable).tolist():
                reached.setdefault(row, []).append(lot)
        for row, lots in reached.items():
            supplier = self._suppliers[row]
            if supplier is not None:
                yield supplier, lots

    def _rebuild(self) -> None:
        living = list(self)
        self._clear()
        for supplier in living:
            self.put(supplier)
