"""docs/settings.md names every setting there is."""

import re
from pathlib import Path

from deploy.ops import settings_table

ROOT = Path(__file__).parents[2]
CODE = ("services", "shared", "deploy", "tests")


def test_every_setting_has_a_meaning() -> None:
    for settings in settings_table.SERVICES.values():
        for name, field in settings.model_fields.items():
            assert field.description, name


def test_every_variable_in_the_code_is_in_the_table() -> None:
    files = [p for folder in CODE for p in (ROOT / folder).rglob("*") if _is_code(p)]
    files += [ROOT / "docker-compose.yml", ROOT / "Makefile"]
    used = {
        name
        for path in files
        if path.exists()
        for name in re.findall(r"\bOMBUD_[A-Z_]*[A-Z]\b", path.read_text("utf-8"))
    }
    table = settings_table.FILE.read_text("utf-8")
    assert {name for name in used if f"`{name}`" not in table} == set()


def test_no_variable_in_the_table_is_read_by_nobody() -> None:
    own = Path(settings_table.__file__)
    code = "\n".join(
        path.read_text("utf-8")
        for folder in ("services", "shared", "deploy", "tests")
        for path in (ROOT / folder).rglob("*")
        if _is_code(path) and path != own
    )
    compose = ROOT / "docker-compose.yml"
    code += compose.read_text("utf-8") if compose.exists() else ""
    assert {name for name in settings_table.ELSEWHERE if name not in code} == set()


def _is_code(path: Path) -> bool:
    return path.suffix in {".py", ".sh", ".yaml", ".yml"} and path.is_file()
