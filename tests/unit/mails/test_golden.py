"""Two whole mails, read by a person; what changes in them is seen in review.

`python -m tests.unit.mails.test_golden` writes them anew.
"""

from collections.abc import Mapping
from pathlib import Path

import pytest

from services.notifier.domain.rendering import RenderedMail
from services.notifier.render import MailRenderer
from tests.unit.mails.examples import (
    LINKS,
    match,
    reader,
    social_match,
    social_tender,
    tender,
)

GOLDEN = Path(__file__).parent / "golden"
_MAILS = MailRenderer()
MAILS: Mapping[str, RenderedMail] = {
    "simple.sv": _MAILS.tender_mail(tender(), [match()], reader("sv"), LINKS),
    "reserved.sv": _MAILS.tender_mail(social_tender(), [social_match()], reader("sv"), LINKS),
    "reserved.en": _MAILS.tender_mail(social_tender(), [social_match()], reader("en"), LINKS),
}


def _whole(mail: RenderedMail) -> str:
    return f"Subject: {mail.subject}\n\n{mail.text}"


@pytest.mark.parametrize("name", MAILS)
def test_a_whole_mail_reads_as_it_was_approved(name: str) -> None:
    assert _whole(MAILS[name]) == (GOLDEN / f"{name}.txt").read_text("utf-8")


if __name__ == "__main__":
    for name, mail in MAILS.items():
        (GOLDEN / f"{name}.txt").write_text(_whole(mail), "utf-8")
