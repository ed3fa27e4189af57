"""Mails about real notices, of all kinds and in many languages."""

from functools import cache
from pathlib import Path

import pytest

from services.intake.sources.eforms import read_notice
from services.intake.sources.errors import SourceError
from services.notifier.render import MailRenderer
from services.notifier.render.texts import one_line, shorten
from shared.contracts.tender import Tender
from tests.unit.mails.examples import LINKS, lot_match, match, reader
from tests.unit.mails.html import check_html, visible_text

EXAMPLES = Path(__file__).parents[3] / "data" / "eforms"
MAILS = MailRenderer()


@cache
def _tenders() -> dict[str, Tender]:
    """All example notices that intake accepts, by file."""
    found: dict[str, Tender] = {}
    for path in sorted(EXAMPLES.rglob("*.xml")):
        try:
            found[path.stem] = read_notice(path.read_bytes()).tender
        except SourceError:
            continue
    return found


def test_there_are_many_notices_in_many_languages() -> None:
    assert len(_tenders()) > 100
    assert len({tender.language for tender in _tenders().values()}) > 8


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("name", _tenders())
def test_a_real_notice_makes_a_whole_mail(name: str, lang: str) -> None:
    tender = _tenders()[name]
    lots = [lot_match(lot.lot_id, score=90) for lot in tender.lots]
    mail = MAILS.tender_mail(tender, [match(*lots)] if lots else [], reader(lang), LINKS)
    check_html(mail.html)
    assert mail.subject.isprintable()
    assert len(mail.subject) < 250
    for buyer in tender.buyers[:1]:
        assert shorten(one_line(buyer.name), 120) in mail.text
        assert shorten(one_line(buyer.name), 120) in visible_text(mail.html)
    assert LINKS.tender in mail.text
    assert LINKS.unsubscribe in mail.text
