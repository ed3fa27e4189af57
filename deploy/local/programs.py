"""What runs on the local stack beside Kafka and Postgres, and with which settings."""

import json
import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.embedded import Embedded, read_ports, write_ports
from deploy.local.paths import Place
from deploy.local.processes import free_port

DATABASE = "ombud"
DEFAULT_PORTS = {
    "kafka": 9392,
    "postgres": 9432,
    "smtp": 9425,
    "intake": 9400,
    "notifier": 9401,
    "matcher": 9402,
    "inbox": 9403,
}
"""Tried first; where one is taken, any free port is."""

_SETTLE_S = 5
"""The inbox takes a mail within seconds; after a lost answer this is long enough to ask it."""


@dataclass(frozen=True)
class Program:
    """A process that answers HTTP: 200 at `ready_path` once it can do its work."""

    name: str
    module: str
    port: int
    ready_path: str
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def command(self) -> list[str]:
        """How it is started."""
        return [sys.executable, "-m", self.module]

    @property
    def ready_url(self) -> str:
        """Where it says that it is ready."""
        return f"http://127.0.0.1:{self.port}{self.ready_path}"


@dataclass(frozen=True)
class Secrets:
    """Made once per data folder: what signs links, and an API key that may do everything."""

    link_secret: str
    api_key: str

    @classmethod
    def of(cls, place: Place) -> "Secrets":
        """Those of the place; new ones on its first start."""
        file = place.root / "secrets.json"
        if not file.exists():
            made = {
                "link_secret": secrets.token_urlsafe(32),
                "api_key": f"ombud_{secrets.token_hex(4)}_{secrets.token_hex(24)}",
            }
            file.touch(mode=0o600)
            file.write_text(json.dumps(made))
        return cls(**json.loads(file.read_text()))


@dataclass(frozen=True)
class Addresses:
    """Where everything of one stack is."""

    intake: str
    notifier: str
    matcher: str
    inbox: str
    smtp_port: int


def choose_ports(place: Place) -> dict[str, int]:
    """A free port for each part: that of the last run, else the default, else any."""
    known = DEFAULT_PORTS | read_ports(place)
    taken: set[int] = set()
    chosen = {}
    for name, port in known.items():
        chosen[name] = free_port(None if port in taken else port)
        taken.add(chosen[name])
    write_ports(place, chosen)
    return chosen


def addresses(ports: Mapping[str, int]) -> Addresses:
    """The URLs that belong to these ports."""

    def url(name: str) -> str:
        return f"http://127.0.0.1:{ports[name]}"

    return Addresses(url("intake"), url("notifier"), url("matcher"), url("inbox"), ports["smtp"])


def programs(
    servers: Embedded,
    ports: Mapping[str, int],
    extra: Mapping[str, Mapping[str, str]] | None = None,
) -> list[Program]:
    """The inbox and the three services, in the order in which they start.

    `extra` gives single programs more variables, e.g. a failpoint.
    """
    place, where, known = servers.place, addresses(ports), Secrets.of(servers.place)
    common = {
        "OMBUD_KAFKA_BOOTSTRAP_SERVERS": servers.kafka.bootstrap_servers,
        "OMBUD_KAFKA_REPLICATION": "1",
        "OMBUD_LINK_SECRET": known.link_secret,
        "OMBUD_LOG_FORMAT": "console",
        "OMBUD_INTAKE_URL": where.intake,
    }
    own: dict[str, dict[str, str]] = {
        "inbox": {
            "OMBUD_INBOX_DIR": str(place.inbox),
            "OMBUD_INBOX_SMTP_PORT": str(ports["smtp"]),
            "OMBUD_INBOX_HTTP_PORT": str(ports["inbox"]),
        },
        "intake": {
            "OMBUD_DATABASE_DSN": servers.postgres.dsn("intake", DATABASE),
            "OMBUD_PUBLIC_URL": where.intake,
            "OMBUD_OPEN_PAGES": "true",
            "OMBUD_BOOTSTRAP_KEY": known.api_key,
        },
        "matcher": {},
        "notifier": {
            "OMBUD_DATABASE_DSN": servers.postgres.dsn("notifier", DATABASE),
            "OMBUD_PUBLIC_URL": where.notifier,
            "OMBUD_SMTP_HOST": "127.0.0.1",
            "OMBUD_SMTP_PORT": str(ports["smtp"]),
            "OMBUD_SMTP_RECORD_URL": where.inbox,
            "OMBUD_SMTP_SETTLE_S": str(_SETTLE_S),
        },
    }
    modules = {"inbox": "deploy.local.inbox"}
    return [
        Program(
            name,
            modules.get(name, f"services.{name}"),
            ports[name],
            "/api/behaviour" if name == "inbox" else "/ready",
            dict(os.environ)
            | common
            | {"OMBUD_HTTP_PORT": str(ports[name])}
            | variables
            | dict((extra or {}).get(name, {})),
        )
        for name, variables in own.items()
    ]


def log_of(place: Place, name: str) -> Path:
    """The log of one program."""
    return place.logs / f"{name}.log"
