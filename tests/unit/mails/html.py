"""Reads the HTML of mails in tests."""

from typing import cast
from urllib.parse import urlsplit

from lxml import etree

MOST_BYTES = 60_000


def _tree(source: str) -> etree._Element:
    return etree.fromstring(source, etree.HTMLParser(recover=False))


def _found(tree: etree._Element, path: str) -> list[str]:
    """What an XPath finds, as text."""
    return [str(item) for item in cast("list[object]", tree.xpath(path))]


def visible_text(source: str) -> str:
    """The text that a reader sees, spaces single; without the head and the preheader."""
    pieces = _found(_tree(source), "/html/body//text()[not(ancestor::div[@class='preheader'])]")
    return " ".join(" ".join(piece.split(" ")).strip() for piece in pieces if piece.strip())


def links_of(source: str) -> list[str]:
    """Where the links lead."""
    return _found(_tree(source), "//a/@href")


def check_html(source: str) -> None:
    """Small, well formed, with a language and a title, layout tables marked, links absolute."""
    assert len(source.encode()) < MOST_BYTES
    tree = _tree(source)
    assert tree.get("lang") in ("sv", "en")
    assert tree.findtext("head/title")
    assert _found(tree, "head/meta[@name='color-scheme']/@content") == ["light dark"]
    assert len(_found(tree, "//h1")) == 1
    assert _found(tree, "//table[not(@role='presentation')]") == []
    assert _found(tree, "//img | //script | //link | //form") == []
    assert _found(tree, "//@*[starts-with(name(), 'on')]") == []
    for link in links_of(source):
        parts = urlsplit(link)
        assert parts.scheme in ("http", "https")
        assert parts.netloc
