"""Words: stems, stop words, keywords, earlier wins."""

from typing import Any

import pytest

from services.matcher.scoring.text import stems
from tests.unit.scoring.world import WEIGHTS, judged, points

WORDLESS: dict[str, Any] = {"cpv_main": "00000000", "title": {}}


def _words(title: str, keywords: list[str], language: str = "sv") -> float | None:
    lot = WORDLESS | {"title": {language: title}}
    return points(judged(lot, {"cpv": [], "keywords": keywords})).get("text")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Städtjänster och FÖNSTERPUTS, 2021", {"städtjänst", "fönsterput"}),
        ("Ramavtal avseende upphandling av tjänster", set()),
        ("IT-konsulter", {"it", "konsult"}),
        ("a\u030alder", {"åld"}),
        ("snake_case", {"snak", "cas"}),
    ],
)
def test_a_text_becomes_swedish_stems(text: str, found: set[str]) -> None:
    assert stems(text, "sv", WEIGHTS.text) == found


@pytest.mark.parametrize(
    ("title", "keywords", "expected"),
    [
        ("Fönsterputsning", ["fönsterputsningen"], 10),
        ("Målning och tapetsering", ["målning", "tapetsering"], 20),
        ("Målning", ["målning", " MÅLNING"], 10),
        ("Målning", ["målning tapetsering"], None),
        ("Målning av skolor", ["skolgård målning"], None),
        ("Målning av skola", ["skola målning"], 10),
        ("Målning snickeri plåt golv tak", ["målning", "snickeri", "plåt", "golv", "tak"], 30),
        ("Upphandling av tjänster", ["upphandling", "tjänster"], None),
    ],
)
def test_a_keyword_hits_where_all_its_stems_stand(
    title: str, keywords: list[str], expected: float | None
) -> None:
    assert _words(title, keywords) == expected


def test_english_texts_are_read_with_english_stems() -> None:
    assert _words("Window cleaning", ["cleaned windows"], "en") == 10


def test_texts_in_other_languages_are_not_read() -> None:
    assert _words("Nettoyage", ["nettoyage"], "fr") is None


def test_a_word_in_the_description_gives_half() -> None:
    lot = WORDLESS | {"description": {"sv": "Vi söker någon för fönsterputsning."}}
    assert points(judged(lot, {"cpv": [], "keywords": ["fönsterputsning"]}))["text"] == 5


def test_the_name_of_a_code_counts_as_text() -> None:
    lot = {"cpv_main": "55520000", "title": {}}
    assert points(judged(lot, {"cpv": [], "keywords": ["catering"]}))["text"] == 5


def test_the_tenders_own_title_counts_for_each_lot() -> None:
    explained = judged(
        WORDLESS, {"cpv": [], "keywords": ["snöröjning"]}, title={"sv": "Snöröjning"}
    )
    assert points(explained)["text"] == 10


def test_words_are_shown_title_first_and_at_most_five() -> None:
    lot = WORDLESS | {"title": {"sv": "tak golv"}, "description": {"sv": "asfalt mur plåt ränna"}}
    keywords = ["ränna", "mur", "tak", "plåt", "golv", "asfalt"]
    reason = judged(lot, {"cpv": [], "keywords": keywords}).reasons[0]
    assert reason.params["words"] == ["golv", "tak", "asfalt", "mur", "plåt"]
    assert reason.points == 30


def test_words_of_earlier_wins_count_in_titles_unless_they_are_keywords() -> None:
    lot = WORDLESS | {"title": {"sv": "Snöröjning av torg och gator"}}
    wins = {"cpv": [], "experience": [{"title": "Snöröjning torg"}], "keywords": ["torg"]}
    explained = judged(lot, wins)
    assert points(explained)["similar"] == 3
    similar = next(reason for reason in explained.reasons if reason.code == "similar")
    assert similar.params["words"] == ["snöröjning"]


def test_words_of_earlier_wins_have_a_ceiling() -> None:
    title = "Tak golv asfalt mur plåt ränna"
    lot = WORDLESS | {"title": {"sv": title}}
    assert points(judged(lot, {"cpv": [], "experience": [{"title": title}]}))["similar"] == 12
