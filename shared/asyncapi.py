"""The AsyncAPI 3.0 document of all topics: who sends what where, and who receives it.

Made from `topics.yaml`, the contracts and their golden examples.
"""

import json
from typing import Any

from pydantic import TypeAdapter

from shared import topics
from shared.contracts.catalogue import CONTRACTS, WireSchema, examples
from shared.topics import Topic

Part = dict[str, Any]

_CLOUD_EVENT: Part = {
    "type": "object",
    "required": ["ce_specversion", "ce_id", "ce_type", "ce_source", "ce_time"],
    "properties": {
        "ce_specversion": {"const": "1.0"},
        "ce_id": {"type": "string", "description": "UUID of the event"},
        "ce_type": {"type": "string"},
        "ce_source": {"type": "string", "description": "/ombud/ and the service"},
        "ce_time": {"type": "string", "format": "date-time"},
        "content-type": {"const": "application/json"},
        "traceparent": {"type": "string", "description": "W3C trace context"},
    },
}
_DEAD_LETTER: Part = {
    "type": "object",
    "description": "The record's own headers as they were, and these beside them.",
    "required": ["dlq_topic", "dlq_partition", "dlq_offset", "dlq_code", "dlq_attempt"],
    "properties": {
        "dlq_topic": {"type": "string", "description": "Topic that the record was read from"},
        "dlq_partition": {"type": "string"},
        "dlq_offset": {"type": "string"},
        "dlq_timestamp": {"type": "string", "description": "Milliseconds since 1970"},
        "dlq_group": {"type": "string", "description": "Service that could not handle it"},
        "dlq_code": {"type": "string", "description": "Class of the error"},
        "dlq_detail": {"type": "string", "description": "Where, without any content"},
        "dlq_attempt": {"type": "string"},
    },
}


def document() -> Part:
    """The whole document."""
    listed = topics.ALL.values()
    references, definitions = TypeAdapter.json_schemas(
        [(name, "validation", adapter) for name, adapter in CONTRACTS.items()],
        ref_template="#/components/schemas/{model}",
        schema_generator=WireSchema,
    )
    payloads = {name: schema for (name, _), schema in references.items()}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Ombud on Kafka",
            "version": "1",
            "description": "Values are JSON, attributes of CloudEvents 1.0 are headers (Kafka's "
            "binary mode). A record without a value is a tombstone.",
            "license": {"name": "EUPL-1.2"},
        },
        "defaultContentType": "application/json",
        "channels": _channels(),
        "operations": {
            name: operation for topic in listed for name, operation in _operations(topic)
        },
        "components": {
            "schemas": _without_mappings(definitions["$defs"]),
            "messages": {
                **{topic.name: _message(topic, payloads[topic.name]) for topic in listed},
                "dead_letter": {
                    "summary": "A record that cannot be read or handled, byte for byte",
                    "contentType": "application/octet-stream",
                    "headers": _DEAD_LETTER,
                },
            },
        },
    }


def _channels() -> Part:
    channels: Part = {}
    for topic in topics.ALL.values():
        who = "restricted to producers and consumers" if topic.restricted else "open to the house"
        channels[topic.name] = _channel(
            topic, topic.name, topic.name, f"{topic.content}. Access: {who}.", topic.config()
        )
        channels[topic.dlq] = _channel(
            topic, topic.dlq, "dead_letter", f"Dead letters of {topic.name}.", topic.dlq_config()
        )
    return channels


def _channel(topic: Topic, address: str, message: str, text: str, config: dict[str, str]) -> Part:
    """One Kafka topic; `config` holds its settings in Kafka's own names."""
    settings: Part = {
        name: int(value) if value.isdigit() else value for name, value in config.items()
    }
    settings["cleanup.policy"] = [settings["cleanup.policy"]]
    return {
        "address": address,
        "description": text,
        "messages": {message: {"$ref": f"#/components/messages/{message}"}},
        "bindings": {
            "kafka": {
                "partitions": topic.partitions,
                "replicas": topic.replication,
                "topicConfiguration": settings,
                "bindingVersion": "0.5.0",
            }
        },
    }


def _operations(topic: Topic) -> list[tuple[str, Part]]:
    """What each producer and each consumer does with a topic."""
    roles = [(service, "send") for service in topic.producers]
    roles += [(service, "receive") for service in topic.consumers]
    return [
        (
            f"{service}.{action}.{topic.name}",
            {
                "action": action,
                "channel": {"$ref": f"#/channels/{topic.name}"},
                "messages": [{"$ref": f"#/channels/{topic.name}/messages/{topic.name}"}],
            },
        )
        for service, action in roles
    ]


def _message(topic: Topic, payload: Part) -> Part:
    shown = {name: json.loads(value) for name, value in examples(topic.name).items()}
    attributes = _CLOUD_EVENT["properties"] | {"ce_type": {"const": topic.type}}
    return {
        "name": topic.type,
        "headers": _CLOUD_EVENT | {"properties": attributes},
        "payload": _without_mappings(payload),
        "bindings": {
            "kafka": {
                "key": {"type": "string", "description": topic.key},
                "bindingVersion": "0.5.0",
            }
        },
        "examples": [
            {"name": name.removesuffix(".json"), "payload": value} for name, value in shown.items()
        ],
    }


def _without_mappings(schema: Any) -> Any:
    """AsyncAPI's discriminator is a name alone, without a mapping of its values."""
    if isinstance(schema, list):
        return [_without_mappings(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: value["propertyName"] if key == "discriminator" else _without_mappings(value)
        for key, value in schema.items()
    }
