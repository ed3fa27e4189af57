"""The AsyncAPI document is valid, current, and tells of every topic and service."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from shared import asyncapi, topics

OFFICIAL = Path(__file__).parent / "asyncapi" / "asyncapi-3.0.0.json"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return asyncapi.document()


def test_the_document_is_valid_asyncapi_3(document: dict[str, Any]) -> None:
    official = json.loads(OFFICIAL.read_text("utf-8"))
    errors = [
        f"{error.json_path}: {error.message[:200]}"
        for error in Draft7Validator(official).iter_errors(document)
    ]
    assert errors == []


def test_a_document_that_is_not_asyncapi_is_found(document: dict[str, Any]) -> None:
    official = json.loads(OFFICIAL.read_text("utf-8"))
    broken = document | {"operations": {"x": {"action": "shout"}}}
    assert not Draft7Validator(official).is_valid(broken)


def test_every_topic_and_its_dead_letter_queue_is_a_channel(document: dict[str, Any]) -> None:
    names = {name for topic in topics.ALL.values() for name in (topic.name, topic.dlq)}
    assert document["channels"].keys() == names


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    def references(node: Any) -> list[str]:
        if isinstance(node, list):
            return [found for item in node for found in references(item)]
        if isinstance(node, dict):
            own = [node["$ref"]] if "$ref" in node else []
            return own + [found for item in node.values() for found in references(item)]
        return []

    for reference in references(document):
        place: Any = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


@pytest.mark.parametrize("topic", topics.ALL)
def test_the_examples_shown_satisfy_the_payload_shown(topic: str, document: dict[str, Any]) -> None:
    message = document["components"]["messages"][topic]
    assert message["examples"]
    schema = message["payload"] | {"components": document["components"]}
    for example in message["examples"]:
        Draft202012Validator(schema).validate(example["payload"])
