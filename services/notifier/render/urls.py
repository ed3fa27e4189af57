"""Addresses that buyers give: only plain web addresses become links, and their host is shown."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

_SAFE = "/:?#[]@!$&'()*+,;=-._~%"
_LONGEST = 2_000


@dataclass(frozen=True)
class WebLink:
    """Where a link leads; `host` is what the reader sees before pressing."""

    url: str
    host: str


def web_link(url: str | None) -> WebLink | None:
    """The address as a link, or None unless it is http(s) with a host and without credentials.

    The host is shown in its ASCII form, so that letters that look alike cannot deceive.
    """
    if not url or len(url) > _LONGEST:
        return None
    text = url.strip()
    if any(char.isspace() or not char.isprintable() for char in text):
        return None
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port else ""
    except (UnicodeError, ValueError):
        return None
    if parts.scheme.lower() not in ("http", "https") or "." not in host or "@" in parts.netloc:
        return None
    tail = text.split("//", 1)[1][len(parts.netloc) :]
    return WebLink(f"{parts.scheme.lower()}://{host}{port}{quote(tail, safe=_SAFE)}", host)


def in_language(url: str, lang: str) -> str:
    """One of our own pages, asked for in the reader's language."""
    return f"{url}{'&' if '?' in url else '?'}lang={lang}"
