"""`ombud import`: eForms notices, CSV tables and JSON tenders from files, folders and archives."""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.ops.import_files import files_in, find
from deploy.ops.import_read import Outcome, Readable, outcomes
from deploy.ops.import_send import Intake, NotSent, Refused
from services.intake.sources.errors import SourceError
from shared.clock import system_clock

_PORTS = Path(os.environ.get("OMBUD_LOCAL_DIR") or ".local") / "ports.json"
_SHOWN = 20
_PIPE_CLOSED = 141
"""Exit code when the reader of stdout went away, as of a program ended by SIGPIPE."""

_ADVICE = {
    "unsupported_sdk": "ask the sender for eForms SDK 1.x",
    "unknown_subtype": "not an EU or national form that Ombud knows; nothing to do",
    "dtd_forbidden": "remove the DOCTYPE and its entities",
    "too_large": "split the file",
    "bad_zip": "unpack it yourself and import the folder",
    "unreadable": "check the path and its permissions",
    "lower_version": "a newer version is held already; nothing to do",
}


def import_command(
    paths: Annotated[
        list[Path], typer.Argument(help="Files, folders or ZIP archives", exists=True)
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only read; needs no service")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One line of JSON a notice on stdout")
    ] = False,
    url: Annotated[
        str | None, typer.Option(envvar="OMBUD_PUBLIC_URL", help="Intake's address")
    ] = None,
    key: Annotated[
        str | None, typer.Option(envvar="OMBUD_API_KEY", help="API key with scope publish")
    ] = None,
) -> None:
    """Read notices and send them to intake. A bad one never stops the rest."""
    stderr = Console(stderr=True)
    intake = None if dry_run else _intake(url, key)
    refused: list[tuple[str, SourceError]] = []
    counts: Counter[str] = Counter()
    try:
        for outcome in _with_progress(paths, stderr):
            result = _handle(outcome, intake, counts)
            if isinstance(result, SourceError):
                refused.append((outcome.file, result))
            if as_json:
                _print_line(outcome.file, result)
    except NotSent as error:
        stderr.print(f"Stopped: {error}.", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(_PIPE_CLOSED) from None
    finally:
        if intake:
            intake.close()
    _summary(stderr, counts, refused)


def _intake(url: str | None, key: str | None) -> Intake:
    url = url or local_url()
    if not url:
        raise typer.BadParameter("give --url or OMBUD_PUBLIC_URL: no local stack was found")
    if not key:
        raise typer.BadParameter("give --key or OMBUD_API_KEY (ombud keys create)")
    return Intake(url, key)


def local_url() -> str | None:
    """Where the local stack last ran intake."""
    try:
        ports: Any = json.loads(_PORTS.read_text())
        return f"http://127.0.0.1:{int(ports['intake'])}"
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _with_progress(paths: list[Path], stderr: Console) -> Iterator[Outcome]:
    files = files_in(paths)
    with Progress(
        TextColumn("Reading"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("files"),
        TimeElapsedColumn(),
        console=stderr,
        disable=not stderr.is_terminal,
    ) as progress:
        for path in progress.track(files):
            for found in find(path):
                yield from outcomes(found, system_clock)


def _handle(
    outcome: Outcome, intake: Intake | None, counts: Counter[str]
) -> Readable | SourceError:
    read = outcome.read
    if isinstance(read, Readable) and intake is not None:
        try:
            counts["sent" if intake.send(read) else "held already"] += 1
        except Refused as error:
            read = error
    counts["refused" if isinstance(read, SourceError) else "read"] += 1
    return read


def _print_line(file: str, result: Readable | SourceError) -> None:
    """One line in UTF-8, whatever the terminal's encoding is."""
    line: dict[str, Any] = {"file": file}
    if isinstance(result, SourceError):
        line["error"] = {
            "code": str(result.code),
            "message": result.message,
            "where": result.where,
        }
    else:
        line["tender"] = result.tender.model_dump(mode="json")
    text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
    sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()


def _summary(stderr: Console, counts: Counter[str], refused: list[tuple[str, SourceError]]) -> None:
    order = ("read", "sent", "held already", "refused")
    told = ", ".join(f"{counts[name]} {name}" for name in order if counts[name])
    stderr.print(told or "Nothing to import was found.", highlight=False)
    for file, error in refused[:_SHOWN]:
        advice = _ADVICE.get(str(error.code), "send it back to its source with this message")
        place = f" ({error.where})" if error.where else ""
        stderr.print(
            f"  {file}: {error.code}: {error.message}{place}\n    -> {advice}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
    if len(refused) > _SHOWN:
        stderr.print(f"  and {len(refused) - _SHOWN} more; --json lists them all", markup=False)
