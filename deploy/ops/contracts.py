"""Writes what is made from the models: `python -m deploy.ops.contracts`, or `make contracts`.

JSON Schemas under shared/contracts/schemas/, docs/asyncapi.yaml, docs/openapi.yaml and
docs/settings.md. `python -m shared.contracts.write --release` releases the schemas.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from pydantic import SecretStr

from deploy.ops import settings_table
from services.intake.app import make_app
from services.intake.settings import Settings
from shared import asyncapi
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


FILES: dict[Path, Callable[[], str]] = {
    DOCS / "asyncapi.yaml": lambda: as_yaml(asyncapi.document()),
    DOCS / "openapi.yaml": lambda: as_yaml(openapi()),
    settings_table.FILE: settings_table.text,
}
"""Generated file -> its text."""


if __name__ == "__main__":
    write.write()
    for file, text in FILES.items():
        file.write_text(text(), "utf-8")
