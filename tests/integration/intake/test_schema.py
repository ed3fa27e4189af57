"""The migrations make the schema that `schema.sql` shows."""

from pathlib import Path

import psycopg

import services.intake
from shared.outbox import OUTBOX_DDL

WITHOUT_TENANT = """
SELECT table_name FROM information_schema.tables t
WHERE table_schema = 'intake' AND table_name <> 'alembic_version' AND NOT EXISTS (
    SELECT 1 FROM information_schema.columns c
    WHERE c.table_schema = t.table_schema AND c.table_name = t.table_name
        AND c.column_name = 'tenant_id' AND c.is_nullable = 'NO')
"""

SCHEMA = Path(services.intake.__file__).with_name("schema.sql")

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


def test_the_migrations_make_the_schema_as_it_is_shown(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        migrated = _described(connection)
        names = "SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'intake'"
        for (table,) in connection.execute(names).fetchall():
            connection.execute(f"DROP TABLE {table} CASCADE")
        connection.execute(SCHEMA.read_text("utf-8"))
        connection.execute(OUTBOX_DDL)
        shown = _described(connection)
        connection.rollback()
    assert migrated == shown
    assert len(migrated[COLUMNS]) > 80


def test_every_row_carries_its_tenant(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        assert connection.execute(WITHOUT_TENANT).fetchall() == []


def _described(connection: psycopg.Connection) -> dict[str, list[tuple[object, ...]]]:
    return {
        query: connection.execute(query, {"schema": "intake"}).fetchall()
        for query in (COLUMNS, INDEXES, CONSTRAINTS)
    }
