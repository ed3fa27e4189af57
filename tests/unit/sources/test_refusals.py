"""What is not a notice is refused with a stable code and a place, and nothing else happens."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.sources.eforms import read_notice
from services.intake.sources.eforms.document import MAX_BYTES
from services.intake.sources.errors import SourceError
from tests.unit.sources.change import notice
from tests.unit.sources.corpus import DATA, REFUSED, UNKNOWN_SUBTYPE, name

CN = "sdk/cn_23.xml"
REAL = (DATA / CN).read_bytes()
RULES = {
    "INVALID_cn_24_multiple.xml": ("missing_field", "OPT-200"),
    "INVALID_cn_24_stage-2.xml": ("missing_field", "BT-701"),
    "INVALID_pin-only_24_empty.xml": ("missing_field", "OPT-002"),
    "INVALID_pin-only_24_minimal.xml": ("missing_field", "OPT-002"),
    "INVALID_pin-only_24_stage-1.xml": ("missing_field", "OPT-002"),
    UNKNOWN_SUBTYPE: ("unknown_subtype", "OPP-070"),
}
LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
BOMB = b'<!DOCTYPE a [<!ENTITY l0 "lol">' + LAUGHS + b"]>"


def refusal(xml: bytes) -> SourceError:
    with pytest.raises(SourceError) as caught:
        read_notice(xml)
    return caught.value


@pytest.mark.parametrize("path", REFUSED, ids=name)
def test_an_invalid_example_is_refused_with_the_rule_and_the_term(path: Path) -> None:
    error = refusal(path.read_bytes())
    code, term = RULES[path.name]
    assert error.code == code
    assert error.where.startswith(term)


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (b"", "not_xml"),
        (b"{}", "not_xml"),
        (b"\x00", "not_xml"),
        (REAL.replace(b"</ContractNotice>", b"\x00</ContractNotice>"), "not_xml"),
        (REAL.replace(b"</ContractNotice>", b"&undefined;</ContractNotice>"), "not_xml"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "not_xml"),
        (b"<!DOCTYPE a><a/>", "dtd_forbidden"),
        (b"<!-- a --> <!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", "dtd_forbidden"),
        (BOMB + b"<a>&l9;</a>", "dtd_forbidden"),
        (BOMB + b"<a b='&l9;'/>", "dtd_forbidden"),
        ("<!DOCTYPE a><a/>".encode("utf-16"), "dtd_forbidden"),
        (b"<a>" * 100 + b"</a>" * 100, "too_deep"),
        (b"<a>" * 5000 + b"</a>" * 5000, "too_deep"),
        (b"<a " + b" ".join(b'b%d="1"' % n for n in range(40)) + b"/>", "too_many_attributes"),
        (b" " * (MAX_BYTES + 1), "too_large"),
        (b"<TED_EXPORT/>", "unknown_root"),
        (b"<a xmlns='urn:ContractNotice'/>", "unknown_root"),
    ],
)
def test_what_is_not_a_notice_has_a_code_of_its_own(xml: bytes, code: str) -> None:
    assert refusal(xml).code == code


@pytest.mark.parametrize(
    ("change", "code", "word"),
    [
        (("eforms-sdk-1.15", "eforms-sdk-2.0"), "unsupported_sdk", "eforms-sdk-2.0"),
        (('"notice-subtype">19<', '"notice-subtype">41<'), "unknown_subtype", "41"),
        (('"notice-subtype">19<', '"notice-subtype">N99<'), "unknown_subtype", "N99"),
        (("<cbc:VersionID>01<", "<cbc:VersionID> <"), "missing_field", "BT-757"),
        (("<cbc:IssueDate>", "<cbc:IssueDate>x"), "bad_value", "BT-05"),
        (('schemeName="notice-id"', 'schemeName="other"'), "missing_field", "BT-701"),
        (('"organization">ORG-0001<', '"organization">ORG-9<'), "unknown_reference", "ORG-0001"),
    ],
)
def test_what_a_notice_cannot_be_read_without_is_named(
    change: tuple[str, str], code: str, word: str
) -> None:
    if code == "unknown_reference":
        text = notice(CN).decode().replace(*change, 1).encode()
    else:
        text = notice(CN, change)
    error = refusal(text)
    assert error.code == code
    assert word in str(error)


def test_a_notice_in_an_envelope_is_read_and_two_in_one_are_refused() -> None:
    bare = REAL.split(b"?>", 1)[1]
    inside = read_notice(b"<envelope>" + bare + b"</envelope>")
    assert inside.tender == read_notice(REAL).tender
    assert refusal(b"<envelope>" + bare + bare + b"</envelope>").code == "unknown_root"


def read_or_refused(xml: bytes) -> None:
    """Any other exception than `SourceError` is a defect."""
    with suppress(SourceError):
        read_notice(xml)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(REAL) - 2))
def test_a_truncated_notice_is_never_read_and_never_breaks_the_reader(length: int) -> None:
    assert refusal(REAL[:length]).code == "not_xml"


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(REAL) - 1), st.binary(min_size=1, max_size=6))
def test_damaged_bytes_are_read_or_refused(at: int, damage: bytes) -> None:
    read_or_refused(REAL[:at] + damage + REAL[at + len(damage) :])


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_any_text_in_any_field_is_read_or_refused(text: str) -> None:
    for field in (b"2019-11-26", b"01", b"LOT-0001", b"ENG", b"cpv"):
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").encode("utf-8", "replace")
        read_or_refused(REAL.replace(field, escaped))
