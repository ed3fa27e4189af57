"""Writes what is made from the models: `python -m deploy.ops.contracts`, or `make contracts`.

JSON Schemas under shared/contracts/schemas/, docs/asyncapi.yaml, docs/openapi.yaml,
docs/settings.md and docs/topics.md. `python -m shared.contracts.write --release` releases.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from pydantic import SecretStr

from deploy.ops import settings_table
from services.intake.app import make_app
from services.intake.settings import Settings
from shared import asyncapi, topics
from shared.contracts import write

DOCS = Path(__file__).parents[2] / "docs"


class _Plain(yaml.SafeDumper):
    """Without anchors: each part is written where it stands."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def openapi() -> dict[str, Any]:
    """Intake's OpenAPI document; nothing is connected to."""
    nowhere = Settings(
        database_dsn=SecretStr("postgresql://localhost"),
        link_secret=SecretStr("for no link at all"),
    )
    return make_app(nowhere).openapi()


def as_yaml(document: dict[str, Any]) -> str:
    """A document as the text of its file."""
    return yaml.dump(document, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=100)


def topics_page() -> str:
    """The table of topics."""
    head = [
        "# Topics",
        "",
        "<!-- Written by `make contracts`; do not edit by hand. -->",
        "",
        "From `shared/topics.yaml`. Each topic T also has `T.dlq`, kept for 28 days. Restricted:",
        "only its producers and consumers may use it.",
        "",
        "| Topic | Key | Kept | Partitions | Written by | Read by | Content |",
        "|---|---|---|---|---|---|---|",
    ]
    rows = [
        f"| `{t.name}`{', restricted' if t.restricted else ''} | {t.key} | "
        f"{'newest of each key' if t.cleanup == 'compact' else f'{t.retention_days} days'} | "
        f"{t.partitions} | {', '.join(t.producers)} | {', '.join(t.consumers)} | {t.content} |"
        for t in topics.ALL.values()
    ]
    return "\n".join([*head, *rows]) + "\n"


FILES: dict[Path, Callable[[], str]] = {
    DOCS / "asyncapi.yaml": lambda: as_yaml(asyncapi.document()),
    DOCS / "openapi.yaml": lambda: as_yaml(openapi()),
    settings_table.FILE: settings_table.text,
    DOCS / "topics.md": topics_page,
}
"""Generated file -> its text."""


if __name__ == "__main__":
    write.write()
    for file, text in FILES.items():
        file.write_text(text(), "utf-8")
