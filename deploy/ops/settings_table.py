"""The table of all `OMBUD_*` settings in docs/settings.md, made from the settings classes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

from services.intake.settings import Settings as Intake
from services.matcher.settings import Settings as Matcher
from services.notifier.settings import Settings as Notifier

FILE = Path(__file__).parents[2] / "docs" / "settings.md"
SERVICES: dict[str, type[BaseSettings]] = {
    "intake": Intake,
    "matcher": Matcher,
    "notifier": Notifier,
}

ELSEWHERE: dict[str, tuple[str, str]] = {
    "OMBUD_API_KEY": ("`ombud`", "API key that `ombud import` and `ombud follow` use"),
    "OMBUD_CLOCK_FILE": (
        "all services",
        "File with seconds by which the clock is moved; for tests",
    ),
    "OMBUD_FAILPOINT": (
        "all services",
        "`name:count` aborts the process there at the count-th pass, `name:count:stop` stops it",
    ),
    "OMBUD_INBOX_BEHAVIOUR": ("local inbox", "How it misbehaves, as JSON; for tests"),
    "OMBUD_INBOX_DIR": ("local inbox", "Folder of the accepted messages"),
    "OMBUD_INBOX_HTTP_PORT": ("local inbox", "Port of its pages; any free one by default"),
    "OMBUD_INBOX_SMTP_PORT": ("local inbox", "Port of its SMTP side; any free one by default"),
    "OMBUD_INTAKE_PASSWORD": ("docker compose", "Password of the database role `intake`"),
    "OMBUD_LOCAL_DIR": ("local stack, tests", "Folder for all that is downloaded and written"),
    "OMBUD_NOTIFIER_PASSWORD": ("docker compose", "Password of the database role `notifier`"),
    "OMBUD_POSTGRES_PASSWORD": ("docker compose", "Password of the database's superuser"),
    "OMBUD_STACK": ("tests", "`auto`, `embedded`, `containers` or `external`"),
    "OMBUD_TEST_DATABASE_DSN": ("tests", "Superuser's DSN, for `OMBUD_STACK=external`"),
}
"""Variables that belong to no service's settings: name -> who reads it, and meaning."""

_HEAD = """\
# Settings

<!-- Written by `make contracts`; do not edit by hand. -->

Each service takes everything from environment variables. A setting without default is required.

| Variable | Read by | Values | Default | Meaning |
|---|---|---|---|---|
"""
_ELSEWHERE_HEAD = """
## Not of a service

| Variable | Read by | Meaning |
|---|---|---|
"""


def text() -> str:
    """The whole page."""
    rows = sorted(_rows())
    others = [f"| `{name}` | {who} | {what} |" for name, (who, what) in sorted(ELSEWHERE.items())]
    return _HEAD + "\n".join(rows) + "\n" + _ELSEWHERE_HEAD + "\n".join(others) + "\n"


def _rows() -> Iterator[str]:
    """One row a setting; services that give it another default have a row of their own."""
    found: dict[tuple[str, str, str, str], list[str]] = {}
    for service, settings in SERVICES.items():
        for name, field in settings.model_fields.items():
            key = (
                f"OMBUD_{name.upper()}",
                _values(field.annotation),
                _default(field),
                field.description or "",
            )
            found.setdefault(key, []).append(service)
    for (variable, values, default, meaning), services in found.items():
        readers = "all services" if len(services) == len(SERVICES) else ", ".join(services)
        yield f"| `{variable}` | {readers} | {values} | {default} | {meaning} |"


def _values(annotation: Any) -> str:
    """The type in a reader's words; the choices where there are only some."""
    if annotation is SecretStr:
        return "text, secret"
    parts = [part for part in get_args(annotation) if part is not type(None)]
    if parts and all(isinstance(part, str) for part in parts):
        return ", ".join(f"`{part}`" for part in parts)
    if parts:
        return " or ".join(_values(part) for part in parts)
    return {str: "text", int: "whole number", float: "number", bool: "`true`, `false`"}[annotation]


def _default(field: FieldInfo) -> str:
    if field.default is PydanticUndefined:
        return "**required**"
    if field.default in (None, ""):
        return ""
    return f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`"
