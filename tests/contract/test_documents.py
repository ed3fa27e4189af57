"""Documents lead somewhere: links, paths and make targets that they name exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "data").rglob("*.md")]
)
FOLDERS = ("services/", "shared/", "deploy/", "tests/", "docs/", "data/", "benchmarks/", ".ci/")
PLACEHOLDER = re.compile(r"[<>*{}…]")

document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


@document
def test_no_link_is_dead(path: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", path.read_text("utf-8"))
    relative = [link.partition("#")[0] for link in links if "://" not in link]
    assert [link for link in relative if link and not (path.parent / link).exists()] == []


@document
def test_every_path_that_is_named_exists(path: Path) -> None:
    named = re.findall(r"`([^`\s]+)`", path.read_text("utf-8"))
    paths = [name for name in named if name.startswith(FOLDERS) and not PLACEHOLDER.search(name)]
    assert [name for name in paths if not (ROOT / name).exists()] == []


@document
def test_every_make_target_that_is_named_exists(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)", path.read_text("utf-8"))) - targets == set()


@document
def test_every_module_that_is_named_exists(path: Path) -> None:
    modules = re.findall(r"python -m ([a-z_.]+[a-z_])", path.read_text("utf-8"))
    places = [ROOT / module.replace(".", "/") for module in modules]
    assert [p for p in places if not (p.with_suffix(".py").exists() or p.is_dir())] == []


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = (folder / "README.md").read_text("utf-8")
    assert [p.name for p in folder.glob("0*.md") if f"({p.name})" not in listed] == []
