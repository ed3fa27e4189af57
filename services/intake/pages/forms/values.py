"""Values as people write them: kronor, days, shares, lists of words."""

import re
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal

from shared.codelists import CPV, CpvSuggestion, cpv_name, suggest_cpv
from shared.web.formats import STOCKHOLM

_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_KRONOR = re.compile(r"[0-9]{1,12}")
_CPV = re.compile(r"([0-9]{8})(-[0-9])?")
_PERCENT = re.compile(r"([0-9]{1,3})([.,][0-9])?%?")
_BETWEEN_WORDS = re.compile(r"[,;\n]|\s+och\s+|\s+and\s+", re.IGNORECASE)
MAX_KEYWORD = 100
MAX_KEYWORDS = 20


def kronor(text: str) -> Decimal | None:
    """Whole kronor from `450000`, `450 000` or `450 000 kr`; None for anything else."""
    digits = _SPACES.sub("", text).lower().removesuffix("kr").removesuffix(":-")
    return Decimal(digits) if _KRONOR.fullmatch(digits) else None


def share(text: str) -> float | None:
    """Per cent, 0 to 100, from `30`, `30 %` or `32,5`; None for anything else."""
    compact = _SPACES.sub("", text)
    if not _PERCENT.fullmatch(compact):
        return None
    value = float(compact.removesuffix("%").replace(",", "."))
    return value if value <= 100 else None


def count(text: str, most: int) -> int | None:
    """A whole number from 1 to `most`, else None."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        return None
    return int(text) if 1 <= int(text) <= most else None


def iso_day(text: str) -> date | None:
    """A day as the browser's date field sends it (`2026-12-04`), else None."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def end_of_day(day: date) -> datetime:
    """The last second of a day in Sweden."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=STOCKHOLM)


def cpv_code(text: str) -> str | None:
    """A code of the vocabulary, with or without its check digit, else None."""
    found = _CPV.fullmatch(_SPACES.sub("", text))
    return found[1] if found and found[1] in CPV else None


def keywords(text: str) -> list[str]:
    """The parts between commas, line ends and "och", each once; those that are words at all."""
    parts = (" ".join(part.split()) for part in _BETWEEN_WORDS.split(text))
    kept = [part for part in parts if 2 <= len(part) <= MAX_KEYWORD]
    return list(dict.fromkeys(kept))[:MAX_KEYWORDS]


def trades(text: str, language: str, most: int) -> list[CpvSuggestion]:
    """Suggestions named in the page's language, for words of that language or else the other."""
    found = suggest_cpv(text, language, most)
    if not found:
        other = suggest_cpv(text, "en" if language == "sv" else "sv", most)
        found = [replace(trade, name=cpv_name(trade.code, language)) for trade in other]
    return found


def named_list(text: str) -> list[str]:
    """The parts between commas and line ends, each once."""
    parts = (" ".join(part.split()) for part in re.split(r"[,;\n]", text))
    return [part for part in dict.fromkeys(parts) if part]
