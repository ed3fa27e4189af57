"""`python -m tests.faults --kills N --seed S`: kill the services while traffic flows, and reckon.

Sets up its own Kafka, Postgres and inbox, writes `.local/faults.json`, and exits 0 only if
nothing was lost, doubled or wrong.
"""

import json
import time
from typing import Annotated

import typer
from rich.console import Console

from deploy.local.paths import local_dir
from shared.clock import system_clock
from tests.faults.run import run
from tests.faults.services import running
from tests.faults.traffic import Plan
from tests.stack import running_stack, sandbox

GAP_S = 0.3
TENDERS_A_KILL, SUPPLIERS_A_KILL = 2, 3
LEAST = 40
QUIET_S = 5.0
"""Waiting is told this often only."""

console = Console()


def main(
    kills: Annotated[int, typer.Option(min=1, help="How many kills.")] = 100,
    seed: Annotated[int, typer.Option(help="Decides traffic, failpoints and moments.")] = 1,
) -> None:
    started = time.monotonic()

    said = 0.0

    def told(what: str, done: int, total: int) -> None:
        nonlocal said
        seconds = time.monotonic() - started
        if what.startswith("waiting") and seconds - said < QUIET_S:
            return
        said = seconds
        console.print(f"{seconds:7.1f} s  {what}" + (f"  {done}/{total}" if total > 1 else ""))

    told("starting Kafka and Postgres", 0, 1)
    plan = Plan(
        seed,
        max(LEAST, kills * TENDERS_A_KILL),
        max(LEAST, kills * SUPPLIERS_A_KILL),
        system_clock(),
    )
    with running_stack("embedded") as stack, sandbox(stack, 1) as ground:
        logs = stack.place.logs
        with running(ground) as services:
            told(f"{plan.tenders} tenders, {plan.suppliers} suppliers, {kills} kills", 0, 1)
            result = run(services, plan, kills, GAP_S, told)
    figures = result.json() | {"seed": seed, "seconds": round(time.monotonic() - started)}
    text = json.dumps(figures, indent=1, ensure_ascii=False)
    out = local_dir() / "faults.json"
    out.write_text(text + "\n")
    console.print_json(text)
    console.print(f"Written to {out}. Logs of the services: {logs}")
    raise typer.Exit(0 if result.clean else 1)


if __name__ == "__main__":
    typer.run(main)
