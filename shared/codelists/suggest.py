"""Finds CPV codes for words as people write them, in Swedish or English."""

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from math import log

import Stemmer

from shared.codelists.cpv import CPV, cpv_depth
from shared.codelists.tables import rows

_WORD = re.compile(r"[^\W_]+")
_MAX_TEXT = 200
_SHORTEST_PART = 4
_EXACT, _PREFIX, _PART = 1.0, 0.6, 0.4


@dataclass(frozen=True, slots=True)
class CpvSuggestion:
    """A code, its name in the language asked for, and how well it fits (higher is better)."""

    code: str
    name: str
    score: float


@dataclass(frozen=True)
class _Index:
    stemmer: Stemmer.Stemmer
    codes_of_stem: dict[str, list[str]]
    words_in_name: dict[str, int]
    usual: dict[str, list[str]]

    def stems(self, text: str) -> list[str]:
        words = [word.casefold() for word in _WORD.findall(text[:_MAX_TEXT])]
        return list(dict.fromkeys(self.stemmer.stemWords(words)))

    def hits(self, stem: str) -> dict[str, float]:
        """Code -> weight of the best hit of one word: whole, its beginning, or a part.

        Parts matter in Swedish, where "städtjänster" holds "städ".
        """
        found: dict[str, float] = {}
        for other, codes in self.codes_of_stem.items():
            if other == stem:
                fit = _EXACT
            elif len(stem) < _SHORTEST_PART:
                continue
            elif other.startswith(stem):
                fit = _PREFIX
            elif stem in other or (len(other) >= _SHORTEST_PART and other in stem):
                fit = _PART
            else:
                continue
            weight = fit * log(len(CPV) / len(codes))
            for code in codes:
                found[code] = max(found.get(code, 0), weight)
        return found


@lru_cache(maxsize=2)
def _index(lang: str) -> _Index:
    stemmer = Stemmer.Stemmer("swedish" if lang == "sv" else "english")
    codes: dict[str, list[str]] = defaultdict(list)
    sizes: dict[str, int] = {}
    for code, entry in CPV.items():
        stems = set(stemmer.stemWords([w.casefold() for w in _WORD.findall(entry.name(lang))]))
        sizes[code] = len(stems)
        for stem in stems:
            codes[stem].append(code)
    usual: dict[str, list[str]] = defaultdict(list)
    for row in rows("cpv_words"):
        if row["lang"] == lang:
            for stem in stemmer.stemWords([row["word"].casefold()]):
                usual[stem].append(row["code"])
    return _Index(stemmer, dict(codes), sizes, dict(usual))


def suggest_cpv(text: str, lang: str = "sv", limit: int = 10) -> list[CpvSuggestion]:
    """The codes whose names fit the words best, or the codes that begin with the digits given.

    `lang` is "sv" or "en" (anything else reads as English). Broad codes come before their
    details where they fit alike. Empty if nothing fits.
    """
    lang = "sv" if lang == "sv" else "en"
    digits = text.strip().split("-")[0]
    if digits.isdigit() and digits.isascii():
        begins = sorted(code for code in CPV if code.startswith(digits[:8]))
        return [CpvSuggestion(code, CPV[code].name(lang), 1.0) for code in begins[:limit]]
    index = _index(lang)
    scores: dict[str, float] = defaultdict(float)
    for stem in index.stems(text):
        for code, weight in index.hits(stem).items():
            scores[code] += weight
        for code in index.usual.get(stem, []):
            scores[code] += 2 * log(len(CPV))
    ranked = sorted(
        scores.items(),
        key=lambda item: (
            -item[1] / (1 + index.words_in_name[item[0]]) ** 0.5,
            cpv_depth(item[0]),
            item[0],
        ),
    )
    return [
        CpvSuggestion(code, CPV[code].name(lang), round(score, 2)) for code, score in ranked[:limit]
    ]
