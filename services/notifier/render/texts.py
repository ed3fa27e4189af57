"""Texts of buyers, made fit for a mail: clean, in the best language, cut at a sentence."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from shared.contracts.base import Texts

_INVISIBLE = frozenset(["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"])
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n\s*\n+")
_SENTENCE_END = re.compile(r"(?<=[.!?])(?=\s)|\n+")
_SOFT_HYPHEN_AND_JOINERS = frozenset("\u00ad\u200c\u200d")


@dataclass(frozen=True)
class Foreign:
    """A buyer's words, and the language that they are in."""

    text: str
    lang: str


def clean(text: str) -> str:
    """Without control, direction and other invisible characters; spaces single, lines kept."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    visible = "".join(
        char
        for char in unified
        if char == "\n" or unicodedata.category(char) not in _INVISIBLE
        if char not in _SOFT_HYPHEN_AND_JOINERS
    )
    return _BLANK_LINES.sub("\n\n", _SPACES.sub(" ", visible)).strip()


def one_line(text: str) -> str:
    """Cleaned text without line breaks, fit for a subject or a table cell."""
    return " ".join(clean(text).split())


def pick(texts: Texts, preferred: Sequence[str]) -> Foreign | None:
    """The text in the first of the preferred languages that it exists in, else in any.

    None if there is no text at all.
    """
    present = {lang: text for lang, text in texts.items() if clean(text)}
    order = [lang for lang in preferred if lang in present] + sorted(present)
    return Foreign(clean(present[order[0]]), order[0]) if order else None


def shorten(line: str, limit: int) -> str:
    """At most `limit` characters, cut between words and marked with an ellipsis."""
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    words = head.rsplit(" ", 1)
    kept = words[0] if len(words[0]) > limit // 2 else head
    return kept.rstrip(" ,;:.–-") + "…"


def first_sentences(text: str, limit: int) -> tuple[str, bool]:
    """As many whole sentences as `limit` characters hold, and whether something is left out.

    A first sentence that is longer than that is cut between words.
    """
    if len(text) <= limit:
        return text, False
    ends = [end.start() for end in _SENTENCE_END.finditer(text[: limit + 1])]
    if ends and ends[-1] > 0:
        return text[: ends[-1]].rstrip(), True
    return shorten(text, limit), True
