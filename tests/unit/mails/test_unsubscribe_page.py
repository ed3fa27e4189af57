"""Stopping mails: a GET shows, a POST acts."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI

from services.notifier.pages import make_pages
from shared.links import Links

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
INTAKE = "https://ombud.example"


def clock() -> datetime:
    return NOW


LINKS = Links("a secret of some length", clock)
TOKEN = LINKS.sign("unsubscribe", {"r": "recipient-1"})


class Stopped:
    """Whom the page stopped, and when; fails if it is told to."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, datetime]] = []
        self.broken = False

    async def __call__(self, recipient_id: str, at: datetime) -> None:
        if self.broken:
            raise OSError("no database")
        self.calls.append((recipient_id, at))


@pytest.fixture
def stopped() -> Stopped:
    return Stopped()


@pytest.fixture
async def browser(stopped: Stopped) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(make_pages(stopped, LINKS, clock, INTAKE))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://mejl.example") as client:
        yield client


async def test_a_get_shows_a_button_and_stops_nothing(
    browser: httpx.AsyncClient, stopped: Stopped
) -> None:
    answer = await browser.get(f"/sluta/{TOKEN}")
    assert answer.status_code == 200
    assert "<button" in answer.text
    assert f'action="/sluta/{TOKEN}?lang=sv"' in answer.text
    assert stopped.calls == []


async def test_the_button_stops_the_mails(browser: httpx.AsyncClient, stopped: Stopped) -> None:
    answer = await browser.post(f"/sluta/{TOKEN}")
    assert answer.status_code == 200
    assert "Klart. Du får inga fler mejl." in answer.text
    assert f"{INTAKE}/anslut" in answer.text
    assert stopped.calls == [("recipient-1", NOW)]


@pytest.mark.parametrize("form", ["urlencoded", "multipart"])
async def test_one_click_of_a_mail_client_works_without_cookies_or_redirect(
    browser: httpx.AsyncClient, stopped: Stopped, form: str
) -> None:
    field = {"List-Unsubscribe": "One-Click"}
    if form == "urlencoded":
        answer = await browser.post(f"/sluta/{TOKEN}", data=field)
    else:
        files = {name: (None, value) for name, value in field.items()}
        answer = await browser.post(f"/sluta/{TOKEN}", files=files)
    assert answer.status_code == 200
    assert stopped.calls == [("recipient-1", NOW)]


async def test_stopping_twice_is_answered_alike(browser: httpx.AsyncClient) -> None:
    first = await browser.post(f"/sluta/{TOKEN}")
    second = await browser.post(f"/sluta/{TOKEN}")
    assert (second.status_code, second.text) == (first.status_code, first.text)


async def test_the_page_speaks_the_language_that_the_mail_asked_for(
    browser: httpx.AsyncClient,
) -> None:
    answer = await browser.get(f"/sluta/{TOKEN}?lang=en")
    assert "Press the button, and you get no more mails from Ombud." in answer.text
    assert '<html lang="en">' in answer.text


@pytest.mark.parametrize(
    "token",
    [
        "x",
        TOKEN[:-2],
        TOKEN + "a",
        LINKS.sign("confirm", {"r": "recipient-1"}),
        LINKS.sign("unsubscribe", {"q": "1"}),
        LINKS.sign("unsubscribe", {"r": 1}),
        Links("another secret of some length", clock).sign("unsubscribe", {"r": "recipient-1"}),
    ],
)
async def test_a_token_that_is_not_ours_gets_a_clear_404(
    browser: httpx.AsyncClient, stopped: Stopped, token: str
) -> None:
    for answer in [await browser.get(f"/sluta/{token}"), await browser.post(f"/sluta/{token}")]:
        assert answer.status_code == 404
        assert "Länken fungerar inte" in answer.text
        assert "<button" not in answer.text
    assert stopped.calls == []


async def test_a_wish_that_could_not_be_stored_is_not_called_done(
    browser: httpx.AsyncClient, stopped: Stopped
) -> None:
    stopped.broken = True
    answer = await browser.post(f"/sluta/{TOKEN}")
    assert answer.status_code == 503
    assert "Du får fortfarande mejl. Försök igen." in answer.text
    assert "Klart" not in answer.text
    assert "database" not in answer.text
