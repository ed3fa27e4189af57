"""Jars are used only if they are, byte for byte, what the lock file says."""

import hashlib
import re
from pathlib import Path

import pytest

from deploy.local import jars
from deploy.local.jars import Jar
from deploy.local.processes import NotStarted

CONTENT = b"the broker"
JAR = Jar("org.example", "broker", "1.0", hashlib.sha256(CONTENT).hexdigest())


class Registry:
    """Stands for the network, the one thing that a test cannot break at will."""

    def __init__(self, *answers: bytes) -> None:
        self.answers = list(answers)

    def download(self, jar: Jar, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / jar.filename
        file.write_bytes(self.answers.pop(0))
        return file


@pytest.fixture(autouse=True)
def _one_jar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jars, "locked", lambda: [JAR])


def serve(monkeypatch: pytest.MonkeyPatch, *answers: bytes) -> Registry:
    registry = Registry(*answers)
    monkeypatch.setattr(jars, "_from_registry", registry.download)
    return registry


def test_a_missing_jar_is_fetched_and_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(monkeypatch, CONTENT)
    told: list[tuple[int, int]] = []
    [path] = jars.ensure(tmp_path, lambda done, total: told.append((done, total)))
    assert path.read_bytes() == CONTENT
    assert told == [(1, 1)]


def test_an_intact_jar_is_not_fetched_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / JAR.filename).write_bytes(CONTENT)
    serve(monkeypatch)
    jars.ensure(tmp_path)


def test_a_half_downloaded_or_changed_jar_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / JAR.filename).write_bytes(CONTENT[:4])
    (tmp_path / "partial").mkdir()
    (tmp_path / "partial" / JAR.filename).write_bytes(CONTENT[:2])
    serve(monkeypatch, CONTENT)
    [path] = jars.ensure(tmp_path)
    assert path.read_bytes() == CONTENT


def test_a_damaged_download_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(monkeypatch, CONTENT[:4], CONTENT)
    [path] = jars.ensure(tmp_path)
    assert path.read_bytes() == CONTENT


def test_a_jar_with_another_hash_is_never_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(monkeypatch, *[b"something else"] * 3)
    with pytest.raises(NotStarted, match="SHA-256"):
        jars.ensure(tmp_path)
    assert not (tmp_path / JAR.filename).exists()


def test_the_lock_names_one_version_of_the_broker_and_no_registry(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()
    names = [jar.artifact for jar in jars.locked()]
    assert len(names) == len(set(names))
    assert {jar.version for jar in jars.locked() if jar.group == "org.apache.kafka"} == {"4.3.1"}
    assert all(re.fullmatch(r"[0-9a-f]{64}", jar.sha256) for jar in jars.locked())
    assert "://" not in jars.LOCK_FILE.read_text()
