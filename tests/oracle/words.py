"""Words as docs/scoring.md section 4 defines them."""

import re
import unicodedata
from functools import cache

import Stemmer

from shared.contracts.base import Texts
from tests.oracle.weights import WEIGHTS

LANGUAGES = {"sv": "swedish", "en": "english"}
_WORD = re.compile(r"[^\W_]+")
_STEMMERS = {lang: Stemmer.Stemmer(name) for lang, name in LANGUAGES.items()}

Stems = frozenset[str]


def tokens(text: str, lang: str) -> list[str]:
    """The tokens of a text that are worth reading, unstemmed."""
    stop_words = WEIGHTS["text"]["stop_words"][lang]
    return [
        token
        for token in _WORD.findall(unicodedata.normalize("NFC", text).lower())
        if len(token) >= WEIGHTS["text"]["minimum_length"]
        and not token.isdecimal()
        and token not in stop_words
    ]


@cache
def stem(token: str, lang: str) -> str:
    """One token's Snowball stem."""
    return str(_STEMMERS[lang].stemWord(token))


@cache
def stems(text: str, lang: str) -> Stems:
    """The set of stems of a text."""
    return frozenset(stem(token, lang) for token in tokens(text, lang))


def stems_of(texts: Texts, lang: str) -> Stems:
    """The stems of what is said in one language."""
    return stems(texts.get(lang, ""), lang)


class Keyword:
    """A keyword of a supplier: its stems in both languages, and how it is shown."""

    def __init__(self, text: str) -> None:
        self.shown = text.strip()
        self.stems = {lang: stems(text, lang) for lang in LANGUAGES}

    @property
    def meaning(self) -> tuple[Stems, Stems]:
        """Keywords with the same meaning are one."""
        return self.stems["sv"], self.stems["en"]

    def hits(self, sets: dict[str, Stems]) -> bool:
        """All its words are there, in one language."""
        return any(own and own <= sets[lang] for lang, own in self.stems.items())


@cache
def distinct(texts: tuple[str, ...]) -> list[Keyword]:
    """One keyword a meaning, shown in its smallest spelling; without those that mean nothing."""
    found: dict[tuple[Stems, Stems], Keyword] = {}
    for keyword in sorted(map(Keyword, texts), key=lambda k: k.shown):
        if any(keyword.meaning):
            found.setdefault(keyword.meaning, keyword)
    return list(found.values())
