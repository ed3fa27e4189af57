"""Finds what can be imported in files, folders and ZIP archives; a bad one never stops the rest."""

import io
import os
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from services.intake.sources import csv, json
from services.intake.sources.eforms.document import MAX_BYTES as MAX_XML
from services.intake.sources.errors import SourceCode, SourceError

LIMITS = {".xml": MAX_XML, ".csv": csv.MAX_BYTES, ".json": json.MAX_BYTES}
"""Kinds of files that are read, and how many bytes of each."""

MAX_ARCHIVE = 512 * 1024 * 1024
MAX_ENTRIES = 20_000
MAX_RATIO = 200
MAX_UNPACKED = 1024 * 1024 * 1024


@dataclass(frozen=True)
class Found:
    """One file, or one entry of an archive ("a.zip!/b.xml"): its bytes, or why there are none."""

    name: str
    kind: str
    content: bytes | SourceError


def files_in(paths: Iterable[Path]) -> list[Path]:
    """The files that `find` opens: those named, and in folders those of a known kind, sorted."""
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        for folder, folders, names in os.walk(path):
            folders.sort()
            found.extend(Path(folder, name) for name in sorted(names) if _known(name))
    return list(dict.fromkeys(found))


def find(path: Path) -> Iterator[Found]:
    """What one file holds: itself, or the entries of an archive."""
    kind = path.suffix.lower()
    name = os.fsencode(path).decode("utf-8", "replace")
    if kind != ".zip" and kind not in LIMITS:
        yield Found(name, kind, _unknown_kind())
        return
    try:
        if kind == ".zip":
            yield from _entries(name, path)
        else:
            yield Found(name, kind, _bounded(path, LIMITS[kind]))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        problem = SourceError(SourceCode.UNREADABLE, f"The file cannot be read: {reason}")
        yield Found(name, kind, problem)


def _known(name: str) -> bool:
    suffix = Path(name).suffix.lower()
    return suffix in LIMITS or suffix == ".zip"


def _unknown_kind() -> SourceError:
    kinds = ", ".join([*LIMITS, ".zip"])
    return SourceError(SourceCode.UNREADABLE, f"Only these kinds of files are read: {kinds}")


def _too_large(limit: int) -> SourceError:
    return SourceError(SourceCode.TOO_LARGE, f"It is larger than {limit} bytes.")


def _bounded(path: Path, limit: int) -> bytes | SourceError:
    if not path.is_file():
        return SourceError(SourceCode.UNREADABLE, "It is not a regular file.")
    with path.open("rb") as file:
        content = file.read(limit + 1)
    return content if len(content) <= limit else _too_large(limit)


def _entries(name: str, path: Path) -> Iterator[Found]:
    packed = _bounded(path, MAX_ARCHIVE)
    if isinstance(packed, SourceError):
        yield Found(name, ".zip", packed)
        return
    try:
        archive = zipfile.ZipFile(io.BytesIO(packed))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError) as error:
        yield Found(name, ".zip", _bad_zip(f"Not a ZIP archive: {error}"))
        return
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MAX_ENTRIES:
        yield Found(name, ".zip", _bad_zip(f"It has more than {MAX_ENTRIES} entries."))
        return
    left = MAX_UNPACKED
    for entry in entries:
        if not _known(entry.filename):
            continue
        content = _entry(archive, entry, left)
        left -= 0 if isinstance(content, SourceError) else len(content)
        inner = entry.filename.encode("utf-8", "replace").decode("utf-8")
        yield Found(f"{name}!/{inner}", Path(entry.filename).suffix.lower(), content)


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes | SourceError:
    """Unpack one entry; never more than its kind may have, whatever the archive claims."""
    limit = LIMITS.get(Path(entry.filename).suffix.lower())
    if limit is None:
        return _bad_zip("An archive within an archive is not opened.")
    if entry.flag_bits & 0x1:
        return _bad_zip("The entry is encrypted.")
    if entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        return _bad_zip(f"The entry unpacks to more than {MAX_RATIO} times its size.")
    if min(limit, entry.file_size) > left:
        return _bad_zip(f"The archive unpacks to more than {MAX_UNPACKED} bytes.")
    try:
        with archive.open(entry) as file:
            content = file.read(limit + 1)
    except Exception as error:  # noqa: BLE001 - zipfile lets errors of several libraries through
        return _bad_zip(f"The entry cannot be unpacked: {type(error).__name__}")
    return content if len(content) <= limit else _too_large(limit)


def _bad_zip(problem: str) -> SourceError:
    return SourceError(SourceCode.BAD_ZIP, problem)
