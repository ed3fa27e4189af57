"""A supplier's answers, one question at a time."""

from datetime import date

import pytest

from services.intake.pages.forms import signup
from services.intake.pages.forms.signup import Answers
from shared.web import FieldError, Form

TODAY = date(2026, 11, 24)
ANSWERS = Answers(words="städning, catering", cpv=("90910000",), counties=("12",))
CONTACT = Form([("name", "Rena Hallar"), ("address", "info@hallar.example"), ("consent", "yes")])


def keys(read: signup.Read) -> list[str]:
    assert isinstance(read, list)
    return [error.key for error in read]


def test_words_become_trades_of_each_part_and_keywords() -> None:
    chips = [chip.code for chip in signup.chips("städning, catering", "sv")]
    assert chips[:2] == ["90910000", "55520000"]
    assert len(chips) <= signup.MAX_CHIPS
    given = signup.to_supplier(ANSWERS, CONTACT, "sv")
    assert given.keywords == ["städning", "catering"]


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        (signup.read_words(Form()), ["error.words"]),
        (signup.read_words(Form([("words", "a" * 501)])), ["error.long"]),
        (signup.read_trades(Form([("cpv", "99999999")])), ["error.trade"]),
        (signup.read_places(Form()), ["error.places"]),
        (
            signup.read_places(Form([("anywhere", "1"), ("counties", "12")])),
            ["error.anywhere"],
        ),
        (signup.read_social(Form([("share", "120")]), TODAY), ["error.share"]),
        (signup.read_social(Form([("proof", "2026-12-24")]), TODAY), ["error.proof"]),
    ],
)
def test_each_question_says_what_is_missing(read: signup.Read, expected: list[str]) -> None:
    assert keys(read) == expected


def test_the_social_question_may_be_left_empty() -> None:
    assert signup.read_social(Form(), TODAY) == {"social": {}}


def test_consent_must_be_ticked() -> None:
    unticked = Form([("name", "Rena Hallar"), ("address", "info@hallar.example")])
    assert signup.read_contact(unticked) == [FieldError("consent", "error.consent")]
    assert signup.read_contact(CONTACT) == []


@pytest.mark.parametrize("address", ["", "info", "a@b", "a b@c.example", "a@c.example\nBcc: x@y.z"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    errors = signup.read_contact(CONTACT.with_value("address", address))
    assert [error.name for error in errors] == ["address"]


def test_counties_are_regions_and_a_municipality_within_one_adds_nothing() -> None:
    read = signup.read_places(
        Form([("counties", "12"), ("municipalities", "1283"), ("municipalities", "0180")])
    )
    assert isinstance(read, dict)
    given = signup.to_supplier(ANSWERS.model_copy(update=read), CONTACT, "sv")
    assert given.area.nuts == ["SE224"]
    assert given.area.municipalities == ["0180"]


def test_the_whole_country_is_never_strict() -> None:
    answers = Answers(words="x", cpv=("90910000",), anywhere=True, strict=True)
    given = signup.to_supplier(answers, CONTACT, "sv")
    assert given.area.nuts == [] and given.area.strict is False


def test_claims_carry_the_date_of_their_proof() -> None:
    social = signup.social_profile({"purpose": "y", "share": "45", "proof": "2026-09-01"})
    assert social.integration_purpose.answer is True
    assert social.integration_purpose.evidence_date == date(2026, 9, 1)
    assert social.integration_share.percent == 45
    assert social.sheltered_share.percent is None


def test_a_no_to_two_things_at_once_says_nothing_of_the_second() -> None:
    social = signup.social_profile({"ideburen": "n"})
    assert social.public_benefit.answer is False
    assert social.no_public_control.answer is None


def test_consent_is_stored_with_its_version_and_source() -> None:
    given = signup.to_supplier(ANSWERS, CONTACT, "en")
    assert given.consent.version and given.consent.source == "web"
    assert given.language == "en"
