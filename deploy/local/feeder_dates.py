"""Makes old notices current: pure functions over the text of eForms notices.

A procedure moves as a whole: every date in all its notices goes by the same whole number of
days, so that its latest notice was published 1-20 days before the base day. Only element
texts that are a date and nothing else are dates; times and offsets stay as they are.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from lxml import etree

PLACEHOLDER_PROCEDURE = "aff2863e-b4cc-4e91-baba-b3b85f709117"
PLACEHOLDER_NOTICE = "f252f386-55ac-4fa8-9be4-9f950b9904c8"
RECENT_DAYS = 20

_DATE = re.compile(rb">(\s*)([12][0-9]{3}-[0-9]{2}-[0-9]{2})((?:Z|[+-][0-9]{2}:[0-9]{2})?\s*)<")
_CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"


@dataclass(frozen=True)
class Notice:
    """One file of examples: its name (relative, `/`), its text, and what orders it."""

    name: str
    xml: bytes
    procedure: str
    version: str
    dispatched: date | None


def read_notice(name: str, xml: bytes) -> Notice:
    """The notice with identifiers of its own where it carries the examples' placeholders.

    `procedure` is the procedure identifier, else the notice identifier, else the name: notices
    with the same one move together. What is not XML keeps its bytes.
    """
    for placeholder, what in ((PLACEHOLDER_PROCEDURE, "procedure"), (PLACEHOLDER_NOTICE, "notice")):
        xml = xml.replace(placeholder.encode(), str(own_identifier(name, what)).encode())
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError:
        return Notice(name, xml, name, "", None)
    procedure, notice = _text(root, "ContractFolderID"), _text(root, "ID")
    return Notice(
        name=name,
        xml=xml,
        procedure=procedure or notice or name,
        version=_text(root, "VersionID"),
        dispatched=_date(_text(root, "IssueDate")),
    )


def own_identifier(name: str, what: str) -> UUID:
    """A stable identifier made of the file's name."""
    return uuid5(NAMESPACE_URL, f"https://ombud.example/examples/{name}#{what}")


def _text(root: etree._Element, tag: str) -> str:
    return (root.findtext(_CBC + tag) or "").strip()


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def shifts(notices: Iterable[Notice], base: date, seed: int) -> dict[str, int]:
    """Procedure -> days by which all its dates move."""
    latest: dict[str, date] = {}
    for notice in notices:
        if notice.dispatched:
            known = latest.get(notice.procedure, notice.dispatched)
            latest[notice.procedure] = max(known, notice.dispatched)
    return {
        procedure: (base - timedelta(days=days_ago(procedure, seed)) - last).days
        for procedure, last in latest.items()
    }


def days_ago(procedure: str, seed: int) -> int:
    """1-20, the same for the same procedure and seed."""
    digest = hashlib.sha256(f"{seed}:{procedure}".encode()).digest()
    return 1 + int.from_bytes(digest[:8]) % RECENT_DAYS


def moved(xml: bytes, days: int) -> bytes:
    """The same notice with every date `days` later; impossible dates are left as they are."""

    def later(match: re.Match[bytes]) -> bytes:
        try:
            day = date.fromisoformat(match[2].decode()) + timedelta(days=days)
        except (ValueError, OverflowError):
            return match[0]
        return b">" + match[1] + day.isoformat().encode() + match[3] + b"<"

    return _DATE.sub(later, xml)
