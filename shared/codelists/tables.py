"""Reads the CSV tables that lie beside this file (origins and licences: LICENCES.md)."""

import csv
from importlib.resources import files


def rows(name: str) -> list[dict[str, str]]:
    """The rows of `<name>.csv`, header -> value."""
    text = files(__package__).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
