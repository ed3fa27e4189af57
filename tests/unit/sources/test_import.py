"""`ombud import --dry-run` reads or refuses everything, without a service."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from deploy.ops.import_ import import_command
from tests.unit.sources.corpus import ALL, DATA, NOTICES

APP = typer.Typer()
APP.command("import")(import_command)


def dry_run(*paths: Path) -> list[dict[str, Any]]:
    result = CliRunner().invoke(APP, [*map(str, paths), "--dry-run", "--json"])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_folder_gives_one_line_a_notice_with_a_tender_or_an_error() -> None:
    lines = dry_run(DATA)
    assert len(lines) == len(ALL)
    assert sum("tender" in line for line in lines) == len(NOTICES)
    for line in lines:
        assert set(line) in ({"file", "tender"}, {"file", "error"})
        if "error" in line:
            assert set(line["error"]) == {"code", "message", "where"}


def test_a_bad_entry_of_an_archive_does_not_stop_the_others(tmp_path: Path) -> None:
    archive = tmp_path / "notices.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("bomb.xml", b" " * 5_000_000)
        file.writestr("inner.zip", b"PK")
        file.writestr("half.xml", b"<a")
        file.write(DATA / "sdk" / "E1_minimal.xml", "sub/E1.xml")
        file.writestr("readme.txt", b"not a notice")
    codes = [line.get("error", {}).get("code") for line in dry_run(archive)]
    assert codes == ["bad_zip", "bad_zip", "not_xml", None]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.zip", b"PK\x03\x04 no archive", "bad_zip"),
        ("a.txt", b"text", "unreadable"),
        ("a.xml", b"", "not_xml"),
        ("a.json", b"{}", "bad_value"),
        ("a.csv", b"a,b\n", "missing_field"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_code(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    (line,) = dry_run(path)
    assert line["error"]["code"] == code


def test_what_is_not_a_regular_file_is_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.xml"
    os.mkfifo(pipe)
    (line,) = dry_run(pipe)
    assert line["error"]["code"] == "unreadable"


def test_a_closed_pipe_ends_the_import_quietly() -> None:
    code = "import typer; from deploy.ops.import_ import import_command as c; typer.run(c)"
    command = [sys.executable, "-c", code, str(DATA), "--dry-run", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout and process.stderr
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()
    assert process.returncode == 141
