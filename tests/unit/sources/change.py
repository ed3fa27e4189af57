"""Makes variants of real notices by changing their text."""

from tests.unit.sources.corpus import DATA


def notice(name: str, *changes: tuple[str, str]) -> bytes:
    """The bytes of a notice with each first text replaced by the second, everywhere."""
    text = (DATA / name).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, f"{name} has no {old!r}"
        text = text.replace(old, new)
    return text.encode()
