"""Code lists answer what matching and the forms ask."""

import pytest

from shared import codelists


def test_cpv_has_names_in_two_languages_and_ancestors_nearest_first() -> None:
    assert codelists.cpv_name("90910000", "sv") == "Städning"
    assert codelists.cpv_name("90910000", "en") == "Cleaning services"
    assert codelists.cpv_name("12345678", "sv") == "12345678"
    assert codelists.cpv_ancestors("03212211")[:2] == ["03212210", "03212200"]
    assert codelists.cpv_ancestors("03000000") == []


def test_every_parent_is_an_ancestor() -> None:
    for code, entry in codelists.CPV.items():
        assert entry.parent == next(iter(codelists.cpv_ancestors(code)), None)


@pytest.mark.parametrize(
    ("text", "lang", "code"),
    [
        ("städning", "sv", "90910000"),
        ("lokalvård", "sv", "90910000"),
        ("snöröjning", "sv", "90620000"),
        ("cleaning", "en", "90910000"),
        ("Tandvård", "sv", "85130000"),
        ("hemsida", "sv", "72413000"),
        ("9091", "sv", "90910000"),
    ],
)
def test_a_word_finds_the_code_that_buyers_use(text: str, lang: str, code: str) -> None:
    assert codelists.suggest_cpv(text, lang, 5)[0].code == code


@pytest.mark.parametrize("text", ["", "   ", "zzzzqq", "\x00", "٣" * 9, "a" * 100_000])
def test_nothing_is_suggested_for_nothing(text: str) -> None:
    assert codelists.suggest_cpv(text, "sv", 5) == []


def test_places_know_what_they_lie_in() -> None:
    assert codelists.municipality_nuts3("1283") == "SE224"
    assert codelists.municipality_by_name("MALMÖ STAD") == "1280"
    assert codelists.municipality_by_name("Malmö") is None
    assert codelists.nuts_contains("SE22", "SE224")
    assert not codelists.nuts_contains("SE224", "SE22")
    assert not codelists.nuts_contains("", "SE22")
    assert "1283" in codelists.municipalities_in("SE22")
    assert codelists.nuts_name("SE", "en") == "Sweden"
    assert codelists.country_nuts("GRC") == "EL"


def test_every_word_leads_to_a_code_of_the_vocabulary() -> None:
    from shared.codelists.tables import rows

    assert {row["code"] for row in rows("cpv_words")} <= codelists.CPV.keys()
