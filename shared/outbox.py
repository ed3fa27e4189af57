"""The outbox: a message is written in the transaction of the state that it tells of.

Its two tables stand in each service's schema (`OUTBOX_DDL` in the first migration). `outbox` holds
what is not yet published; `published` says where and when each message went, for thirty days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from shared.contracts.base import TenantId
from shared.db import Connection
from shared.kafka.events import Message

OUTBOX_DDL = """
CREATE TABLE outbox (
    ordinal bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    message_id uuid NOT NULL UNIQUE,
    tenant_id text NOT NULL,
    topic text NOT NULL,
    key text NOT NULL,
    value bytea,
    headers jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    parked_at timestamptz,
    parked_reason text
);
CREATE INDEX outbox_parked ON outbox (topic, key) WHERE parked_at IS NOT NULL;
CREATE TABLE published (
    message_id uuid PRIMARY KEY,
    tenant_id text NOT NULL,
    topic text NOT NULL,
    key text NOT NULL,
    created_at timestamptz NOT NULL,
    published_at timestamptz NOT NULL,
    kafka_partition integer NOT NULL,
    kafka_offset bigint NOT NULL
);
CREATE INDEX published_key ON published (key, topic);
CREATE INDEX published_at ON published (published_at);
"""

_ADD = """
INSERT INTO outbox (message_id, tenant_id, topic, key, value, headers, created_at)
SELECT * FROM unnest(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::jsonb[], $7::timestamptz[])
ON CONFLICT (message_id) DO NOTHING
"""
_WAKE = "SELECT pg_notify('outbox_' || current_schema(), '')"


async def add(
    connection: Connection, messages: Sequence[tuple[TenantId, Message]], source: str
) -> None:
    """Write messages, each with its tenant, in the caller's transaction; `source` is the service.

    Two writers of one key must hold a lock on its state, so that their order here is theirs.
    """
    if not messages:
        return
    await connection.execute(
        _ADD,
        [m.id for _, m in messages],
        [tenant_id for tenant_id, _ in messages],
        [m.topic.name for _, m in messages],
        [m.key for _, m in messages],
        [m.value() for _, m in messages],
        [
            orjson.dumps({name: value.decode() for name, value in m.headers(source)}).decode()
            for _, m in messages
        ],
        [m.time for _, m in messages],
    )
    await connection.execute(_WAKE)


@dataclass(frozen=True)
class Standing:
    """What waits in the outbox.

    unsent -- all rows, parked ones too.
    parked -- rows that could not be published and wait for an operator.
    oldest_at -- when the oldest row was written, None if there is none.
    """

    unsent: int
    parked: int
    oldest_at: datetime | None


async def standing(connection: Connection) -> Standing:
    """Count what waits."""
    row = await connection.fetchrow(
        "SELECT count(*) AS unsent, count(parked_at) AS parked, min(created_at) AS oldest_at "
        "FROM outbox"
    )
    assert row is not None
    return Standing(**row)
