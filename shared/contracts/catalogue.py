"""Which contract stands on which topic, as JSON Schema and with golden examples.

The schema describes what is on the wire: money is a JSON number, whatever Python makes of it.
"""

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from shared.contracts.events import PROGRESS, Feedback, MailRequest, Notification
from shared.contracts.match import MatchBatch
from shared.contracts.shard import SHARD_RECORD
from shared.contracts.supplier import Contact, Supplier
from shared.contracts.tender import Tender

HERE = Path(__file__).parent
SCHEMAS = HERE / "schemas"
RELEASED = SCHEMAS / "released"
"""The schemas that some reader, or some record on a topic, may still follow."""
EXAMPLES = HERE / "examples"

Schema = dict[str, Any]

CONTRACTS: dict[str, TypeAdapter[Any]] = {
    "tenders.v1": TypeAdapter(Tender),
    "suppliers.v1": TypeAdapter(Supplier),
    "contacts.v1": TypeAdapter(Contact),
    "matcher.shards.v1": SHARD_RECORD,
    "matches.v1": TypeAdapter(MatchBatch),
    "progress.v1": PROGRESS,
    "mail-requests.v1": TypeAdapter(MailRequest),
    "notifications.v1": TypeAdapter(Notification),
    "feedback.v1": TypeAdapter(Feedback),
}
"""Topic -> what its records hold. A topic of another version is another entry."""


class WireSchema(GenerateJsonSchema):
    """JSON Schema of what is written: amounts are numbers, never strings."""

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        number: JsonSchemaValue = {"type": "number"}
        bounds = {"minimum": schema.get("ge"), "maximum": schema.get("le")}
        return number | {name: bound for name, bound in bounds.items() if bound is not None}


def schema_of(topic: str) -> Schema:
    """The JSON Schema (2020-12) of a topic's records, generated from its model."""
    generated = CONTRACTS[topic].json_schema(schema_generator=WireSchema)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:ombud:contract:{topic}",
    } | generated


def written(schema: Schema) -> str:
    """A schema as the text of its file."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def released(topic: str) -> Schema:
    """The released schema of a topic. Raises FileNotFoundError before its first release."""
    schema: Schema = json.loads((RELEASED / f"{topic}.json").read_text("utf-8"))
    return schema


def examples(topic: str) -> dict[str, bytes]:
    """The golden examples of a topic: file name -> record value, as it stands on the wire."""
    return {path.name: path.read_bytes() for path in sorted((EXAMPLES / topic).glob("*.json"))}
