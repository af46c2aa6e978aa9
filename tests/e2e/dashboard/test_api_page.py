"""The page of the API and the login page, in a real browser."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support.browser import OUTPUT
from tests.support.home import Home

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture
def page(browser: "Browser") -> "Iterator[Page]":
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    made = context.new_page()
    made.set_default_timeout(30_000)
    yield made
    context.close()


def test_the_api_is_looked_through_and_tried(home: Home, page: "Page") -> None:
    home.start()
    said: list[str] = []
    elsewhere: list[str] = []
    url = home.api().status()["url"]
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on(
        "request", lambda request: None if request.url.startswith((url, "data:")) else elsewhere.append(request.url)
    )
    page.goto(home.cli("dashboard", "--no-browser").strip())
    page.wait_for_url(f"{url}/")
    page.goto(f"{url}/docs/api")
    page.get_by_text("Whoever asks: the user").click()
    page.get_by_role("button", name="Execute").click()
    answer = page.locator(".live-responses-table")
    answer.get_by_text('"owner": true').wait_for()
    assert answer.locator(".response-col_status").nth(1).inner_text().startswith("200")
    OUTPUT.mkdir(exist_ok=True)
    page.screenshot(path=OUTPUT / "api.png")
    assert elsewhere == []
    assert said == []


def test_a_key_is_typed_into_the_login_page(home: Home, page: "Page") -> None:
    home.start()
    url = home.api().status()["url"]
    key = home.cli("key", "create", "--label", "browser").strip()
    page.goto(url)
    page.locator("#key").fill("fac_wrong")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="This key opens nothing").wait_for()
    page.locator("#key").fill(key)
    OUTPUT.mkdir(exist_ok=True)
    page.screenshot(path=OUTPUT / "login.png")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Log out").click()
    page.get_by_role("heading", name="Who is there?").wait_for()
    assert key not in page.content()
    page.goto(url)
    page.get_by_role("heading", name="Who is there?").wait_for()
