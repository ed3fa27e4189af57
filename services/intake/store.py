"""Transactions on intake's tables, behind the named statements of `queries.sql`."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from services.intake.domain.identity import HeldVersion
from services.intake.domain.notice import Notice, Reference
from services.intake.tables import SQL, SupplierTables
from shared import failpoints, outbox
from shared.contracts.base import TenantId, TenderId
from shared.contracts.codes import TenderKind
from shared.contracts.tender import Tender
from shared.kafka import Message


class Transaction(SupplierTables):
    """What one transaction reads and writes of one tenant at one instant."""

    async def lock(self, *names: str) -> None:
        """Hold these names until the end; sorted, so that two who want the same never deadlock."""
        for name in sorted(set(names)):
            await SQL.lock(self.connection, name=f"{self.tenant_id}\x1f{name}")

    async def publish(self, tenant_id: TenantId, message: Message) -> None:
        """Write a tenant's message to the outbox."""
        await outbox.add(self.connection, [(tenant_id, message)], "intake")

    async def versions_held(self, system: str, notice_id: str) -> list[HeldVersion]:
        rows = SQL.versions_held(
            self.connection, tenant_id=self.tenant_id, system=system, notice_id=notice_id
        )
        return [
            HeldVersion(r["version"], r["sha256"], TenderId(r["tender_id"])) async for r in rows
        ]

    async def tender_of_notice(self, system: str, reference: Reference) -> TenderId | None:
        """The alias: which tender a notice belongs to, None if it is not held."""
        row = await SQL.tender_of_notice(
            self.connection,
            tenant_id=self.tenant_id,
            system=system,
            notice_id=reference.notice_id,
            version=reference.version,
        )
        return TenderId(row["tender_id"]) if row else None

    async def add_notice(self, notice: Notice, tender_id: str, raw: bytes) -> None:
        await SQL.add_notice(
            self.connection,
            tenant_id=self.tenant_id,
            system=notice.tender.source.system,
            notice_id=notice.notice_id,
            version=notice.version,
            tender_id=tender_id,
            sha256=notice.sha256,
            raw=raw,
            content=notice.tender.model_dump_json(),
            dispatched_at=notice.dispatched_at,
            kind=notice.kind,
            procedure_id=notice.procedure_id,
            change_reason=notice.change_reason,
            refers_to=[[r.notice_id, r.version] for r in notice.references],
            at=self.at,
        )

    async def notices_of(self, tender_id: str) -> list[Notice]:
        rows = SQL.notices_of(self.connection, tenant_id=self.tenant_id, tender_id=tender_id)
        return [
            Notice(
                tender=Tender.model_validate_json(row["content"]),
                notice_id=row["notice_id"],
                version=row["version"],
                dispatched_at=row["dispatched_at"],
                kind=TenderKind(row["kind"]),
                sha256=row["sha256"],
                procedure_id=row["procedure_id"],
                references=tuple(Reference(*pair) for pair in row["refers_to"]),
                change_reason=row["change_reason"],
            )
            async for row in rows
        ]

    async def has_notices(self, tender_id: str) -> bool:
        count = await SQL.count_notices(
            self.connection, tenant_id=self.tenant_id, tender_id=tender_id
        )
        return bool(count)

    async def move_notices(self, tender_id: str, into: str) -> None:
        await SQL.move_notices(
            self.connection, tenant_id=self.tenant_id, tender_id=tender_id, into=into
        )

    async def tender(self, tender_id: str) -> Tender | None:
        row = await SQL.tender(self.connection, tenant_id=self.tenant_id, tender_id=tender_id)
        return Tender.model_validate_json(row["state"]) if row else None

    async def put_tender(self, tender: Tender, message_id: str) -> None:
        """Keep a new revision, with the message that tells of it."""
        at, tender_id = self.at, tender.tender_id
        await SQL.supersede_revisions(self.connection, tender_id=tender_id, at=at)
        await SQL.add_revision(
            self.connection,
            tender_id=tender_id,
            revision=tender.revision,
            tenant_id=self.tenant_id,
            status=tender.status,
            kind=tender.kind,
            source=tender.source.model_dump_json(),
            at=at,
            message_id=UUID(message_id),
        )
        await SQL.put_tender(
            self.connection,
            tender_id=tender_id,
            tenant_id=self.tenant_id,
            revision=tender.revision,
            state=tender.model_dump_json(),
            at=at,
        )

    async def newest_tenders(
        self, kinds: Sequence[str], statuses: Sequence[str], most: int
    ) -> list[Tender]:
        rows = SQL.newest_tenders(
            self.connection,
            tenant_id=self.tenant_id,
            kinds=list(kinds),
            statuses=list(statuses),
            most=most,
        )
        return [Tender.model_validate_json(row["state"]) async for row in rows]

    async def claim_key(self, key: str, fingerprint: str) -> tuple[str, Any] | None:
        """None if the key is ours now, else the fingerprint and answer of its first request."""
        names = {"tenant_id": self.tenant_id, "key": key}
        claimed = await SQL.claim_key(self.connection, **names, fingerprint=fingerprint, at=self.at)
        if claimed:
            return None
        row = await SQL.answer_of_key(self.connection, **names)
        return row["fingerprint"], row["answer"]

    async def keep_answer(self, key: str, answer: dict[str, Any]) -> None:
        await SQL.keep_answer(
            self.connection,
            tenant_id=self.tenant_id,
            key=key,
            answer=orjson.dumps(answer).decode(),
        )

    async def forget_keys(self, before: datetime) -> None:
        await SQL.forget_keys(self.connection, before=before)


class Store:
    """Opens transactions on the pool that the application gives it when it starts."""

    def __init__(self, pool: asyncpg.Pool | None = None) -> None:
        self._pool = pool

    @property
    def pool(self) -> asyncpg.Pool:
        if self._pool is None:
            raise asyncpg.InterfaceError("the application has not started")
        return self._pool

    def use(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    @asynccontextmanager
    async def transaction(
        self, tenant_id: str, at: datetime, place: str = "intake"
    ) -> AsyncIterator[Transaction]:
        """Committed at the end; rolled back if anything is raised. `place` names failpoints."""
        async with self.pool.acquire() as connection:
            async with connection.transaction():
                yield Transaction(connection, tenant_id, at)
                failpoints.hit(f"{place}.before_commit")
            failpoints.hit(f"{place}.after_commit")

    @asynccontextmanager
    async def reading(self, tenant_id: str, at: datetime) -> AsyncIterator[Transaction]:
        """For reading only: no failpoints, nothing to commit."""
        async with self.pool.acquire() as connection, connection.transaction(readonly=True):
            yield Transaction(connection, tenant_id, at)
