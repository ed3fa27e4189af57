"""Swedish and English say the same things, and templates say only what is there."""

import re
from pathlib import Path
from string import Formatter

import pytest

from services.intake.pages import LOCALE, make_renderer
from shared import web
from shared.clock import system_clock
from shared.locale import Phrases

BOOKS = {"intake": LOCALE, "layout": Path(web.__file__).parent / "locale"}
PAGES = Path(LOCALE.parent / "pages")


def parameters(phrases: Phrases, language: str, key: str) -> set[str]:
    """The names in braces of one sentence."""
    text = phrases._texts[language][key]
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("directory", BOOKS.values(), ids=BOOKS)
def test_both_languages_have_the_same_keys_and_parameters(directory: Path) -> None:
    phrases = Phrases(directory)
    assert phrases.keys("sv") == phrases.keys("en")
    for key in phrases.keys("sv"):
        assert parameters(phrases, "sv", key) == parameters(phrases, "en", key), key


def test_every_key_that_a_page_names_exists() -> None:
    named = set()
    for file in [*PAGES.rglob("*.html"), *PAGES.rglob("*.py")]:
        for quote in re.findall(r'"([a-z_]+\.[A-Za-z0-9_-]*[A-Za-z0-9])"', file.read_text()):
            named.add(quote)
    known = Phrases(LOCALE).keys("sv")
    sections = {key.partition(".")[0] for key in known}
    missing = {
        key
        for key in named
        if key.partition(".")[0] in sections and not key.endswith(".html") and key not in known
    }
    assert not missing


def test_every_template_compiles() -> None:
    env = make_renderer(system_clock).env
    for name in env.list_templates(extensions=["html"]):
        env.get_template(name)
