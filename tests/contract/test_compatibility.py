"""A schema that a reader or a record still follows is not broken under its version."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest

from shared.contracts import write
from shared.contracts.catalogue import CONTRACTS, SCHEMAS, Schema, released, schema_of, written
from shared.contracts.compatibility import breaks

TENDER = "tenders.v1"
PROGRESS = "progress.v1"
Change = Callable[[Schema], object]


def _changed(topic: str, change: Change) -> list[str]:
    """What is found when the released schema is changed so."""
    new = deepcopy(released(topic))
    change(new)
    return breaks(released(topic), new)


def _field(schema: Schema, model: str, name: str) -> Schema:
    found: Schema = schema["$defs"][model]["properties"][name]
    return found


@pytest.mark.parametrize("topic", CONTRACTS)
def test_the_committed_schema_is_the_models(topic: str) -> None:
    committed = (SCHEMAS / f"{topic}.json").read_text("utf-8")
    assert committed == written(schema_of(topic)), "run `make contracts`"


@pytest.mark.parametrize("topic", CONTRACTS)
def test_older_readers_and_older_records_go_on(topic: str) -> None:
    assert breaks(released(topic), schema_of(topic)) == []


@pytest.mark.parametrize("topic", CONTRACTS)
def test_every_field_is_released_before_it_can_be_lost(topic: str) -> None:
    """A new field joins the released schema, or removing it later would go unseen."""
    assert breaks(schema_of(topic), released(topic)) == [], (
        "run `python -m shared.contracts.write --release`"
    )


BREAKING: dict[str, tuple[str, Change, str]] = {
    "a field is removed": (TENDER, lambda s: s["properties"].pop("lots"), "$.lots"),
    "a field of a part is removed": (
        TENDER,
        lambda s: s["$defs"]["Lot"]["properties"].pop("deadline"),
        "$.lots/items.deadline",
    ),
    "a required field becomes optional": (
        TENDER,
        lambda s: s["required"].remove("status"),
        "status",
    ),
    "an optional field becomes required": (TENDER, lambda s: s["required"].append("law"), "$.law"),
    "a new field is required": (
        TENDER,
        lambda s: (
            s["properties"].update(region={"type": "string"}),
            s["required"].append("region"),
        ),
        "$.region",
    ),
    "an enumeration gets a value": (
        TENDER,
        lambda s: s["$defs"]["TenderStatus"]["enum"].append("paused"),
        "$.status/enum",
    ),
    "an enumeration loses a value": (
        TENDER,
        lambda s: s["$defs"]["TenderStatus"]["enum"].remove("suspended"),
        "$.status/enum",
    ),
    "a field may be null": (
        TENDER,
        lambda s: s["$defs"]["Lot"]["properties"].update(
            lot_id={"anyOf": [_field(s, "Lot", "lot_id"), {"type": "null"}]}
        ),
        "lot_id",
    ),
    "a field may no longer be null": (
        TENDER,
        lambda s: _field(s, "Lot", "renewals")["anyOf"].pop(),
        "renewals",
    ),
    "a field is of a wider type": (
        TENDER,
        lambda s: _field(s, "Lot", "renewals")["anyOf"].append({"type": "string"}),
        "renewals",
    ),
    "a field is of another type": (
        TENDER,
        lambda s: s["properties"]["revision"].update(type="string"),
        "$.revision",
    ),
    "money becomes a string": (
        TENDER,
        lambda s: _field(s, "Money", "amount").update(type="string"),
        "amount",
    ),
    "a pattern changes inside a choice": (
        TENDER,
        lambda s: _field(s, "Lot", "cpv_main")["anyOf"][0].update(pattern="^[0-9]{9}$"),
        "cpv_main",
    ),
    "a text may be longer": (
        TENDER,
        lambda s: _field(s, "Lot", "lot_id").update(maxLength=101),
        "lot_id",
    ),
    "a bound is dropped": (
        TENDER,
        lambda s: s["properties"]["revision"].pop("minimum"),
        "revision",
    ),
    "a default changes": (
        "suppliers.v1",
        lambda s: s["properties"]["threshold"].update(default=50),
        "threshold",
    ),
    "unknown fields are refused": (
        TENDER,
        lambda s: s.update(additionalProperties=False),
        "additionalProperties",
    ),
    "a kind of event is added": (
        PROGRESS,
        lambda s: s["oneOf"].append({"$ref": "#/$defs/Matched"}),
        "oneOf",
    ),
    "a kind of event is renamed": (
        PROGRESS,
        lambda s: _field(s, "Matched", "kind").update(const="done"),
        "kind",
    ),
}

HARMLESS: dict[str, tuple[str, Change]] = {
    "a field is explained in other words": (
        TENDER,
        lambda s: s["properties"]["revision"].update(description="A growing number", title="R"),
    ),
    "an optional field is added": (
        TENDER,
        lambda s: s["properties"].update(region={"type": "string", "default": ""}),
    ),
    "an optional field with values of its own is added to a part": (
        TENDER,
        lambda s: s["$defs"]["Lot"]["properties"].update(mood={"enum": ["a", "b"], "default": "a"}),
    ),
    "fields and values stand in another order": (
        TENDER,
        lambda s: (s["required"].reverse(), s["$defs"]["TenderKind"]["enum"].reverse()),
    ),
    "a model has another name": (TENDER, lambda s: _rename(s, "Money", "Sum")),
}


def _rename(schema: Schema, old: str, new: str) -> None:
    text = json.dumps(schema).replace(f"#/$defs/{old}", f"#/$defs/{new}")
    renamed = json.loads(text)
    renamed["$defs"][new] = renamed["$defs"].pop(old)
    schema.clear()
    schema.update(renamed)


@pytest.mark.parametrize("name", BREAKING)
def test_what_would_break_a_reader_is_found(name: str) -> None:
    topic, change, place = BREAKING[name]
    found = _changed(topic, change)
    assert any(place in line for line in found), found


@pytest.mark.parametrize("name", HARMLESS)
def test_what_breaks_nobody_passes(name: str) -> None:
    topic, change = HARMLESS[name]
    assert _changed(topic, change) == []


def test_a_breaking_change_cannot_be_released(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    older = released(TENDER)
    older["properties"]["gone"] = {"type": "string", "default": ""}
    (tmp_path / f"{TENDER}.json").write_text(written(older))
    monkeypatch.setattr(write, "RELEASED", tmp_path)
    monkeypatch.setattr("shared.contracts.catalogue.RELEASED", tmp_path)
    assert write.release() == [f"{TENDER} $.gone: the field is gone"]
    assert json.loads((tmp_path / f"{TENDER}.json").read_text()) == older
