"""Bytes to the root element of a notice, within bounds and without anything from outside."""

import re

from lxml import etree

from services.intake.sources.errors import SourceCode, SourceError

MAX_BYTES = 10 * 1024 * 1024
MAX_DEPTH = 64
MAX_ATTRIBUTES = 32
"""An element of a real notice is at most 13 deep and has at most 3 attributes."""

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_BUSINESS = "http://data.europa.eu/p27/eforms-business-registration-information-notice/1"
ROOTS = frozenset(
    {
        f"{{{_UBL}PriorInformationNotice-2}}PriorInformationNotice",
        f"{{{_UBL}ContractNotice-2}}ContractNotice",
        f"{{{_UBL}ContractAwardNotice-2}}ContractAwardNotice",
        f"{{{_BUSINESS}}}BusinessRegistrationInformationNotice",
    }
)

Element = etree._Element

_PROLOG = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:\s+|<\?[^>]{0,10000}\?>|<!--(?:[^-]|-(?!->))*-->)*")


def root_of(xml: bytes) -> Element:
    """The notice element: the root, or the one notice inside an envelope.

    Raises SourceError: too_large, dtd_forbidden, not_xml, too_deep, too_many_attributes,
    unknown_root.
    """
    if len(xml) > MAX_BYTES:
        raise SourceError(
            SourceCode.TOO_LARGE, f"The notice is {len(xml)} bytes; the limit is {MAX_BYTES}."
        )
    prolog = _PROLOG.match(xml)
    if prolog and xml[prolog.end() : prolog.end() + 9].upper() == b"<!DOCTYPE":
        raise _dtd()
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, LookupError, ValueError) as error:
        raise _unreadable(error) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise _dtd()
    _check_shape(root)
    return _notice_in(root)


def _dtd() -> SourceError:
    return SourceError(
        SourceCode.DTD_FORBIDDEN, "The document has a DOCTYPE; DTDs and entities are not read."
    )


def _unreadable(error: Exception) -> SourceError:
    line = getattr(error, "lineno", None)
    where = f"line {line}" if line else ""
    if "depth" in str(error).lower():
        return SourceError(SourceCode.TOO_DEEP, "Elements are nested too deep.", where)
    return SourceError(SourceCode.NOT_XML, f"Not well-formed XML: {str(error)[:200]}", where)


def _check_shape(root: Element) -> None:
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            depth -= 1
            continue
        depth += 1
        if depth > MAX_DEPTH:
            raise SourceError(
                SourceCode.TOO_DEEP,
                f"Elements are nested deeper than {MAX_DEPTH}.",
                f"line {element.sourceline}",
            )
        if len(element.attrib) > MAX_ATTRIBUTES:
            raise SourceError(
                SourceCode.TOO_MANY_ATTRIBUTES,
                f"An element has more than {MAX_ATTRIBUTES} attributes.",
                f"line {element.sourceline}",
            )


def _notice_in(root: Element) -> Element:
    if root.tag in ROOTS:
        return root
    inside = [element for element in root.iter() if element.tag in ROOTS]
    if len(inside) == 1:
        return inside[0]
    problem = (
        f"It holds {len(inside)} notices; send them one by one."
        if inside
        else "The root is not that of an eForms notice."
    )
    name = str(root.tag)[:200]
    raise SourceError(SourceCode.UNKNOWN_ROOT, f"{problem} Root element: {name}", "/*")
