"""The table of business terms finds what the eForms SDK's own XPaths find."""

import json
from pathlib import Path

import pytest
from lxml import etree

from services.intake.sources.eforms.document import root_of
from services.intake.sources.eforms.terms import NAMESPACES, table
from tests.unit.sources.corpus import NOTICES, name
from tests.unit.sources.sdk_excerpt import EXCERPT

SDK_FIELDS: dict[str, dict[str, list[str]]] = json.loads(EXCERPT.read_text())
BEYOND = {"earlier_notice"}
"""Terms that converted notices carry outside the place that the SDK gives them."""


def elements(found: object) -> list[etree._Element]:
    assert isinstance(found, list)
    return found


def found_by_table(root: etree._Element, group: str, term: str) -> set[etree._Element]:
    if group == "notice":
        nodes = [table().group(group, root)]
    elif group in ("award_criterion", "selection_criterion"):
        lots = table().each("lot", root)
        nodes = [node for lot in lots for node in table().each(group, lot.node)]
    else:
        nodes = table().each(group, root)
    return {element for node in nodes for element in elements(node.terms[term].find(node.node))}


def found_by_sdk(root: etree._Element, fields: tuple[str, ...]) -> set[etree._Element]:
    found: set[etree._Element] = set()
    for field in fields:
        for xpath in SDK_FIELDS[field]:
            found |= set(elements(root.xpath(xpath, namespaces=NAMESPACES)))
    return found


@pytest.mark.parametrize("path", NOTICES, ids=name)
def test_each_term_finds_what_the_sdks_xpath_finds(path: Path) -> None:
    root = root_of(path.read_bytes())
    for group, terms in table().groups.items():
        for name_of_term, term in terms.items():
            if not term.fields:
                continue
            ours = found_by_table(root, group, name_of_term)
            sdk = found_by_sdk(root, term.fields)
            if name_of_term in BEYOND:
                assert sdk <= ours, (group, name_of_term)
            else:
                assert ours == sdk, (group, name_of_term)


def test_every_field_of_the_table_is_in_an_sdk() -> None:
    used = {f for g in table().groups.values() for t in g.values() for f in t.fields}
    assert used == {field for field, places in SDK_FIELDS.items() if places}
