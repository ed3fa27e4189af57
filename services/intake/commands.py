"""What intake can do, for its API and its pages alike: each command is one transaction."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import asyncpg
import stamina
from pydantic import BaseModel

from services.intake import keys, suppliers
from services.intake.domain.notice import Notice
from services.intake.domain.refusal import RefusalCode, Refused
from services.intake.domain.supplier_input import SupplierInput
from services.intake.domain.tender_input import TenderInput, to_notice
from services.intake.notices import Moved, Receipt, file_notice
from services.intake.reconciliation import Reconciliation, reconciliation
from services.intake.store import Store, Transaction
from services.intake.suppliers import SupplierReceipt, SupplierView
from services.intake.trail import Trail, read_trail
from shared.clock import Clock
from shared.contracts.tender import Tender
from shared.links import BadLink, Links

ReadNotice = Callable[[bytes, str], Notice]
"""Reads an eForms notice for a tenant. Raises `Refused`."""

KEYS_KEPT = timedelta(days=7)
"""How long a repeated request with the same Idempotency-Key gets its first answer."""

Answer = TypeVar("Answer", bound=BaseModel)

_PASSING = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError, Moved)
_again = stamina.retry(on=_PASSING, attempts=5, wait_initial=0.02, wait_max=0.5, timeout=10)


@dataclass(frozen=True)
class Once:
    """An Idempotency-Key, and what decides whether a request with it is the same request."""

    key: str
    fingerprint: str


class Commands:
    """Intake's commands. They raise `Refused`, with nothing stored, or do all they say."""

    def __init__(self, store: Store, read_notice: ReadNotice, links: Links, clock: Clock) -> None:
        self._store = store
        self._read_notice = read_notice
        self._links = links
        self._clock = clock

    async def receive_notice(self, tenant_id: str, xml: bytes, once: Once | None = None) -> Receipt:
        """Take in an eForms notice."""
        notice = await asyncio.to_thread(self._read_notice, xml, tenant_id)
        return await self._file(tenant_id, notice, xml, once, self._clock())

    async def receive_tender(
        self, tenant_id: str, given: TenderInput, once: Once | None = None
    ) -> Receipt:
        """Take in a tender of our own form."""
        at = self._clock()
        raw = given.model_dump_json().encode()
        return await self._file(tenant_id, to_notice(given, tenant_id, at), raw, once, at)

    @_again
    async def _file(
        self, tenant_id: str, notice: Notice, raw: bytes, once: Once | None, at: datetime
    ) -> Receipt:
        async with self._store.transaction(tenant_id, at) as tx:
            return await _once(tx, once, Receipt, lambda: file_notice(tx, notice, raw))

    @_again
    async def register_supplier(
        self, tenant_id: str, given: SupplierInput, once: Once | None = None
    ) -> SupplierReceipt:
        """Sign a supplier up; a confirmation mail goes to the address."""
        async with self._store.transaction(tenant_id, self._clock()) as tx:
            return await _once(tx, once, SupplierReceipt, lambda: suppliers.register(tx, given))

    @_again
    async def change_supplier(
        self, tenant_id: str, supplier_id: str, given: SupplierInput, once: Once | None = None
    ) -> SupplierReceipt:
        """Replace a supplier's profile."""
        async with self._store.transaction(tenant_id, self._clock()) as tx:
            return await _once(
                tx, once, SupplierReceipt, lambda: suppliers.change(tx, supplier_id, given)
            )

    async def confirm(self, token: str) -> bool:
        """Confirm an address by the token of a confirmation mail; False if it is worth nothing."""
        try:
            payload = self._links.read("confirm", token)
            request_id, recipient_id = str(payload["q"]), str(payload["r"])
        except (BadLink, KeyError):
            return False
        async with self._store.transaction("", self._clock()) as tx:
            return await suppliers.confirm(tx, request_id, recipient_id)

    async def tender(self, tenant_id: str, tender_id: str) -> Tender:
        """The tender as last published. Raises `Refused` for unknown and for another tenant's."""
        async with self._reading(tenant_id) as tx:
            tender = await tx.tender(tender_id)
        if tender is None:
            raise Refused(RefusalCode.UNKNOWN_TENDER, "There is no such tender")
        return tender

    async def newest_tenders(
        self, tenant_id: str, kinds: Sequence[str], statuses: Sequence[str], most: int
    ) -> list[Tender]:
        """The tenders of these kinds and statuses that changed last, newest first."""
        async with self._reading(tenant_id) as tx:
            return await tx.newest_tenders(kinds, statuses, most)

    async def supplier(self, tenant_id: str, supplier_id: str) -> SupplierView:
        """The supplier with its contact. Raises `Refused`."""
        async with self._reading(tenant_id) as tx:
            return await suppliers.find(tx, supplier_id)

    async def follow(self, tenant_id: str, tender_id: str) -> Trail | None:
        """The whole way of a tender; None if there is no such tender."""
        async with self._reading(tenant_id) as tx:
            return await read_trail(tx.connection, tenant_id, tender_id)

    async def reconciliation(self) -> Reconciliation:
        """How many accepted revisions still wait for their outcome, and the outbox's age."""
        async with self._store.pool.acquire() as connection:
            return await reconciliation(connection, self._clock())

    async def caller(self, key: str) -> keys.Caller | None:
        """Whose API key it is; None if it is not one."""
        return await keys.check_key(self._store.pool, key)

    @asynccontextmanager
    async def _reading(self, tenant_id: str) -> AsyncIterator[Transaction]:
        async with self._store.reading(tenant_id, self._clock()) as tx:
            yield tx


async def _once(
    tx: Transaction, once: Once | None, kind: type[Answer], do: Callable[[], Awaitable[Answer]]
) -> Answer:
    """Do it, or give the answer that the same request got before (the key is kept with it)."""
    if once is None:
        return await do()
    await tx.forget_keys(tx.at - KEYS_KEPT)
    earlier = await tx.claim_key(once.key, once.fingerprint)
    if earlier is not None:
        fingerprint, answer = earlier
        if fingerprint != once.fingerprint:
            raise Refused(
                RefusalCode.KEY_REUSED, "This Idempotency-Key was used for another request"
            )
        return kind.model_validate(answer)
    done = await do()
    await tx.keep_answer(once.key, done.model_dump(mode="json"))
    return done
