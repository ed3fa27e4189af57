"""Every sentence that a user sees, by language and key."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

LANGUAGES = ("sv", "en")


class Phrases:
    """The sentences of one directory of `sv.yaml` and `en.yaml`.

    Nested keys are joined with dots; a sentence takes its parameters with `str.format`.
    """

    def __init__(self, directory: Path) -> None:
        self._texts = {
            lang: dict(_flat(yaml.safe_load((directory / f"{lang}.yaml").read_text("utf-8"))))
            for lang in LANGUAGES
        }

    def text(self, lang: str, key: str, **params: Any) -> str:
        """The sentence. Raises KeyError for an unknown language, key or parameter."""
        return self._texts[lang][key].format(**params)

    def has(self, key: str) -> bool:
        return key in self._texts[LANGUAGES[0]]

    def keys(self, lang: str) -> set[str]:
        return set(self._texts[lang])


def _flat(tree: Mapping[str, Any], before: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in tree.items():
        if isinstance(value, Mapping):
            found += _flat(value, f"{before}{name}.")
        else:
            found.append((f"{before}{name}", str(value)))
    return found
