"""Runs one service's migrations, each in the service's own schema."""

from alembic import context
from sqlalchemy import NullPool, create_engine, text

attributes = context.config.attributes
schema: str = attributes["schema"]


def _online() -> None:
    url = attributes["dsn"].replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        # One migration at a time, however many replicas start at once.
        connection.execute(
            text("SELECT pg_advisory_xact_lock(hashtext(:name))"),
            {"name": f"{schema}.migrate"},
        )
        # Where the schema is made for the role, the role needs no right to make schemas.
        if connection.scalar(text("SELECT to_regnamespace(:name) IS NULL"), {"name": schema}):
            connection.execute(text(f'CREATE SCHEMA "{schema}"'))
        connection.execute(text(f'SET LOCAL search_path TO "{schema}"'))
        context.configure(connection=connection, version_table_schema=schema)
        with context.begin_transaction():
            context.run_migrations()


def _offline() -> None:
    context.configure(dialect_name="postgresql", version_table_schema=schema)
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    _offline()
else:
    _online()
