"""Healing: an older revision after a newer on a compacted topic is followed by the newer again.

Compaction keeps the *last* record of a key, not the highest revision. The relay is fenced, so this
should not happen; if it does, the owner puts its present state behind the stale record.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import structlog

from services.intake.store import Store, Transaction
from shared import topics
from shared.clock import Clock
from shared.contracts.supplier import Contact, Supplier
from shared.contracts.tender import Tender
from shared.db import load_queries
from shared.kafka import Batch, Message
from shared.topics import Topic

log = structlog.get_logger()
_SQL: Any = load_queries(Path(__file__).with_name("healing.sql"))


class Seen(NamedTuple):
    """One record of the topic, in its order."""

    key: str
    revision: int


@dataclass(frozen=True)
class _Owned:
    """A compacted topic that intake owns, and where the present state stands."""

    topic: Topic
    model: type[Tender] | type[Supplier] | type[Contact]
    seen: Any
    put_seen: Any
    state: Any


_TENDERS = _Owned(
    topics.TENDERS, Tender, _SQL.tenders_seen, _SQL.put_tenders_seen, _SQL.tender_state
)
_SUPPLIERS = _Owned(
    topics.SUPPLIERS, Supplier, _SQL.suppliers_seen, _SQL.put_suppliers_seen, _SQL.supplier_state
)
_CONTACTS = _Owned(
    topics.CONTACTS, Contact, _SQL.contacts_seen, _SQL.put_contacts_seen, _SQL.contact_state
)


def stale_keys(records: Sequence[Seen], highest_before: dict[str, int]) -> set[str]:
    """Keys whose last record has a lower revision than one that stands before it."""
    highest = dict(highest_before)
    last: dict[str, int] = {}
    for key, revision in records:
        highest[key] = max(highest.get(key, revision), revision)
        last[key] = revision
    return {key for key, revision in last.items() if revision < highest[key]}


class Healer:
    """Watches intake's own compacted topics."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def tenders(self, batch: Batch[Tender]) -> None:
        """Watch `tenders.v1`."""
        await self._watch(_TENDERS, [Seen(e.key, e.body.revision) for e in batch.events if e.body])

    async def suppliers(self, batch: Batch[Supplier]) -> None:
        """Watch `suppliers.v1`."""
        await self._watch(
            _SUPPLIERS, [Seen(e.key, e.body.revision) for e in batch.events if e.body]
        )

    async def contacts(self, batch: Batch[Contact]) -> None:
        """Watch `contacts.v1`."""
        await self._watch(_CONTACTS, [Seen(e.key, e.body.revision) for e in batch.events if e.body])

    async def _watch(self, owned: _Owned, records: list[Seen]) -> None:
        """Remember the highest revision of each key, and heal those that went back."""
        if not records:
            return
        highest = dict(sorted(records))
        keys = sorted(highest)
        async with self._store.transaction("", self._clock(), place="healing") as tx:
            rows = owned.seen(tx.connection, keys=keys)
            before = {row["key"]: int(row["seen_revision"]) async for row in rows}
            for key in sorted(stale_keys(records, before)):
                await self._heal(tx, owned, key)
            revisions = [highest[key] for key in keys]
            await owned.put_seen(tx.connection, keys=keys, revisions=revisions)

    async def _heal(self, tx: Transaction, owned: _Owned, key: str) -> None:
        """Publish the present state again. Its writers hold the same row."""
        row = await owned.state(tx.connection, key=key)
        if row is not None:
            log.warning("healed", topic=owned.topic.name)
            state = owned.model.model_validate_json(row["state"])
            await tx.publish(state.tenant_id, Message(owned.topic, key, state, tx.at))
