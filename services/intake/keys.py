"""API keys: random, shown once, stored as a hash, good for some scopes."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import asyncpg

from services.intake.tables import SQL
from shared.db import Connection

_FORM = re.compile(r"ombud_([A-Za-z0-9]{8})_([A-Za-z0-9_-]{32,64})")
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


class Scope(StrEnum):
    """What a key may do."""

    PUBLISH = "publish"
    SUPPLIERS = "suppliers"
    READ = "read"
    OPS = "ops"


@dataclass(frozen=True)
class Caller:
    """Who a key belongs to, and what it may do."""

    tenant_id: str
    scopes: frozenset[str]
    key_prefix: str

    def may(self, *scopes: Scope) -> bool:
        """Whether the key has any of these scopes."""
        return any(scope in self.scopes for scope in scopes)


class BadKey(ValueError):
    """Not in the form of a key: `ombud_` + 8 characters + `_` + 32-64 characters."""


def new_key() -> str:
    """A new random key: 8 characters to find it by, 256 secret bits."""
    prefix = "".join(secrets.choice(_LETTERS) for _ in range(8))
    return f"ombud_{prefix}_{secrets.token_urlsafe(32)}"


async def add_key(
    connection: Connection,
    key: str,
    scopes: Iterable[Scope],
    *,
    tenant_id: str,
    label: str,
    at: datetime,
) -> None:
    """Store a key's hash; one that is there already stays as it is. Raises `BadKey`."""
    form = _FORM.fullmatch(key)
    if form is None:
        raise BadKey("a key has the form ombud_<8 characters>_<32 to 64 characters>")
    await SQL.add_tenant(connection, tenant_id=tenant_id, at=at)
    await SQL.add_api_key(
        connection,
        prefix=form[1],
        tenant_id=tenant_id,
        hash=_hash(key),
        scopes=sorted({str(scope) for scope in scopes}),
        label=label,
        at=at,
    )


async def check_key(pool: asyncpg.Pool, key: str) -> Caller | None:
    """Whose key it is; None if it is unknown, revoked or malformed."""
    form = _FORM.fullmatch(key)
    if form is None:
        return None
    async with pool.acquire() as connection:
        row = await SQL.api_key(connection, prefix=form[1])
    if row is None or not hmac.compare_digest(row["hash"], _hash(key)):
        return None
    return Caller(row["tenant_id"], frozenset(row["scopes"]), form[1])


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
