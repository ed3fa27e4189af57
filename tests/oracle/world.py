"""What was accepted on one side and what the mail server accepted on the other, as plain data."""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from shared import topics
from shared.contracts.supplier import Contact, Supplier
from shared.contracts.tender import Tender
from shared.settings import KafkaSettings
from tests.integration.kafka import read_all

LedgerKey = tuple[str, str, str, str]
"""tender_id, recipient_id, purpose, occurrence: mailed once, for good."""


@dataclass(frozen=True)
class Ground:
    """Where to look. `dsn` may read the schemas of intake and notifier."""

    dsn: str
    kafka: KafkaSettings
    inbox: Path
    accepted: Path | None = None


@dataclass(frozen=True)
class Recipient:
    """A contact, and whether it has ever confirmed."""

    contact: Contact
    ever_confirmed: bool

    @property
    def mailable(self) -> bool:
        """May be mailed now: active, consenting, confirmed, at once."""
        consent = self.contact.consent
        return (
            self.contact.status == "active"
            and self.contact.frequency == "instant"
            and consent is not None
            and consent.confirmed_at is not None
        )


@dataclass(frozen=True)
class Mail:
    """One message that the SMTP server accepted."""

    at: datetime
    seq: int
    recipient: str
    ledger: tuple[LedgerKey, ...]
    request: str | None


@dataclass(frozen=True)
class Acceptance:
    """One HTTP answer 200 or 201, as whoever asked wrote it down."""

    at: datetime
    created: bool
    tender_id: str | None
    supplier_id: str | None
    revision: int
    single: bool = False
    """Published alone, when nothing else was under way."""


@dataclass
class World:
    """Everything that the reckoning needs. Revisions are in ascending order, the last counts."""

    tenders: dict[str, list[Tender]] = field(default_factory=dict)
    suppliers: dict[str, list[Supplier]] = field(default_factory=dict)
    recipients: dict[str, Recipient] = field(default_factory=dict)
    accepted_at: dict[tuple[str, int], datetime] = field(default_factory=dict)
    requests: set[str] = field(default_factory=set)
    mails: list[Mail] = field(default_factory=list)
    unknown: set[LedgerKey] = field(default_factory=set)
    unknown_requests: set[str] = field(default_factory=set)
    acceptances: list[Acceptance] = field(default_factory=list)


def read_world(ground: Ground) -> World:
    """Read it all. Nothing may be under way."""
    world = World()
    with psycopg.connect(ground.dsn) as connection:
        _states(world, connection)
        _uncertain(world, connection)
    asyncio.run(_revisions(world, ground.kafka))
    _mails(world, ground.inbox)
    if ground.accepted and ground.accepted.exists():
        world.acceptances = [_acceptance(line) for line in ground.accepted.read_text().splitlines()]
    return world


def _rows(connection: psycopg.Connection, schema: str, query: str) -> list[tuple[Any, ...]]:
    connection.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(schema)))
    return connection.execute(query.encode()).fetchall()


def _states(world: World, connection: psycopg.Connection) -> None:
    """The present state of all that intake accepted."""
    for (state,) in _rows(connection, "intake", "SELECT state FROM tender"):
        tender = Tender.model_validate(state)
        world.tenders[tender.tender_id] = [tender]
    for (profile,) in _rows(connection, "intake", "SELECT profile FROM supplier"):
        supplier = Supplier.model_validate(profile)
        world.suppliers[supplier.supplier_id] = [supplier]
    consumed = {
        recipient
        for (recipient,) in _rows(
            connection,
            "intake",
            "SELECT recipient_id FROM mail_request WHERE consumed_at IS NOT NULL",
        )
    }
    for (state,) in _rows(connection, "intake", "SELECT state FROM contact"):
        contact = Contact.model_validate(state)
        ever = contact.recipient_id in consumed
        world.recipients[contact.recipient_id] = Recipient(contact, ever)
    for tender_id, revision, at in _rows(
        connection, "intake", "SELECT tender_id, revision, accepted_at FROM tender_revision"
    ):
        world.accepted_at[tender_id, revision] = at
    world.requests = {
        r for (r,) in _rows(connection, "intake", "SELECT request_id FROM mail_request")
    }


def _uncertain(world: World, connection: psycopg.Connection) -> None:
    """What the notifier itself shows as uncertain: a person has to look."""
    world.unknown = set(
        _rows(
            connection,
            "notifier",
            "SELECT tender_id, recipient_id, purpose, occurrence FROM ledger"
            " WHERE state = 'unknown'",
        )
    )
    world.unknown_requests = {
        request
        for (request,) in _rows(
            connection,
            "notifier",
            "SELECT request_id FROM mail_request JOIN mail USING (mail_id)"
            " WHERE mail.state = 'unknown'",
        )
    }


async def _revisions(world: World, kafka: KafkaSettings) -> None:
    """Earlier revisions, from the topics: what they made due may have been mailed rightly."""
    for tender in await _published(kafka, topics.TENDERS, Tender):
        _add(world.tenders, tender.tender_id, tender)
    for supplier in await _published(kafka, topics.SUPPLIERS, Supplier):
        _add(world.suppliers, supplier.supplier_id, supplier)


async def _published(kafka: KafkaSettings, topic: topics.Topic, model: Any) -> list[Any]:
    found = []
    for record in await read_all(kafka, topic.name):
        if record.value:
            try:
                found.append(model.model_validate_json(record.value))
            except ValueError:
                continue  # poison, put there by a test
    return found


def _add(known: dict[str, list[Any]], key: str, body: Any) -> None:
    revisions = {item.revision: item for item in known.get(key, ())}
    if key in known and body.revision <= max(revisions):
        revisions.setdefault(body.revision, body)
        known[key] = [revisions[number] for number in sorted(revisions)]


def _mails(world: World, inbox: Path) -> None:
    """Every accepted message, from the inbox's index and the messages themselves."""
    address = {
        str(r.contact.address).lower(): recipient_id for recipient_id, r in world.recipients.items()
    }
    index = inbox / "accepted.jsonl"
    lines = index.read_text().splitlines() if index.exists() else []
    for entry in map(json.loads, lines):
        message = message_from_bytes((inbox / entry["file"]).read_bytes(), policy=policy.default)
        for to in entry["rcpt_to"]:
            recipient = address.get(to.lower(), to)
            ledger = [str(value).split() for value in message.get_all("X-Ombud-Ledger", [])]
            request = message["X-Ombud-Request"]
            mail = Mail(
                at=datetime.fromisoformat(entry["at"]),
                seq=entry["seq"],
                recipient=recipient,
                ledger=tuple((t, recipient, purpose, once) for t, purpose, once in ledger),
                request=str(request) if request else None,
            )
            world.mails.append(mail)


def _acceptance(line: str) -> Acceptance:
    said = json.loads(line)
    return Acceptance(
        at=datetime.fromisoformat(said["at"]),
        created=said["status"] == 201,
        tender_id=said.get("tender_id"),
        supplier_id=said.get("supplier_id"),
        revision=said.get("revision", 0),
        single=said.get("kind") == "single",
    )
