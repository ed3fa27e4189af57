"""The broker's jars: what is locked, fetched, and verified byte by byte before it is used."""

import fcntl
import hashlib
import os
import shutil
import ssl
import tomllib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from deploy.local.processes import NotStarted

LOCK_FILE = Path(__file__).with_name("jgo.lock.toml")
LOG_CONFIG = Path(__file__).with_name("log4j2.properties")

Progress = Callable[[int, int], None]
"""Told how many of how many files are there."""


@dataclass(frozen=True)
class Jar:
    """One file that the lock names."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def filename(self) -> str:
        """Its name in our folder."""
        return f"{self.artifact}-{self.version}.jar"


def locked() -> list[Jar]:
    """All jars of the lock file, which `jgo --resolver python lock` writes from jgo.toml."""
    entries = tomllib.loads(LOCK_FILE.read_text())["dependencies"]
    return [Jar(e["groupId"], e["artifactId"], e["version"], e["sha256"]) for e in entries]


def is_intact(path: Path, sha256: str) -> bool:
    """Is the file there, whole, and what the lock says?"""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return False


def _from_registry(jar: Jar, folder: Path) -> Path:
    """Fetch one jar into a folder that does not hold it yet."""
    from jgo.maven import MavenContext  # slow to import, and mostly not needed

    # Trust whom the machine trusts: a company's own authority is in its store, not in certifi's.
    store = ssl.get_default_verify_paths()
    folder_of_store = store.capath if store.capath and any(Path(store.capath).iterdir()) else None
    if authorities := store.cafile or folder_of_store:
        os.environ.setdefault("REQUESTS_CA_BUNDLE", authorities)
    source = MavenContext(repo_cache=folder, timeout=60)
    component = source.project(jar.group, jar.artifact).at_version(jar.version)
    path: Path = component.artifact().resolve()
    return path


def _download(jar: Jar, folder: Path, partial: Path) -> None:
    """Fetch one jar and move it into `folder`, only if its hash is the locked one."""
    for attempt in ("first", "second", "third"):
        try:
            file = _from_registry(jar, partial / attempt)
        except (OSError, RuntimeError) as error:  # requests' errors are OSErrors
            problem = str(error)
        else:
            if is_intact(file, jar.sha256):
                file.replace(folder / jar.filename)
                return
            problem = "its SHA-256 is not the one in deploy/local/jars/jgo.lock.toml"
    raise NotStarted(
        f"Could not fetch {jar.group}:{jar.artifact}:{jar.version}: {problem}.\n"
        "Check the network to the Maven registry and run the command again; "
        "what is already there is kept."
    )


def ensure(folder: Path, progress: Progress | None = None) -> list[Path]:
    """All jars in `folder`, each verified; what is missing or damaged is fetched.

    Downloads land in a folder aside and are renamed when they are verified, so a run that was
    interrupted leaves nothing that a later one could take for whole.
    """
    folder.mkdir(parents=True, exist_ok=True)
    jars = locked()
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        missing = [jar for jar in jars if not is_intact(folder / jar.filename, jar.sha256)]
        if missing:
            _fetch(missing, folder, len(jars), progress)
    return [folder / jar.filename for jar in jars]


def _fetch(missing: list[Jar], folder: Path, total: int, progress: Progress | None) -> None:
    partial = folder / "partial"
    shutil.rmtree(partial, ignore_errors=True)
    with ThreadPoolExecutor(8) as pool:
        fetched = pool.map(lambda jar: _download(jar, folder, partial), missing)
        for done, _ in enumerate(fetched, total - len(missing) + 1):
            if progress:
                progress(done, total)
    shutil.rmtree(partial, ignore_errors=True)
