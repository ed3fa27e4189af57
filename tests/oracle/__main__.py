"""`python -m tests.oracle --local-dir .local --json OUT`: the reckoning of a running local stack.

Prints the reckoning as JSON (to OUT too, if given); exits 1 if anything was lost, doubled or wrong.
Run it when nothing is under way.
"""

import json
from pathlib import Path
from typing import Annotated

import typer

from deploy.local.embedded import read_ports
from deploy.local.paths import Place, local_dir
from deploy.local.postgres import Postgres
from shared.clock import system_clock
from shared.settings import KafkaSettings
from tests.oracle.reckon import reckon
from tests.oracle.world import Ground, read_world


def main(
    folder: Annotated[Path | None, typer.Option("--local-dir", help="Folder of the stack.")] = None,
    database: Annotated[str, typer.Option(help="Name of the stack's database.")] = "ombud",
    out: Annotated[
        Path | None, typer.Option("--json", help="Write the reckoning here too.")
    ] = None,
) -> None:
    place = Place(folder or local_dir())
    ports = read_ports(place)
    ground = Ground(
        dsn=Postgres(place, ports["postgres"]).admin_dsn(database),
        kafka=KafkaSettings(kafka_bootstrap_servers=f"127.0.0.1:{ports['kafka']}"),
        inbox=place.inbox,
        accepted=place.root / "accepted.jsonl",
    )
    result = reckon(read_world(ground), system_clock())
    text = json.dumps(result.json(), ensure_ascii=False, indent=1)
    if out:
        out.write_text(text + "\n")
    print(text)
    raise typer.Exit(0 if result.clean else 1)


if __name__ == "__main__":
    typer.run(main)
