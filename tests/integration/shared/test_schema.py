"""The migrations make the schemas that the `schema.sql` of each service shows."""

import psycopg
import pytest

from shared.db import SERVICES
from shared.outbox import OUTBOX_DDL
from tests.stack import Sandbox

WITHOUT_TENANT = """
SELECT table_name FROM information_schema.tables t
WHERE table_schema = 'intake' AND table_name <> 'alembic_version' AND NOT EXISTS (
    SELECT 1 FROM information_schema.columns c
    WHERE c.table_schema = t.table_schema AND c.table_name = t.table_name
        AND c.column_name = 'tenant_id' AND c.is_nullable = 'NO')
"""

MADE = """
SELECT 'TABLE', format('%%I', tablename) FROM pg_tables WHERE schemaname = %(schema)s
UNION ALL
SELECT 'SEQUENCE', format('%%I', sequencename) FROM pg_sequences WHERE schemaname = %(schema)s
"""
COLUMNS = """
SELECT table_name, column_name, data_type, is_nullable, column_default, is_identity
FROM information_schema.columns
WHERE table_schema = %(schema)s AND table_name <> 'alembic_version'
ORDER BY table_name, column_name
"""
INDEXES = """
SELECT tablename, indexdef FROM pg_indexes
WHERE schemaname = %(schema)s AND tablename <> 'alembic_version' ORDER BY 1, 2
"""
CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = %(schema)s::regnamespace
    AND conrelid::regclass::text NOT LIKE '%%alembic_version' ORDER BY 1, 2
"""


@pytest.mark.parametrize(("service", "columns"), [("intake", 80), ("notifier", 70)])
def test_the_migrations_make_the_schema_as_it_is_shown(
    sandbox: Sandbox, service: str, columns: int
) -> None:
    with psycopg.connect(sandbox.dsn(service)) as connection:
        migrated = _described(connection, service)
        for kind, name in connection.execute(MADE, {"schema": service}).fetchall():
            connection.execute(f"DROP {kind} IF EXISTS {name} CASCADE")
        connection.execute((SERVICES / service / "schema.sql").read_text("utf-8"))
        connection.execute(OUTBOX_DDL)
        shown = _described(connection, service)
        connection.rollback()
    assert migrated == shown
    assert len(migrated[COLUMNS]) > columns


def test_every_row_of_intake_carries_its_tenant(sandbox: Sandbox) -> None:
    with psycopg.connect(sandbox.dsn("intake")) as connection:
        assert connection.execute(WITHOUT_TENANT).fetchall() == []


def _described(connection: psycopg.Connection, schema: str) -> dict[str, list[tuple[object, ...]]]:
    return {
        query: connection.execute(query, {"schema": schema}).fetchall()
        for query in (COLUMNS, INDEXES, CONSTRAINTS)
    }
