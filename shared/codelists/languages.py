"""Languages: the three letters that notices use, the two that the project uses."""

import re

from shared.codelists.tables import rows

_LANGUAGES: dict[str, dict[str, str]] = {row["code"]: row for row in rows("languages")}
_BY_SHORT: dict[str, dict[str, str]] = {
    row["iso_639_1"]: row for row in _LANGUAGES.values() if row["iso_639_1"]
}
_THREE_LETTERS = re.compile(r"[A-Z]{3}")


def iso_639_1(code: str) -> str | None:
    """ "SWE" -> "sv"; three letters in lower case where two do not exist; None if no code."""
    code = code.strip().upper()
    row = _LANGUAGES.get(code)
    if row and row["iso_639_1"]:
        return row["iso_639_1"]
    if code.lower() in _BY_SHORT:
        return code.lower()
    return code.lower() if _THREE_LETTERS.fullmatch(code) else None


def language_name(code: str, lang: str = "sv") -> str:
    """The name of a language by its two- or three-letter code, else the code itself."""
    row = _BY_SHORT.get(code.lower()) or _LANGUAGES.get(code.upper())
    if row is None:
        return code
    return row["sv" if lang == "sv" else "en"] or row["en"]
