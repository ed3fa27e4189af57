"""What one shard knows: its suppliers and all tenders, up to an offset of its log.

Pure of I/O: it takes records and gives what is to be told. The newest revision wins; an older one
changes nothing, and is answered by the newer one, so that compaction cannot keep the old.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from services.matcher.scoring import (
    Engine,
    PreparedSupplier,
    PreparedTender,
    Weights,
    match_supplier,
    prepare_supplier,
    prepare_tender,
)
from shared.contracts.codes import RecordStatus, Verdict
from shared.contracts.match import Match
from shared.contracts.shard import ShardSupplier, ShardTender
from shared.kafka import Event

P = TypeVar("P", PreparedTender, PreparedSupplier)
ShardEvent = Event[ShardTender | ShardSupplier]


@dataclass(frozen=True)
class Held(Generic[P]):
    """The newest revision of a tender or supplier. `prepared` is None once erased."""

    revision: int
    offset: int
    event: ShardEvent
    prepared: P | None


@dataclass
class Told:
    """What a batch leads to: matches in order, tenders done, records to write again."""

    matches: list[Match] = field(default_factory=list)
    matched: list[tuple[str, int, int]] = field(default_factory=list)
    """(tender_id, revision, number of matches), for each tender record."""
    heal: list[ShardEvent] = field(default_factory=list)


class State:
    """The state of one partition. `position` is the offset up to which it is complete."""

    def __init__(self, weights: Weights, now: datetime) -> None:
        self._weights = weights
        self._engine = Engine(weights)
        self._tenders: dict[str, Held[PreparedTender]] = {}
        self._suppliers: dict[str, Held[PreparedSupplier]] = {}
        self.position = 0
        self.touched = now

    def __len__(self) -> int:
        return len(self._tenders) + len(self._suppliers)

    def apply(self, events: Iterable[ShardEvent]) -> None:
        """Take records in without telling anything: another owner has told it."""
        for event in events:
            kind, key = event.key[:2], event.key[2:]
            if isinstance(event.body, ShardTender):
                if not self._stale(self._tenders.get(key), event):
                    self._put_tender(event, event.body)
            elif isinstance(event.body, ShardSupplier):
                if not self._stale(self._suppliers.get(key), event):
                    self._put_supplier(event, event.body)
            else:
                self._forget(kind, key)

    def take(self, events: Iterable[ShardEvent], now: datetime) -> Told:
        """Take records in, match each against the other side, and say what to tell."""
        told = Told()
        for event in events:
            key = event.key[2:]
            if isinstance(event.body, ShardTender):
                self._take_tender(key, event, event.body, now, told)
            elif isinstance(event.body, ShardSupplier):
                self._take_supplier(key, event, event.body, now, told)
            else:
                self._forget(event.key[:2], key)
        return told

    def _take_tender(
        self, key: str, event: ShardEvent, body: ShardTender, now: datetime, told: Told
    ) -> None:
        old = self._tenders.get(key)
        if old and self._stale(old, event):
            if event.record.offset > old.offset:
                told.heal.append(old.event)
            return
        before = self._engine.match(old.prepared, now) if old and old.prepared else []
        new = self._put_tender(event, body)
        matches = self._engine.match(new, now)
        still = {match.supplier_id for match in matches}
        told.matches += matches
        told.matches += [
            _withdrawn(match, tender_revision=body.tender.revision)
            for match in before
            if match.supplier_id not in still
        ]
        told.matched.append((key, body.tender.revision, len(matches)))

    def _take_supplier(
        self, key: str, event: ShardEvent, body: ShardSupplier, now: datetime, told: Told
    ) -> None:
        old = self._suppliers.get(key)
        if old and self._stale(old, event):
            if event.record.offset > old.offset:
                told.heal.append(old.event)
            return
        tenders = [held.prepared for held in self._tenders.values() if held.prepared]
        before = self._match_supplier(old.prepared, tenders, now) if old else []
        new = self._put_supplier(event, body)
        matches = self._match_supplier(new, tenders, now)
        still = {match.tender_id for match in matches}
        told.matches += matches
        told.matches += [
            _withdrawn(match, supplier_revision=body.supplier.revision)
            for match in before
            if match.tender_id not in still
        ]

    def _match_supplier(
        self, supplier: PreparedSupplier | None, tenders: list[PreparedTender], now: datetime
    ) -> list[Match]:
        return match_supplier(supplier, tenders, now, self._weights) if supplier else []

    def _put_tender(self, event: ShardEvent, body: ShardTender) -> PreparedTender:
        prepared = prepare_tender(body.tender, self._weights)
        self._tenders[body.tender.tender_id] = Held(
            body.tender.revision, event.record.offset, event, prepared
        )
        return prepared

    def _put_supplier(self, event: ShardEvent, body: ShardSupplier) -> PreparedSupplier | None:
        supplier = body.supplier
        prepared = None
        if supplier.status == RecordStatus.ERASED:
            self._engine.remove(supplier.supplier_id)
        else:
            prepared = prepare_supplier(supplier, self._weights)
            self._engine.put(prepared)
        self._suppliers[supplier.supplier_id] = Held(
            supplier.revision, event.record.offset, event, prepared
        )
        return prepared

    def _forget(self, kind: str, key: str) -> None:
        """A tombstone: what it names is gone. An erased supplier's revision stays remembered."""
        if kind == "t:":
            self._tenders.pop(key, None)
        else:
            held = self._suppliers.get(key)
            if held and held.prepared:
                self._engine.remove(key)
                del self._suppliers[key]

    @staticmethod
    def _stale(old: Held[P] | None, event: ShardEvent) -> bool:
        body = event.body
        if old is None or body is None:
            return False
        revision = body.tender.revision if isinstance(body, ShardTender) else body.supplier.revision
        return revision < old.revision


def _withdrawn(match: Match, **newer: int) -> Match:
    """Takes back a match that no longer holds, at the revisions that ended it."""
    return match.model_copy(update={"verdict": Verdict.WITHDRAWN, "score": 0, "lots": [], **newer})
