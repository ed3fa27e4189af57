"""topics.yaml says what the code does: nobody publishes or consumes unlisted, and nobody idles."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared import topics

SERVICES = Path(__file__).parents[2] / "services"
CONSUMING = {"subscribe", "hear"}
PRODUCING = {"Message", "_message"}
CONSTANTS = {name: value for name, value in vars(topics).items() if isinstance(value, topics.Topic)}


def _calls(service: str, functions: set[str]) -> Iterator[ast.Call]:
    for path in sorted((SERVICES / service).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func
                name = (
                    called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
                )
                if name in functions:
                    yield node


def _topics_in(call: ast.Call) -> set[str]:
    """The topics that a call names, as `topics.X` or as `X`."""
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    named = {a.attr if isinstance(a, ast.Attribute) else getattr(a, "id", "") for a in arguments}
    return {CONSTANTS[name].name for name in named & CONSTANTS.keys()}


def _used(service: str, functions: set[str]) -> set[str]:
    found = (_topics_in(call) for call in _calls(service, functions))
    return {topic for named in found for topic in named}


@pytest.mark.parametrize("service", ["intake", "matcher", "notifier"])
def test_a_service_consumes_exactly_what_the_list_says(service: str) -> None:
    listed = {topic.name for topic in topics.ALL.values() if service in topic.consumers}
    assert _used(service, CONSUMING) == listed


@pytest.mark.parametrize("service", ["intake", "matcher", "notifier"])
def test_a_service_publishes_exactly_what_the_list_says(service: str) -> None:
    listed = {topic.name for topic in topics.ALL.values() if service in topic.producers}
    assert _used(service, PRODUCING) == listed


def test_every_topic_has_a_constant_a_producer_and_a_consumer() -> None:
    assert {topic.name for topic in CONSTANTS.values()} == topics.ALL.keys()
    for topic in topics.ALL.values():
        assert topic.producers, topic.name
        assert topic.consumers, topic.name


def test_every_topic_has_an_event_type_of_its_own() -> None:
    counted = Counter(topic.type for topic in topics.ALL.values())
    assert set(counted.values()) == {1}


def test_compacted_topics_keep_tombstones_as_long_as_a_reader_may_be_away() -> None:
    for topic in topics.ALL.values():
        config = topic.config()
        if topic.cleanup == "compact":
            assert int(config["delete.retention.ms"]) >= 28 * topics.DAY_MS
            assert int(config["max.compaction.lag.ms"]) >= topics.DAY_MS
        else:
            assert int(config["retention.ms"]) == 28 * topics.DAY_MS
        assert int(topic.dlq_config()["max.message.bytes"]) > int(config["max.message.bytes"])


def test_the_shard_log_has_twelve_partitions_for_good() -> None:
    assert topics.SHARDS.partitions == 12
