"""Makes `sdk_fields.json`: where each field of our table stands in several eForms SDKs.

    python -m tests.unit.sources.sdk_excerpt eforms-sdk-1.7.0.jar eforms-sdk-1.15.1.jar ...

The jars are the Maven artifact eu.europa.ted.eforms:eforms-sdk (© European Union, CC BY 4.0).
"""

import json
import sys
import zipfile
from collections import defaultdict
from pathlib import Path

from services.intake.sources.eforms.terms import table

EXCERPT = Path(__file__).with_name("sdk_fields.json")


def excerpt(jars: list[Path]) -> dict[str, dict[str, list[str]]]:
    """Field -> absolute XPath -> the SDK versions that have it there."""
    wanted = {
        f for group in table().groups.values() for term in group.values() for f in term.fields
    }
    found: dict[str, dict[str, list[str]]] = {f: defaultdict(list) for f in sorted(wanted)}
    for jar in jars:
        with zipfile.ZipFile(jar) as archive:
            document = json.loads(archive.read("eforms-sdk/fields/fields.json"))
        version = jar.stem.removeprefix("eforms-sdk-")
        for field in document["fields"]:
            if field["id"] in wanted:
                found[field["id"]][field["xpathAbsolute"]].append(version)
    return {field: dict(places) for field, places in found.items()}


if __name__ == "__main__":
    EXCERPT.write_text(json.dumps(excerpt([Path(a) for a in sys.argv[1:]]), indent=1) + "\n")
