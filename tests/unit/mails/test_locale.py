"""Every sentence exists in both languages, and every code of the scoring page has one."""

import re
import string
from pathlib import Path

import pytest
import yaml

from services.notifier.render.renderer import LOCALE
from shared.contracts.codes import ClauseCode, Reservation
from shared.locale import LANGUAGES, Phrases

PHRASES = Phrases(LOCALE)
SCORING = Path(__file__).parents[3] / "docs" / "scoring.md"
_ROW = re.compile(r"^\| ((?:`[a-z_0-9]+`(?:, )?)+) \| (.*?) \|", re.MULTILINE)


def codes_of(column: str) -> dict[str, set[str]]:
    """Code -> parameters, of the table of docs/scoring.md whose first column is named so."""
    table = SCORING.read_text("utf-8").split(f"\n| {column} |", 1)[1].split("\n\n", 1)[0]
    return {
        code: set(re.findall(r"`([a-z_]+)`", params))
        for codes, params in _ROW.findall(table)
        for code in re.findall(r"`([a-z_0-9]+)`", codes)
    }


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def raw(lang: str) -> dict[str, str]:
    """Key -> sentence as it stands in the file."""

    def flat(tree: dict[str, object], before: str = "") -> dict[str, str]:
        found: dict[str, str] = {}
        for name, value in tree.items():
            if isinstance(value, dict):
                found |= flat(value, f"{before}{name}.")
            else:
                found[f"{before}{name}"] = str(value)
        return found

    return flat(yaml.safe_load((LOCALE / f"{lang}.yaml").read_text("utf-8")))


def test_both_languages_have_the_same_keys_and_parameters() -> None:
    swedish, english = raw("sv"), raw("en")
    assert set(swedish) == set(english)
    different = {key for key in swedish if fields(swedish[key]) != fields(english[key])}
    assert different - {"form.instant"} == set()


def test_no_sentence_is_empty_or_the_same_in_both_languages_by_oversight() -> None:
    swedish, english = raw("sv"), raw("en")
    same = {key for key in swedish if swedish[key] == english[key]}
    assert all(swedish.values())
    assert same <= {
        "form.day",
        "form.short_day",
        "mail.subject_open",
        "mail.lot_named",
        "criterion.named",
        "clause.se-dialogue.name",
        "reason.area",
    } | {key for key in same if key.startswith("rule.")}


def test_the_scoring_page_was_read() -> None:
    assert codes_of("Reason").keys() >= {"cpv", "jobs", "internships", "reserved"}
    assert codes_of("Gap").keys() >= {"purpose", "old", "place"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_has_words_that_its_parameters_fill(lang: str) -> None:
    sentences = raw(lang)
    for code, params in codes_of("Reason").items():
        assert fields(sentences[f"reason.{code}"]) <= params, code


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_gap_has_words_and_a_way_to_close_it(lang: str) -> None:
    sentences = raw(lang)
    for code, params in codes_of("Gap").items():
        for part in ("show", "how"):
            known = params if code != "scope" else params | {"code"}
            assert fields(sentences[f"gap.{code}.{part}"]) <= known, code


def test_every_reservation_and_contract_term_has_name_section_and_text() -> None:
    for code in [*Reservation, "execution"]:
        for part in ("name", "short", "section", "text"):
            assert PHRASES.has(f"reserved.{code}.{part}")
    for clause in ClauseCode:
        for part in ("name", "section", "text"):
            assert PHRASES.has(f"clause.{clause}.{part}")
