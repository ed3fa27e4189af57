"""`ombud keys create` shows a key once; only its hash is kept."""

import asyncio

import asyncpg
import pytest
from typer.testing import CliRunner

from deploy.ops.cli import app
from services.intake.keys import Scope, check_key


def test_a_key_is_made_shown_once_and_stored_as_a_hash(
    dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMBUD_DATABASE_DSN", dsn)
    made = CliRunner().invoke(app, ["keys", "create", "--scope", "publish", "--scope", "ops"])
    assert made.exit_code == 0
    key = made.stdout.strip()
    assert key.startswith("ombud_")
    assert "\n" not in key


async def test_a_made_key_has_its_scopes_until_it_is_revoked(
    dsn: str, pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMBUD_DATABASE_DSN", dsn)
    made = await asyncio.to_thread(
        CliRunner().invoke, app, ["keys", "create", "--scope", "publish"]
    )
    key = made.stdout.strip()
    caller = await check_key(pool, key)
    assert caller is not None
    assert caller.may(Scope.PUBLISH)
    assert not caller.may(Scope.OPS)
    (row,) = await pool.fetch("SELECT * FROM api_key")
    assert key.rsplit("_", 1)[1] not in str(dict(row))
    assert await check_key(pool, key[:-1]) is None
    assert await check_key(pool, "ombud_\ud800") is None
    await pool.execute("UPDATE api_key SET revoked_at = created_at")
    assert await check_key(pool, key) is None


def test_a_key_that_cannot_be_stored_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMBUD_DATABASE_DSN", "postgresql://nobody@127.0.0.1:1/none")
    made = CliRunner().invoke(app, ["keys", "create", "--scope", "publish"])
    assert made.exit_code == 1
    assert made.stdout == ""
