"""Writes the JSON Schema of each topic: `python -m shared.contracts.write [--release]`.

`--release` also makes them the released ones, unless a change would break readers or records.
"""

import sys

from shared.contracts.catalogue import CONTRACTS, RELEASED, SCHEMAS, released, schema_of, written
from shared.contracts.compatibility import breaks


def write() -> None:
    """Write `schemas/<topic>.json` for each topic."""
    for topic in CONTRACTS:
        (SCHEMAS / f"{topic}.json").write_text(written(schema_of(topic)), "utf-8")


def release() -> list[str]:
    """Make the present schemas the released ones; gives what forbids it, and then does nothing."""
    found = [
        f"{topic} {change}"
        for topic in CONTRACTS
        if (RELEASED / f"{topic}.json").exists()
        for change in breaks(released(topic), schema_of(topic))
    ]
    if not found:
        RELEASED.mkdir(exist_ok=True)
        for topic in CONTRACTS:
            (RELEASED / f"{topic}.json").write_text(written(schema_of(topic)), "utf-8")
    return found


if __name__ == "__main__":
    write()
    if "--release" in sys.argv[1:] and (forbidden := release()):
        sys.exit("\n".join(["A new version of the topic is needed:", *forbidden]))
