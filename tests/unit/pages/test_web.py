"""The frame of all pages: values, languages, forms, headers."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from starlette.requests import Request

from services.intake.pages.forms import values
from services.intake.pages.limits import limit_on
from shared.web import CONTENT_SECURITY_POLICY, Form, chosen_language, formats

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def request(query: str = "", **headers: str) -> Request:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "query_string": query.encode(), "headers": pairs})


def test_times_and_amounts_are_written_as_readers_expect() -> None:
    last = datetime(2026, 12, 4, 22, 59, 59, tzinfo=UTC)
    assert formats.moment(last, "sv", NOW) == "4 dec kl. 23.59"
    assert formats.moment(last, "en", NOW) == "4 Dec at 23:59"
    assert formats.day(date(2027, 1, 3), "sv", NOW) == "3 jan 2027"
    assert formats.kronor(Decimal(450000), "sv").replace("\u00a0", " ") == "450 000 kr"
    assert formats.kronor(Decimal(450000), "en").replace("\u00a0", " ") == "SEK 450,000"
    assert formats.duration(1, "YEAR", "sv") == "1 år"


@pytest.mark.parametrize(
    ("query", "headers", "expected"),
    [
        ("", {}, "sv"),
        ("", {"accept_language": "en-GB,en;q=0.9"}, "en"),
        ("", {"accept_language": "de, sv;q=0.5, en;q=0.4"}, "sv"),
        ("", {"accept_language": "en;q=broken"}, "sv"),
        ("", {"accept_language": "en", "cookie": "ombud_lang=sv"}, "sv"),
        ("lang=en", {"cookie": "ombud_lang=sv"}, "en"),
        ("lang=xx", {}, "sv"),
    ],
)
def test_the_language_is_asked_for_remembered_or_the_browsers(
    query: str, headers: dict[str, str], expected: str
) -> None:
    assert chosen_language(request(query, **headers)) == expected


def test_no_page_loads_anything_from_others_or_runs_script() -> None:
    assert "default-src 'none'" in CONTENT_SECURITY_POLICY
    assert "script" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY


def test_a_form_gives_last_and_all_values_without_space_around() -> None:
    form = Form([("a", " 1 "), ("a", "2"), ("b", "x\r\ny")])
    assert (form.one("a"), form.all("a"), form.one("b"), form.one("c")) == (
        "2",
        ["1", "2"],
        "x\ny",
        "",
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("450000", 450000),
        ("450 000 kr", 450000),
        ("450\u00a0000", 450000),
        ("1e9", None),
        ("", None),
    ],
)
def test_kronor_are_read_as_people_write_them(text: str, expected: int | None) -> None:
    assert values.kronor(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("30", 30), ("30 %", 30), ("32,5", 32.5), ("101", None), ("x", None)]
)
def test_shares_are_read_as_people_write_them(text: str, expected: float | None) -> None:
    assert values.share(text) == expected


def test_a_year_without_a_known_limit_has_none() -> None:
    known = limit_on(date(2025, 6, 1))
    assert known is not None and known.common == 700_000
    assert limit_on(date(2026, 1, 1)) is None
