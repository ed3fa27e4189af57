"""Records as read, and as CloudEvents 1.0 in Kafka's binary mode: attributes in headers."""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from aiokafka import ConsumerRecord
from pydantic import BaseModel, TypeAdapter, ValidationError

from shared.contracts.base import Contract
from shared.topics import Topic

M = TypeVar("M")
Headers = list[tuple[str, bytes]]


class Reject(Exception):
    """A message that can never be handled: it goes to its dead letter queue.

    `code` is stable, for counting; `detail` must hold nothing of the message's content.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Record:
    """One record as it was read. A `value` of None is a tombstone."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]

    @classmethod
    def of(cls, raw: "ConsumerRecord[bytes, bytes]") -> "Record":
        return cls(
            raw.topic,
            raw.partition,
            raw.offset,
            raw.timestamp,
            raw.key,
            raw.value,
            tuple(raw.headers),
        )


@dataclass(frozen=True)
class Event(Generic[M]):
    """A record understood. `body` is None for a tombstone."""

    id: str
    type: str
    time: datetime
    key: str
    body: M | None
    record: Record
    traceparent: str | None = None


@dataclass(frozen=True)
class Message:
    """Something to publish. `topic` is the logical name; `time` is the injected clock's."""

    topic: Topic
    key: str
    body: Contract | None
    time: datetime
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    traceparent: str | None = None

    def value(self) -> bytes | None:
        return None if self.body is None else self.body.model_dump_json().encode()

    def headers(self, source: str) -> Headers:
        """CloudEvents attributes; `source` names the service."""
        pairs = {
            "ce_specversion": "1.0",
            "ce_id": self.id,
            "ce_type": self.topic.type,
            "ce_source": f"/ombud/{source}",
            "ce_time": self.time.isoformat(),
            "content-type": "application/json",
        }
        if self.traceparent:
            pairs["traceparent"] = self.traceparent
        return [(name, value.encode()) for name, value in pairs.items()]


def new_traceparent() -> str:
    """A W3C trace context that starts here."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def read_event(record: Record, adapter: TypeAdapter[M], event_type: str) -> Event[M]:
    """Understand a record, or raise `Reject` with one of `bad_key`, `bad_header`,
    `unknown_schema`, `bad_value`."""
    try:
        key = (record.key or b"").decode()
    except UnicodeDecodeError:
        raise Reject("bad_key") from None
    try:
        headers = {name: value.decode() for name, value in record.headers}
        time = datetime.fromisoformat(headers["ce_time"])
        event_id, found = headers["ce_id"], headers["ce_type"]
    except (UnicodeDecodeError, KeyError, ValueError, AttributeError):
        raise Reject("bad_header") from None
    if not key:
        raise Reject("bad_key", "empty")
    if time.tzinfo is None:
        raise Reject("bad_header", "ce_time without offset")
    if found != event_type:
        raise Reject("unknown_schema")
    body = None if record.value is None else _body(record.value, adapter)
    return Event(event_id, found, time, key, body, record, headers.get("traceparent"))


def _body(value: bytes, adapter: TypeAdapter[M]) -> M:
    try:
        return adapter.validate_json(value)
    except ValidationError as error:
        where = "; ".join(
            f"{'.'.join(map(str, e['loc']))}: {e['type']}" for e in error.errors()[:5]
        )
        raise Reject("bad_value", where[:500]) from None
    except ValueError:
        raise Reject("bad_value") from None


def adapter_of(model: "type[M] | TypeAdapter[M]") -> TypeAdapter[M]:
    """The validator of a contract, or of a union of contracts."""
    if isinstance(model, TypeAdapter):
        return model
    assert issubclass(model, BaseModel)
    return TypeAdapter(model)
