"""The API's description, as a browser opens it: nothing from elsewhere, and a strict policy."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import sync_playwright

from tests.integration.services import Service
from tests.stack import Sandbox


@pytest.fixture
def intake(sandbox: Sandbox, tmp_path: Path) -> Iterator[Service]:
    service = Service("intake", sandbox.environment("intake"), tmp_path).start()
    yield service.wait_ready()
    service.kill()


def test_the_page_refers_to_its_own_origin_only(intake: Service) -> None:
    page = httpx.get(f"{intake.url}/docs")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "//" not in page.text
    for name in ("swagger-ui.css", "swagger-ui-bundle.js"):
        assert f"/docs/files/{name}" in page.text
        assert httpx.get(f"{intake.url}/docs/files/{name}").status_code == 200


def test_a_browser_shows_it_and_asks_nobody_else(intake: Service, chromium: str) -> None:
    asked: list[str] = []
    said: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{intake.url}/docs")
        page.get_by_text("/v1/notices").first.click()
        page.get_by_text("Idempotency-Key").first.wait_for()
        browser.close()
    assert {url for url in asked if not url.startswith((intake.url, "data:"))} == set()
    assert said == []


def test_an_unknown_address_is_a_page_and_under_the_api_a_problem(intake: Service) -> None:
    page = httpx.get(f"{intake.url}/nosuch", headers={"Accept-Language": "en"})
    assert (page.status_code, page.headers["content-type"][:9]) == (404, "text/html")
    assert "<h1>" in page.text
    problem = httpx.get(f"{intake.url}/v1/nosuch")
    assert (problem.status_code, problem.json()["code"]) == (404, "not_found")
