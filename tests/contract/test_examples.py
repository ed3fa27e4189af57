"""The golden examples are what stands on the topics: both kinds of reader read them."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import ValidationError

from shared import topics
from shared.contracts.catalogue import CONTRACTS, examples, schema_of

EXAMPLES = [(topic, name) for topic in CONTRACTS for name in examples(topic)]


def _contains(whole: Any, part: Any) -> bool:
    """Does `whole` say all that `part` says?"""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(
            key in whole and _contains(whole[key], value) for key, value in part.items()
        )
    if isinstance(part, list):
        return len(whole) == len(part) and all(map(_contains, whole, part))
    return bool(whole == part)


def test_every_topic_has_a_contract() -> None:
    assert CONTRACTS.keys() == topics.ALL.keys()


@pytest.mark.parametrize("topic", CONTRACTS)
def test_every_topic_has_several_examples(topic: str) -> None:
    assert len(examples(topic)) >= 2


@pytest.mark.parametrize("topic", CONTRACTS)
def test_every_kind_of_event_has_an_example(topic: str) -> None:
    kinds = schema_of(topic).get("discriminator", {"mapping": {}})["mapping"]
    shown = {json.loads(value).get("kind") for value in examples(topic).values()}
    assert set(kinds) <= shown


@pytest.mark.parametrize(("topic", "name"), EXAMPLES)
def test_an_example_satisfies_the_schema(topic: str, name: str) -> None:
    validator = Draft202012Validator(schema_of(topic), format_checker=FormatChecker())
    validator.validate(json.loads(examples(topic)[name]))


@pytest.mark.parametrize(("topic", "name"), EXAMPLES)
def test_nothing_that_an_example_says_is_lost_on_the_way(topic: str, name: str) -> None:
    contract = CONTRACTS[topic]
    read = contract.validate_json(examples(topic)[name])
    written = contract.dump_json(read)
    assert contract.validate_json(written) == read
    assert _contains(json.loads(written), json.loads(examples(topic)[name]))


@pytest.mark.parametrize(("topic", "name"), EXAMPLES)
def test_what_a_service_writes_satisfies_the_schema(topic: str, name: str) -> None:
    """Also for a record that an older writer wrote, and that is written again."""
    contract = CONTRACTS[topic]
    written = json.loads(contract.dump_json(contract.validate_json(examples(topic)[name])))
    Draft202012Validator(schema_of(topic), format_checker=FormatChecker()).validate(written)


@pytest.mark.parametrize(("topic", "name"), EXAMPLES)
def test_a_field_that_a_newer_writer_added_is_ignored(topic: str, name: str) -> None:
    contract = CONTRACTS[topic]
    example = json.loads(examples(topic)[name])
    newer = json.dumps(example | {"field_of_tomorrow": {"nested": [1]}})
    assert contract.validate_json(newer) == contract.validate_json(examples(topic)[name])
    Draft202012Validator(schema_of(topic)).validate(json.loads(newer))


@pytest.mark.parametrize("topic", CONTRACTS)
def test_a_record_without_a_required_field_is_refused(topic: str) -> None:
    example = json.loads(next(iter(examples(topic).values())))
    lacking = {key: value for key, value in example.items() if not key.endswith("_id")}
    lacking = {key: value for key, value in lacking.items() if key not in ("tender", "supplier")}
    with pytest.raises(ValidationError):
        CONTRACTS[topic].validate_json(json.dumps(lacking))


def test_examples_are_of_fictional_suppliers() -> None:
    told = [
        json.loads(value)["address"]
        for value in examples("contacts.v1").values()
        if "address" in json.loads(value)
    ]
    assert all(address is None or address.endswith(".example") for address in told)
