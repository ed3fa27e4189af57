"""`ombud`: what operators and integrators do by hand."""

import asyncio
import os
from typing import Annotated

import asyncpg
import httpx
import typer

from deploy.ops import timeline
from deploy.ops.import_ import import_command, local_url
from services.intake.keys import BadKey, Scope, add_key, new_key
from services.intake.trail import Trail
from shared.clock import system_clock
from shared.db import create_pool, migrate
from shared.settings import DatabaseSettings

_WHY_NOT = {
    401: "This intake asks for a key: put one with scope ops into OMBUD_API_KEY",
    403: "The key in OMBUD_API_KEY lacks the scope ops",
    404: "Intake has no tender {tender_id}",
}

app = typer.Typer(no_args_is_help=True, help="Ombud: tenders to suppliers, explained.")
keys_app = typer.Typer(no_args_is_help=True, help="API keys.")
app.add_typer(keys_app, name="keys")
app.command("import")(import_command)


@keys_app.command("create")
def create_key(
    scope: Annotated[list[Scope], typer.Option(help="What the key may do; may be repeated.")],
    tenant: Annotated[str, typer.Option(help="Tenant that the key belongs to.")] = "default",
    label: Annotated[str, typer.Option(help="Whose key it is, for your own records.")] = "",
) -> None:
    """Make an API key. It is shown once, on stdout, and only its hash is stored.

    Reaches intake's database by OMBUD_DATABASE_DSN.
    """
    key = new_key()
    try:
        asyncio.run(_store_key(key, scope, tenant, label))
    except (OSError, asyncpg.PostgresError, BadKey) as error:
        typer.echo(f"The key was not made: {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo("Keep this key: it is not shown again.", err=True)
    typer.echo(key)


async def _store_key(key: str, scopes: list[Scope], tenant: str, label: str) -> None:
    pool = await create_pool(_dsn(), "intake", 2)
    try:
        async with pool.acquire() as connection:
            await add_key(connection, key, scopes, tenant_id=tenant, label=label, at=system_clock())
    finally:
        await pool.close()


@app.command("migrate")
def migrate_schema(
    service: Annotated[str, typer.Argument(help="intake or notifier")] = "intake",
) -> None:
    """Bring a service's schema to the newest version (services also do it when they start)."""
    if service not in ("intake", "notifier"):
        raise typer.BadParameter("must be intake or notifier")
    migrate(_dsn(), service)
    typer.echo(f"{service}: newest version")


@app.command("follow")
def follow(
    tender_id: Annotated[str, typer.Argument(help="The tender to follow.")],
    url: Annotated[
        str | None, typer.Option(envvar="OMBUD_PUBLIC_URL", help="Intake's address")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The whole trail as JSON.")] = False,
) -> None:
    """Show a tender's whole way, from the accepted request to each mail's SMTP answer.

    Where the pages ask for a key, OMBUD_API_KEY holds one with scope ops.
    """
    url = url or local_url()
    if not url:
        raise typer.BadParameter("give --url or OMBUD_PUBLIC_URL: no local stack was found")
    trail = _trail(url, tender_id)
    typer.echo(trail.model_dump_json(indent=2) if as_json else "\n".join(timeline.lines(trail)))


def _trail(url: str, tender_id: str) -> Trail:
    """Ask intake; exit with a sentence if it does not give the trail."""
    key = os.environ.get("OMBUD_API_KEY", "")
    try:
        answer = httpx.get(
            f"{url.rstrip('/')}/ops/api/follow/{tender_id}",
            auth=("", key) if key else None,
            timeout=10,
        )
    except httpx.HTTPError as error:
        typer.echo(f"Intake does not answer at {url} ({error}). See that it runs.", err=True)
        raise typer.Exit(1) from None
    if answer.status_code != httpx.codes.OK:
        said = _WHY_NOT.get(answer.status_code, f"Intake answers {answer.status_code}")
        typer.echo(said.format(tender_id=tender_id), err=True)
        raise typer.Exit(1)
    return Trail.model_validate_json(answer.content)


def _dsn() -> str:
    return DatabaseSettings().database_dsn.get_secret_value()
