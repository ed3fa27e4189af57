"""What the inbox accepted: one file a message and one line in `accepted.jsonl`, safe on disk."""

import os
import threading
from collections.abc import Sequence
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from shared.clock import Clock


class Accepted(BaseModel):
    """One accepted message, as a line of `accepted.jsonl`. `file` is relative to the inbox."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    seq: int
    mail_from: str
    rcpt_to: list[str]
    message_id: str
    file: str


class Store:
    """The folder of an inbox. One process at a time writes to it."""

    def __init__(self, directory: Path, clock: Clock) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._clock = clock
        self._lock = threading.Lock()
        self._index = directory / "accepted.jsonl"
        self._accepted = self._read_index()

    def accept(self, mail_from: str, rcpt_to: Sequence[str], content: bytes) -> Accepted:
        """Keep a message. When this returns, it survives a crash and a power cut."""
        with self._lock:
            seq = self._accepted[-1].seq + 1 if self._accepted else 1
            entry = Accepted(
                at=self._clock(),
                seq=seq,
                mail_from=mail_from,
                rcpt_to=list(rcpt_to),
                message_id=_message_id(content),
                file=f"{seq:06}.eml",
            )
            _write_durably(self._directory / entry.file, content)
            with self._index.open("ab") as index:
                index.write(entry.model_dump_json().encode() + b"\n")
                index.flush()
                os.fsync(index.fileno())
            self._accepted.append(entry)
            return entry

    def all(self) -> list[Accepted]:
        """All accepted messages, oldest first."""
        return list(self._accepted)

    def find(self, seq: int) -> Accepted | None:
        """The message with this number."""
        return next((entry for entry in self._accepted if entry.seq == seq), None)

    def content(self, entry: Accepted) -> bytes:
        """The message's bytes as they came."""
        return (self._directory / entry.file).read_bytes()

    def message(self, entry: Accepted) -> EmailMessage:
        """The message, parsed."""
        return message_from_bytes(self.content(entry), policy=policy.default)

    def _read_index(self) -> list[Accepted]:
        """Entries of earlier runs; a last line that was cut off by a crash was not accepted."""
        if not self._index.exists():
            self._index.touch()
        whole, newline, cut = self._index.read_bytes().rpartition(b"\n")
        if cut:
            os.truncate(self._index, len(whole) + len(newline))
        return [Accepted.model_validate_json(line) for line in whole.splitlines()]


def _message_id(content: bytes) -> str:
    """The Message-ID header, or nothing; a damaged message is accepted like any other."""
    headers = content.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    parsed = message_from_bytes(headers, policy=policy.compat32)
    return str(parsed.get("Message-ID", "")).strip()


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
