"""The local inbox: what it accepted stays, and can be read."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest

from deploy.local.inbox.server import InboxThread
from deploy.local.inbox.store import Store
from shared.clock import system_clock


def a_mail(subject: str = "Städning – Örebro", html: str = "<p>Hej</p>") -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = subject
    mail["Message-ID"] = "<one@ombud.example>"
    mail["From"] = "ombud@ombud.example"
    mail["To"] = "anna@firma.example"
    mail.set_content("Hej\n")
    mail.add_alternative(html, subtype="html")
    return mail


@pytest.fixture
def running(tmp_path: Path) -> Iterator[InboxThread]:
    thread = InboxThread(tmp_path / "inbox")
    thread.start()
    yield thread
    thread.stop()


@pytest.fixture
def pages(running: InboxThread) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.inbox.url) as client:
        yield client


def send(running: InboxThread, mail: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", running.inbox.smtp_port) as client:
        client.send_message(mail)


def test_an_accepted_mail_is_listed_and_opens_as_html_text_and_headers(
    running: InboxThread, pages: httpx.Client
) -> None:
    send(running, a_mail())
    assert "Städning – Örebro" in pages.get("/").text
    assert "<iframe" in pages.get("/1").text
    assert "<p>Hej</p>" in pages.get("/1/body").text
    assert "Hej" in pages.get("/1?view=text").text
    assert "&lt;one@ombud.example&gt;" in pages.get("/1?view=headers").text


def test_the_html_of_a_mail_cannot_run_script(running: InboxThread, pages: httpx.Client) -> None:
    send(running, a_mail(html="<script>alert(1)</script>"))
    policy = pages.get("/1/body").headers["content-security-policy"]
    assert policy.startswith("sandbox")
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy


def test_a_subject_is_shown_as_text_and_not_as_markup(
    running: InboxThread, pages: httpx.Client
) -> None:
    send(running, a_mail(subject="<img src=x>"))
    assert "<img" not in pages.get("/").text


def test_an_unknown_mail_is_not_found(pages: httpx.Client) -> None:
    assert pages.get("/7").status_code == 404


def test_the_api_finds_mails_by_recipient_and_by_message_id(
    running: InboxThread, pages: httpx.Client
) -> None:
    send(running, a_mail())
    found = {"to": "anna@firma.example", "message_id": "<one@ombud.example>"}
    for name, value in found.items():
        [message] = pages.get("/api/messages", params={name: value}).json()
        assert message["message_id"] == "<one@ombud.example>"
        assert pages.get("/api/messages", params={name: "other"}).json() == []
    assert pages.get("/api/messages/1").json()["text"].strip() == "Hej"


def test_accepted_mails_are_there_after_a_restart_and_numbers_go_on(tmp_path: Path) -> None:
    Store(tmp_path, system_clock).accept("a@x.example", ["b@x.example"], b"Subject: one\r\n\r\n")
    again = Store(tmp_path, system_clock)
    assert again.accept("a@x.example", ["b@x.example"], b"Subject: two\r\n\r\n").seq == 2
    assert [again.message(entry)["Subject"] for entry in again.all()] == ["one", "two"]


def test_a_line_cut_off_by_a_crash_counts_as_not_accepted(tmp_path: Path) -> None:
    store = Store(tmp_path, system_clock)
    store.accept("a@x.example", ["b@x.example"], b"Subject: one\r\n\r\n")
    with (tmp_path / "accepted.jsonl").open("ab") as index:
        index.write(b'{"at":"2026-01-')
    again = Store(tmp_path, system_clock)
    assert [entry.seq for entry in again.all()] == [1]
    assert again.accept("a@x.example", ["b@x.example"], b"Subject: two\r\n\r\n").seq == 2
    assert len(Store(tmp_path, system_clock).all()) == 2


def test_a_damaged_mail_is_kept_as_it_came(tmp_path: Path) -> None:
    store = Store(tmp_path, system_clock)
    entry = store.accept("", ["b@x.example"], b"\xff\x00 no header at all")
    assert store.content(entry) == b"\xff\x00 no header at all"


@pytest.mark.parametrize("mode", ["refuse_rcpt", "refuse_data"])
def test_it_refuses_as_often_as_it_is_told_to(
    running: InboxThread, pages: httpx.Client, mode: str
) -> None:
    pages.put("/api/behaviour", json={"mode": mode, "code": 452, "count": 1}).raise_for_status()
    with pytest.raises((smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)):
        send(running, a_mail())
    assert running.inbox.store.all() == []
    send(running, a_mail())
    assert len(running.inbox.store.all()) == 1


def test_a_dropped_answer_leaves_the_mail_accepted_and_the_sender_in_doubt(
    running: InboxThread, pages: httpx.Client
) -> None:
    pages.put("/api/behaviour", json={"mode": "drop_answer", "count": 1}).raise_for_status()
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(running, a_mail())
    assert len(running.inbox.store.all()) == 1
