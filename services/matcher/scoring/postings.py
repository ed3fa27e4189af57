"""Posting lists: which rows hold a key. Rows are numbers that an engine gives out."""

from array import array
from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

K = TypeVar("K", bound=Hashable)
Rows = NDArray[np.int32]
Tenths = NDArray[np.int32]

_NONE: Rows = np.empty(0, dtype=np.int32)


class Postings(Generic[K]):
    """Key -> rows, in the order in which they came. Rows are only added; a dead row stays until
    the engine builds itself anew."""

    def __init__(self) -> None:
        self._rows: dict[K, array[int]] = {}

    def add(self, key: K, row: int) -> None:
        self._rows.setdefault(key, array("i")).append(row)

    def rows(self, key: K) -> Rows:
        """A copy, so that rows can be added while it is held."""
        found = self._rows.get(key)
        return _NONE if found is None else np.array(found, dtype=np.int32)

    def counts(self, keys: Iterable[K], size: int) -> Tenths:
        """How often each of `size` rows occurs under the keys."""
        found = [self._rows[key] for key in keys if key in self._rows]
        if not found:
            return np.zeros(size, dtype=np.int32)
        rows = np.concatenate([np.frombuffer(one, dtype=np.int32) for one in found])
        return np.bincount(rows, minlength=size).astype(np.int32)

    def raise_to(self, best: Tenths, key: K, tenths: int) -> None:
        """Give the key's rows at least these tenths."""
        found = self._rows.get(key)
        if found is not None:
            rows = np.frombuffer(found, dtype=np.int32)
            best[rows] = np.maximum(best[rows], tenths)
