"""The mail that asks to confirm an address."""

from datetime import UTC, datetime

import pytest

from services.notifier.render import MailRenderer
from shared.contracts.codes import MailLanguage
from tests.unit.mails.html import check_html, links_of, visible_text

URL = "https://ombud.example/anslut/bekrafta/token"
UNTIL = datetime(2026, 12, 1, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "subject", "asked", "until"),
    [
        (
            MailLanguage.SWEDISH,
            "Bekräfta din adress till Ombud",
            "Tryck på knappen, annars får du inga mejl. Inte du? Gör ingenting.",
            "tisdag 1 dec 2026 kl. 12.30",
        ),
        (
            MailLanguage.ENGLISH,
            "Confirm your address for Ombud",
            "Press the button or you get no mail. Not you? Do nothing.",
            "Tuesday 1 Dec 2026 at 12:30",
        ),
    ],
)
def test_it_has_one_button_and_says_what_happens_otherwise(
    language: MailLanguage, subject: str, asked: str, until: str
) -> None:
    mail = MailRenderer().confirm_mail(language, URL, UNTIL)
    assert mail.subject == subject
    assert links_of(mail.html) == [URL]
    assert URL in mail.text
    for words in (asked, until):
        assert words in mail.text
        assert words in visible_text(mail.html)
    check_html(mail.html)
