"""The topics as `topics.yaml` lists them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

DAY_MS = 86_400_000
MIB = 1_048_576
DLQ_DAYS = 28
LIST = Path(__file__).with_name("topics.yaml")


@dataclass(frozen=True)
class Topic:
    """One topic: its logical name (without prefix), how it is kept, who uses it."""

    name: str
    type: str
    key: str
    cleanup: Literal["compact", "delete"]
    partitions: int
    replication: int
    max_message_bytes: int
    producers: tuple[str, ...]
    consumers: tuple[str, ...]
    content: str
    restricted: bool = False
    retention_days: int | None = None
    min_compaction_lag_days: int | None = None
    max_compaction_lag_days: int | None = None
    delete_retention_days: int | None = None

    @property
    def dlq(self) -> str:
        """Name of the topic's dead letter queue."""
        return f"{self.name}.dlq"

    def config(self) -> dict[str, str]:
        """The topic's settings in Kafka's own names."""
        days = {
            "retention.ms": self.retention_days,
            "min.compaction.lag.ms": self.min_compaction_lag_days,
            "max.compaction.lag.ms": self.max_compaction_lag_days,
            "delete.retention.ms": self.delete_retention_days,
        }
        return {
            "cleanup.policy": self.cleanup,
            "max.message.bytes": str(self.max_message_bytes),
        } | {name: str(value * DAY_MS) for name, value in days.items() if value is not None}

    def dlq_config(self) -> dict[str, str]:
        """The dead letter queue's settings: 1 MiB more, for the headers that are added."""
        return {
            "cleanup.policy": "delete",
            "retention.ms": str(DLQ_DAYS * DAY_MS),
            "max.message.bytes": str(self.max_message_bytes + MIB),
        }


def load() -> dict[str, Topic]:
    """Read the list: logical name -> topic."""
    listed: dict[str, Any] = yaml.safe_load(LIST.read_text("utf-8"))
    topics = {}
    for name, entry in listed["topics"].items():
        fields = listed["defaults"] | entry
        fields["max_message_bytes"] = int(fields.pop("max_message_mib") * MIB)
        fields["producers"] = tuple(fields["producers"])
        fields["consumers"] = tuple(fields["consumers"])
        topics[name] = Topic(name=name, **fields)
    return topics


ALL = load()
TENDERS = ALL["tenders.v1"]
SUPPLIERS = ALL["suppliers.v1"]
CONTACTS = ALL["contacts.v1"]
SHARDS = ALL["matcher.shards.v1"]
MATCHES = ALL["matches.v1"]
PROGRESS = ALL["progress.v1"]
MAIL_REQUESTS = ALL["mail-requests.v1"]
NOTIFICATIONS = ALL["notifications.v1"]
FEEDBACK = ALL["feedback.v1"]
