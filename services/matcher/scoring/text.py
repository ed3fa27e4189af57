"""Words: from texts to stems, and which keywords of a supplier a lot mentions."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

from services.matcher.scoring.weights import TextWeights

LANGUAGES = ("sv", "en")
_STEMMERS = {"sv": Stemmer.Stemmer("swedish"), "en": Stemmer.Stemmer("english")}
_WORD = re.compile(r"[^\W_]+")

TITLE, DESCRIPTION, NAMES = 0, 1, 2
"""Where a stem of a lot stands first: in a title, a description, or the names of its codes."""

StemLevels = Mapping[str, Mapping[str, int]]
"""Language -> stem -> TITLE, DESCRIPTION or NAMES."""


@dataclass(frozen=True, slots=True)
class Keyword:
    """A supplier's keyword: as written, and its stems in either language."""

    word: str
    stems: tuple[frozenset[str], frozenset[str]]


@dataclass(frozen=True, slots=True)
class WordHits:
    """`tenths` of a point, and the words to show."""

    tenths: int
    words: tuple[str, ...]


@lru_cache(maxsize=200_000)
def _stem(token: str, language: str) -> str:
    stem: str = _STEMMERS[language].stemWord(token)
    return stem


def tokens(text: str, language: str, weights: TextWeights) -> Iterator[tuple[str, str]]:
    """Each word of the text that counts, in lower case, with its stem."""
    stop_words = weights.stop_words[language]
    for token in _WORD.findall(unicodedata.normalize("NFC", text).lower()):
        if len(token) < weights.minimum_length or token.isdecimal() or token in stop_words:
            continue
        yield token, _stem(token, language)


def stems(text: str, language: str, weights: TextWeights) -> frozenset[str]:
    """The stems of a text."""
    return frozenset(stem for _, stem in tokens(text, language, weights))


def keywords(words: Iterable[str], weights: TextWeights) -> tuple[Keyword, ...]:
    """Each keyword once (by its stems), in ascending order; without those that have no stem."""
    found: dict[tuple[frozenset[str], frozenset[str]], str] = {}
    for word in sorted(word.strip() for word in words):
        key = (stems(word, "sv", weights), stems(word, "en", weights))
        if any(key):
            found.setdefault(key, word)
    return tuple(Keyword(word, key) for key, word in found.items())


def win_words(titles: Iterable[str], weights: TextWeights) -> dict[str, str]:
    """Words of earlier wins: stem -> the smallest word that has it."""
    found: dict[str, str] = {}
    for title in titles:
        for token, stem in tokens(title, "sv", weights):
            found[stem] = min(token, found.get(stem, token))
    return found


def level(keyword: Keyword, lot: StemLevels) -> int | None:
    """The nearest level at which the keyword hits the lot, or None."""
    found: int | None = None
    for language, wanted in zip(LANGUAGES, keyword.stems, strict=True):
        places = lot[language]
        if wanted and wanted <= places.keys():
            deepest = max(places[stem] for stem in wanted)
            found = deepest if found is None else min(found, deepest)
    return found


def keyword_hits(
    wanted: tuple[Keyword, ...], lot: StemLevels, weights: TextWeights
) -> WordHits | None:
    """What a supplier's keywords give for a lot; None without a hit."""
    in_title: list[str] = []
    in_body: list[str] = []
    for keyword in wanted:
        at = level(keyword, lot)
        if at is not None:
            (in_title if at == TITLE else in_body).append(keyword.word)
    if not in_title and not in_body:
        return None
    tenths = len(in_title) * weights.title + len(in_body) * weights.body
    words = (sorted(in_title) + sorted(in_body))[: weights.shown]
    return WordHits(min(tenths, weights.maximum), tuple(words))


def similar_hits(
    words: Mapping[str, str], lot: StemLevels, weights: TextWeights
) -> WordHits | None:
    """What words of earlier wins give for a lot's title; None without a hit."""
    swedish = lot["sv"]
    hits = sorted(word for stem, word in words.items() if swedish.get(stem) == TITLE)
    if not hits:
        return None
    tenths = min(len(hits) * weights.similar, weights.similar_maximum)
    return WordHits(tenths, tuple(hits[: weights.shown]))
