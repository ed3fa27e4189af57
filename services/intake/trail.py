"""What the other services tell about a tender, kept so that its whole way can be followed."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
from pydantic import BaseModel, ConfigDict

from services.intake.store import Store
from services.intake.suppliers import unsubscribe
from shared import topics
from shared.clock import Clock
from shared.contracts.codes import FeedbackKind
from shared.contracts.events import Feedback, Matched, Notification, Settled
from shared.db import Connection, load_queries
from shared.kafka import Batch

_SQL: Any = load_queries(Path(__file__).with_name("progress.sql"))
MOST_MAILS = 1_000
"""Rows of mails that one trail shows at most."""


class ShardStep(BaseModel):
    """One partition of the shard log has matched the revision."""

    model_config = ConfigDict(frozen=True)

    partition: int
    matches: int
    at: datetime


class MailStep(BaseModel):
    """One ledger row: queued, handed over (after RCPT), answered. No address, no recipient."""

    model_config = ConfigDict(frozen=True)

    purpose: str
    occurrence: str
    outcome: str
    reason: str | None
    mail_id: str | None
    smtp_code: int | None
    queued_at: datetime
    handed_over_at: datetime | None
    at: datetime


class RevisionTrail(BaseModel):
    """The way of one revision; what has not happened is None or missing.

    accepted_at -- the request that made it (HTTP 201).
    published_at, partition, offset -- when and where the relay published it.
    parked -- why the relay could not publish it.
    settled_at -- when all was said: every match has come to something, or a newer revision came.
    """

    model_config = ConfigDict(frozen=True)

    revision: int
    status: str
    kind: str
    source: dict[str, str | None]
    accepted_at: datetime
    published_at: datetime | None
    partition: int | None
    offset: int | None
    parked: str | None
    shards: list[ShardStep]
    sent: int | None
    suppressed: int | None
    unknown: int | None
    queued: int | None
    settled_at: datetime | None
    mails: list[MailStep]


class Trail(BaseModel):
    """The whole way of one tender, from each accepted request to each mail's SMTP answer."""

    model_config = ConfigDict(frozen=True)

    tender_id: str
    shards_expected: int
    revisions: list[RevisionTrail]


async def read_trail(connection: Connection, tenant_id: str, tender_id: str) -> Trail | None:
    """None if the tenant has no such tender."""
    names = {"tenant_id": tenant_id, "tender_id": tender_id}
    revisions = [row async for row in _SQL.trail_of_revisions(connection, **names)]
    if not revisions:
        return None
    shards = [row async for row in _SQL.trail_of_shards(connection, **names)]
    mails = [row async for row in _SQL.trail_of_mails(connection, **names, most=MOST_MAILS)]
    return Trail(
        tender_id=tender_id,
        shards_expected=topics.SHARDS.partitions,
        revisions=[_revision(row, shards, mails) for row in revisions],
    )


def _revision(
    row: asyncpg.Record, shards: Sequence[asyncpg.Record], mails: Sequence[asyncpg.Record]
) -> RevisionTrail:
    number = row["revision"]
    return RevisionTrail(
        **{name: row[name] for name in ("revision", "status", "kind", "source", "accepted_at")},
        **{name: row[name] for name in ("published_at", "settled_at")},
        **{name: row[name] for name in ("sent", "suppressed", "unknown", "queued")},
        partition=row["kafka_partition"],
        offset=row["kafka_offset"],
        parked=row["parked_reason"],
        shards=[
            ShardStep(partition=s["shard"], matches=s["matches"], at=s["matched_at"])
            for s in shards
            if s["revision"] == number
        ],
        mails=[
            MailStep(at=m["told_at"], **{n: m[n] for n in MailStep.model_fields if n != "at"})
            for m in mails
            if m["revision"] == number
        ],
    )


class Listener:
    """Keeps what `progress.v1`, `notifications.v1` and `feedback.v1` tell."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def progress(self, batch: Batch[Matched | Settled]) -> None:
        """Keep matched and settled; the newest of each wins. Decide which revisions have ended."""
        told = [event.body for event in batch.events if event.body is not None]
        matched = [body for body in told if isinstance(body, Matched)]
        settled = [body for body in told if isinstance(body, Settled)]
        async with self._store.transaction("", self._clock(), place="trail") as tx:
            if matched:
                await _SQL.put_matched(
                    tx.connection,
                    tender_ids=[m.tender_id for m in matched],
                    revisions=[m.tender_revision for m in matched],
                    shards=[m.partition for m in matched],
                    matches=[m.count for m in matched],
                    ats=[m.at for m in matched],
                )
            if settled:
                await _SQL.put_settled(tx.connection, **_columns(settled))
            await _SQL.settle(
                tx.connection,
                tender_ids=sorted({body.tender_id for body in told}),
                shards=topics.SHARDS.partitions,
                at=tx.at,
            )

    async def notifications(self, batch: Batch[Notification]) -> None:
        """Keep the newest outcome of each ledger row."""
        async with self._store.transaction("", self._clock(), place="trail") as tx:
            for event in batch.events:
                if event.body is not None:
                    await _SQL.put_notification(tx.connection, **_notification(event.body))

    async def feedback(self, batch: Batch[Feedback]) -> None:
        """Unsubscribing takes the consent back, once for each feedback id."""
        for event in batch.events:
            said = event.body
            if said is None or said.kind is not FeedbackKind.UNSUBSCRIBED:
                continue
            async with self._store.transaction("", self._clock(), place="trail") as tx:
                row = await _SQL.add_feedback(
                    tx.connection,
                    feedback_id=said.feedback_id,
                    recipient_id=said.recipient_id,
                    kind=said.kind,
                    tender_id=said.tender_id,
                    at=said.at,
                )
                if row is not None:
                    await unsubscribe(tx, said)


def _columns(settled: Sequence[Settled]) -> dict[str, list[Any]]:
    return {
        "tender_ids": [s.tender_id for s in settled],
        "revisions": [s.tender_revision for s in settled],
        "sents": [s.sent for s in settled],
        "suppresseds": [s.suppressed for s in settled],
        "unknowns": [s.unknown for s in settled],
        "queueds": [s.queued for s in settled],
        "ats": [s.at for s in settled],
        "places": list(range(len(settled))),
    }


def _notification(told: Notification) -> dict[str, Any]:
    same = "tender_id recipient_id purpose occurrence outcome reason mail_id smtp_code queued_at"
    return {name: getattr(told, name) for name in same.split()} | {
        "revision": told.tender_revision,
        "handed_over_at": told.handed_over_at,
        "at": told.at,
    }
