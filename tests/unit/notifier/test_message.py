"""The mail as bytes: what may stand in a header, and what goes over the wire."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from services.notifier.domain.rendering import RenderedMail
from services.notifier.message import Head, Sender, build, envelope_address
from shared.contracts.codes import MailLanguage
from tests.integration.notifier.things import NOON

SENDER = Sender("ombud@ombud.example", "Ombud", "fraga@ombud.example")
LINK = "https://ombud.example/sluta/" + "x" * 180


def _built(subject: str = "Städning", text: str = "Hej", html: str = "<p>Hej</p>") -> bytes:
    head = Head(
        message_id="<1@ombud.example>",
        to="kim@firma.example",
        language=MailLanguage.SWEDISH,
        at=NOON,
        unsubscribe_url=LINK,
        ledger=["t1 match 0", "t2 match 0"],
    )
    return build(RenderedMail(subject, text, html), SENDER, head)


def _read(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


def test_a_long_link_stands_whole_in_its_header() -> None:
    assert f"List-Unsubscribe: <{LINK}>\r\n".encode() in _built()


def test_every_carried_row_has_its_header() -> None:
    assert _read(_built()).get_all("X-Ombud-Ledger") == ["t1 match 0", "t2 match 0"]


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\x0b", "\u2028", "\x00", "\x85"])
def test_a_subject_cannot_add_a_header(break_: str) -> None:
    mail = _read(_built(subject=f"Städning{break_}Bcc: alla@firma.example"))
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Städning Bcc: alla@firma.example"


def test_everything_is_seven_bit_and_comes_back_as_it_was() -> None:
    text = "Räksmörgås – 😀\n.\nsist " + "å" * 2000
    raw = _built(subject="Räksmörgås 😀 " * 20, text=text)
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    mail = _read(raw)
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == text.splitlines()
    assert b"=0D" not in raw
    assert mail["Subject"] == ("Räksmörgås 😀 " * 20).strip()


@pytest.mark.parametrize(
    ("address", "envelope"),
    [
        ("kim@firma.example", "kim@firma.example"),
        ("kim@räksmörgås.example", "kim@xn--rksmrgs-5wao1o.example"),
        ("kåre@firma.example", None),
        ("kim@firma.example>", None),
        ("kim@firma.example\r\nRCPT TO:<x@y.example>", None),
        ("", None),
    ],
)
def test_an_envelope_takes_only_what_smtp_can_say(address: str, envelope: str | None) -> None:
    assert envelope_address(address) == envelope
