"""May a schema take the place of a released one, with readers and records of both about?

Services are replaced one by one and compacted topics keep records for years. So an older reader
must read what a newer writer writes, and a newer reader what an older writer wrote. What satisfies
both is narrow: what a released schema says of a field stays, and new fields are optional.
"""

from collections.abc import Iterator
from typing import Any

from shared.contracts.catalogue import Schema

PROSE = frozenset({"title", "description", "examples", "$id", "$schema", "$defs"})
"""Keywords that no reader acts upon."""
UNORDERED = frozenset({"enum", "required", "type"})


def breaks(old: Schema, new: Schema) -> list[str]:
    """Why `new` may not replace `old` under the same version; nothing means that it may.

    Each line names the place as a path and what changed there.
    """
    return list(_compare(_plain(old, old), _plain(new, new), "$"))


def _plain(node: Any, root: Schema) -> Any:
    """The schema without prose, with references replaced by what they point to."""
    if isinstance(node, list):
        return [_plain(item, root) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        name = node["$ref"].removeprefix("#/$defs/")
        beside = {key: value for key, value in node.items() if key != "$ref"}
        return _plain(root["$defs"][name] | beside, root)
    return {key: _plain_keyword(key, node[key], root) for key in node if key not in PROSE}


def _plain_keyword(key: str, value: Any, root: Schema) -> Any:
    if key == "properties":
        return {name: _plain(field, root) for name, field in value.items()}
    if key == "discriminator":
        return value["propertyName"]
    if key in UNORDERED and isinstance(value, list):
        return sorted(value, key=str)
    return value if key == "default" else _plain(value, root)


def _compare(old: Any, new: Any, place: str) -> Iterator[str]:
    if not (isinstance(old, dict) and isinstance(new, dict)):
        yield from _compare_values(old, new, place)
        return
    for key in sorted(old.keys() | new.keys()):
        if key == "properties":
            yield from _compare_fields(old.get(key, {}), new.get(key, {}), place)
        elif key == "required":
            yield from _compare_required(old.get(key, []), new.get(key, []), place)
        elif key not in new:
            yield f"{place}: `{key}` is gone"
        elif key not in old:
            yield f"{place}: `{key}` is new"
        elif key in ("default", "const"):
            if old[key] != new[key]:
                yield f"{place}: `{key}` was {old[key]!r}, is {new[key]!r}"
        else:
            yield from _compare(old[key], new[key], f"{place}/{key}")


def _compare_values(old: Any, new: Any, place: str) -> Iterator[str]:
    """Lists of variants item by item; everything else must be equal."""
    variants = isinstance(old, list) and isinstance(new, list) and len(old) == len(new)
    if variants and all(isinstance(item, dict) for item in [*old, *new]):
        for number, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from _compare(before, after, f"{place}/{number}")
    elif old != new:
        yield f"{place}: was {old!r}, is {new!r}"[:300]


def _compare_fields(old: Schema, new: Schema, place: str) -> Iterator[str]:
    for name, field in old.items():
        if name in new:
            yield from _compare(field, new[name], f"{place}.{name}")
        else:
            yield f"{place}.{name}: the field is gone"


def _compare_required(old: list[str], new: list[str], place: str) -> Iterator[str]:
    for name in sorted(set(new) - set(old)):
        yield f"{place}.{name}: is now required, which older records may lack"
    for name in sorted(set(old) - set(new)):
        yield f"{place}.{name}: is no longer required, which older readers need"
