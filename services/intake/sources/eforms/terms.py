"""The table of business terms (terms.yaml), compiled, and how a term is looked up."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from lxml import etree

from services.intake.sources.eforms.document import Element
from services.intake.sources.errors import SourceCode, SourceError

NAMESPACES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "ext": "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2",
    "efac": "http://data.europa.eu/p27/eforms-ubl-extension-aggregate-components/1",
    "efbc": "http://data.europa.eu/p27/eforms-ubl-extension-basic-components/1",
    "efext": "http://data.europa.eu/p27/eforms-ubl-extensions/1",
}
_EXT = "ext:UBLExtensions/ext:UBLExtension/ext:ExtensionContent/efext:EformsExtension"


@dataclass(frozen=True)
class Term:
    """One business term in one group of the table."""

    bt: str
    xpath: str
    fields: tuple[str, ...]
    withheld: frozenset[str]
    find: etree.XPath

    def where(self, element: Element) -> str:
        """Where a value stood or should stand: term, XPath and line."""
        return f"{self.bt} {self.xpath}, line {element.sourceline}"


@dataclass(frozen=True)
class Found:
    """A node of the notice, read through one group of terms."""

    node: Element
    terms: dict[str, Term]

    def elements(self, name: str) -> list[Element]:
        """The term's elements that have text, in document order; none where it is withheld."""
        term = self.terms[name]
        if term.withheld and not term.withheld.isdisjoint(self.withheld()):
            return []
        return [element for element in _nodes(term.find, self.node) if text_of(element)]

    def values(self, name: str) -> list[str]:
        """The texts of `elements`, without space around them."""
        return [text_of(element) for element in self.elements(name)]

    def value(self, name: str) -> str | None:
        """The first of `values`."""
        return next(iter(self.values(name)), None)

    def needed(self, name: str) -> str:
        """The first of `values`; raises SourceError missing_field where there is none."""
        value = self.value(name)
        if value is None:
            term = self.terms[name]
            raise SourceError(
                SourceCode.MISSING_FIELD,
                f"{term.bt} is missing; a notice cannot be read without it.",
                term.where(self.node),
            )
        return value

    def withheld(self) -> list[str]:
        """Codes (BT-195) of the fields that the buyer keeps unpublished in this node."""
        privacy = self.terms.get("privacy")
        if privacy is None:
            return []
        return [text_of(element) for element in _nodes(privacy.find, self.node)]

    def bad(self, name: str, element: Element, problem: str) -> SourceError:
        """The error for a value that must not be left out silently."""
        term = self.terms[name]
        return SourceError(SourceCode.BAD_VALUE, f"{term.bt} {problem}", term.where(element))


@dataclass(frozen=True)
class Table:
    """terms.yaml, compiled once."""

    nodes: dict[str, etree.XPath]
    groups: dict[str, dict[str, Term]]

    def group(self, name: str, node: Element) -> Found:
        """`node`, to be read through the group of that name."""
        return Found(node, self.groups[name])

    def each(self, name: str, within: Element) -> list[Found]:
        """The nodes of a group within the notice, or within a lot."""
        return [self.group(name, node) for node in _nodes(self.nodes[name], within)]


def text_of(element: Element) -> str:
    """The text of an element without the space around it."""
    return (element.text or "").strip()


def _nodes(find: etree.XPath, within: Element) -> Sequence[Element]:
    found = find(within)
    if not isinstance(found, list):
        return []
    return [node for node in found if isinstance(node, etree._Element)]


def _compile(xpath: str) -> etree.XPath:
    return etree.XPath(xpath.replace("EXT", _EXT), namespaces=NAMESPACES)


def _term(entry: dict[str, Any]) -> Term:
    field = entry.get("field", [])
    return Term(
        bt=entry["bt"],
        xpath=entry["xpath"],
        fields=tuple([field] if isinstance(field, str) else field),
        withheld=frozenset(entry.get("withheld", ())),
        find=_compile(entry["xpath"]),
    )


@cache
def table() -> Table:
    """The compiled table."""
    source = files(__package__).joinpath("terms.yaml").read_text(encoding="utf-8")
    document: dict[str, Any] = yaml.safe_load(source)
    nodes = document.pop("nodes")
    return Table(
        nodes={name: _compile(xpath) for name, xpath in nodes.items()},
        groups={
            group: {name: _term(entry) for name, entry in terms.items()}
            for group, terms in document.items()
        },
    )
