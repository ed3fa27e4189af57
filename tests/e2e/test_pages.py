"""Both forms in a real browser: what is typed there arrives as a mail, explained."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from shared.clock import system_clock
from tests.integration.services import Service
from tests.stack import Sandbox

ARRIVES_WITHIN_S = 60
ADDRESS = "info@rena-hallar.example"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
]


@pytest.fixture
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield running
        running.close()


@contextmanager
def all_services(sandbox: Sandbox, logs: Path) -> Iterator[str]:
    """The three services on the test's ground; gives intake's address."""
    intake = Service("intake", sandbox.environment("intake") | {"OMBUD_OPEN_PAGES": "true"}, logs)
    at = {"OMBUD_INTAKE_URL": intake.url}
    others = [
        Service(name, sandbox.environment(name) | at, logs) for name in ("matcher", "notifier")
    ]
    services = [intake, *others]
    try:
        for service in services:
            service.start()
        for service in services:
            service.wait_ready()
        yield intake.url
    finally:
        for service in services:
            if service.alive():
                service.kill()


def await_mail(sandbox: Sandbox, holds: Callable[[str], bool]) -> str:
    """The text of the first accepted mail that `holds`, once it is there."""
    deadline = time.monotonic() + ARRIVES_WITHIN_S
    while time.monotonic() < deadline:
        for entry in sandbox.inbox.all():
            mail = sandbox.inbox.message(entry)
            part = mail.get_body(("plain",))
            text = f"{mail['Subject']}\n{part.get_content() if part else ''}"
            if holds(text):
                return text
        time.sleep(0.1)
    raise AssertionError("the mail did not arrive")


def sign_up(page: Page, base: str) -> None:
    page.goto(f"{base}/anslut/1")
    page.get_by_role("button", name="Fortsätt").click()
    expect(page.get_by_role("alert")).to_contain_text("Beskriv vad ni gör")
    page.fill("#words", "städning")
    page.get_by_role("button", name="Fortsätt").click()
    page.get_by_label("Städning (90910000)", exact=True).check()
    page.get_by_role("button", name="Fortsätt").click()
    page.get_by_text("Skåne län", exact=True).click()
    page.get_by_label("Helsingborg", exact=True).check()
    page.get_by_role("button", name="Fortsätt").click()
    page.get_by_role("button", name="Hoppa över").click()
    page.fill("#name", "Rena Hallar ek. för.")
    page.fill("#address", ADDRESS)
    page.get_by_role("button", name="Anslut").click()
    expect(page.get_by_role("alert")).to_contain_text("Kryssa i rutan")
    expect(page.locator("#address")).to_have_value(ADDRESS)
    page.locator("#consent").check()
    page.get_by_role("button", name="Anslut").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Titta i inkorgen")


def publish(page: Page, base: str) -> None:
    page.goto(f"{base}/kop/ny")
    page.fill("#unit", "Helsingborgs stad")
    page.fill("#title", "Städning av idrottshallar")
    page.fill("#description", "Tre kvällar i veckan.")
    page.fill("#trade", "städning")
    page.get_by_role("button", name="Hitta bransch").click()
    page.get_by_label("Städning (90910000)", exact=True).check()
    page.select_option("#place", "1283")
    page.fill("#value", "en halv miljon")
    page.fill("#deadline", (system_clock() + timedelta(days=20)).date().isoformat())
    page.fill("#documents", "https://kommun.example/underlag")
    page.get_by_role("button", name="Granska").click()
    expect(page.get_by_role("alert")).to_contain_text("Skriv kronor så här: 450000")
    expect(page.locator("#title")).to_have_value("Städning av idrottshallar")
    page.fill("#value", "450000")
    page.get_by_role("button", name="Granska").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Granska innan du publicerar")
    page.get_by_role("button", name="Publicera").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Direktupphandlingen är publicerad")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_what_is_typed_into_the_forms_arrives_as_an_explained_mail(
    sandbox: Sandbox, browser: Browser, tmp_path: Path, javascript: bool
) -> None:
    context = browser.new_context(
        viewport={"width": 320, "height": 568}, locale="sv", java_script_enabled=javascript
    )
    page = context.new_page()
    with all_services(sandbox, tmp_path) as base:
        sign_up(page, base)
        confirmation = await_mail(sandbox, lambda text: "/anslut/bekrafta/" in text)
        link = re.search(r"http\S+/anslut/bekrafta/\S+", confirmation)
        assert link
        page.goto(link[0])
        page.get_by_role("button", name="Bekräfta").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Adressen är bekräftad")
        publish(page, base)
        mail = await_mail(sandbox, lambda text: "Städning av idrottshallar" in text)
        assert "Du kan lämna anbud" in mail
        assert "Städning" in mail and "som du valt" in mail
        page.get_by_role("link", name="Följ mejlen").click()
        expect(page.locator(".timeline")).to_contain_text("Mottagen och sparad (201)")
        expect(page.locator("body")).not_to_contain_text(ADDRESS)


def test_no_page_scrolls_sideways_on_a_narrow_screen(
    sandbox: Sandbox, browser: Browser, tmp_path: Path
) -> None:
    intake = Service(
        "intake", sandbox.environment("intake") | {"OMBUD_OPEN_PAGES": "true"}, tmp_path
    )
    intake.start().wait_ready()
    try:
        for language in ("sv", "en"):
            page = browser.new_context(
                viewport={"width": 320, "height": 568}, locale=language
            ).new_page()
            for path in (
                "/",
                "/kop/ny",
                "/anslut/1",
                "/ops",
                "/tillganglighet",
                "/upphandlingar/x",
            ):
                page.goto(intake.url + path)
                wide = page.evaluate("document.documentElement.scrollWidth")
                assert wide <= 320, f"{path} in {language}"
                assert page.locator("html").get_attribute("lang") == language
    finally:
        intake.kill()
