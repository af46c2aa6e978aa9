"""What can be done on the page, by clicks and keys, and what comes of it in the service."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support.browser import signed_in
from tests.support.home import Home
from tests.support.patience import until
from tests.support.site import Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture
def page(site: Site, browser: "Browser") -> "Iterator[Page]":
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    made = signed_in(context, site.home.cli("dashboard", "--no-browser").strip())
    made.on("dialog", lambda dialog: dialog.accept())
    yield made
    context.close()


def newest(home: Home) -> int:
    return int(home.api().runs(limit=1)[0]["id"])


def test_a_run_is_run_again_and_cancelled(site: Site, origin: str, page: "Page") -> None:
    before = newest(site.home)
    page.goto(f"{origin}/runs/{site.runs['good']}")
    page.get_by_role("button", name="Run again").last.click()
    page.wait_for_url("**/runs/*")
    assert newest(site.home) == before + 1
    assert page.url.endswith(f"/runs/{before + 1}")
    site.home.finished(1, site.shas["good"])
    entry = site.home.json("audit", "--limit", "1")[0]
    assert (entry["action"], entry["via"]) == ("run.rerun", "session")


def test_a_fall_is_waived_with_a_reason(site: Site, origin: str, page: "Page") -> None:
    page.goto(f"{origin}/runs/{site.runs['worse']}")
    waiver = page.locator("details.waive").first
    waiver.locator("summary").click()
    waiver.locator("[name=reason]").fill("the release <b>is</b> today")
    waiver.get_by_role("button").click()
    page.wait_for_url("**/runs/*")
    run = site.runs["worse"]
    verdicts = lambda: [one for job in site.home.api().results(run)["jobs"] for one in job["verdicts"]]  # noqa: E731
    until(lambda: any("waived" in one["flags"] for one in verdicts()), 20, "the waiver")
    page.goto(f"{origin}/repos/1/journal")
    assert "the release <b>is</b> today" in page.inner_text("#main")


def test_a_form_without_what_it_needs_says_so_and_changes_nothing(site: Site, origin: str, page: "Page") -> None:
    before = len(site.home.json("ratchet", "log", cwd=site.repository.path))
    body = f"tool=pylint&metric=score&kind=waive&commit={site.shas['worse']}&reason="
    said = page.evaluate(
        "body => fetch('/repos/1/waive', {method: 'POST', body, headers: {'Content-Type':"
        " 'application/x-www-form-urlencoded'}}).then(answer => answer.status)",
        body,
    )
    assert said in (400, 422)
    assert len(site.home.json("ratchet", "log", cwd=site.repository.path)) == before


def test_rows_are_gone_through_by_keys(origin: str, page: "Page") -> None:
    page.goto(f"{origin}/repos/1")
    for key in "jjk":
        page.keyboard.press(key)
    assert page.locator("[data-row].here").count() == 1
    assert page.locator("[data-row]").first.get_attribute("class").split()[-1] == "here"  # type: ignore[union-attr]
    page.keyboard.press("Enter")
    page.wait_for_url("**/runs/*")
    page.keyboard.press("u")
    page.wait_for_url("**/repos/1")
    page.keyboard.press("/")
    page.keyboard.type("weather")
    page.wait_for_function("() => document.querySelectorAll('[data-row]').length === 1")
    assert "weather" in page.url, "what was found can be linked to"
    page.keyboard.press("Escape")
    page.locator("body").click(position={"x": 5, "y": 5})
    page.keyboard.press("?")
    assert page.locator("#keys").evaluate("dialog => dialog.open")


def test_a_theme_is_chosen_and_kept(origin: str, page: "Page") -> None:
    page.goto(origin)
    dark = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(dark)
    page.locator("#theme").click()
    assert page.evaluate(dark) != light
    page.reload()
    assert page.evaluate(dark) != light


def test_moments_are_in_the_readers_zone(site: Site, origin: str, browser: "Browser") -> None:
    context = browser.new_context(timezone_id="Asia/Tokyo", locale="en-GB")
    page = signed_in(context, site.home.cli("dashboard", "--no-browser").strip())
    page.goto(f"{origin}/runs/{site.runs['good']}")
    moment = page.locator("time").first
    assert "Japan" in (moment.get_attribute("title") or "") or "GMT+9" in (moment.get_attribute("title") or "")
    assert "ago" in moment.inner_text() or "now" in moment.inner_text()
    context.close()


def test_a_page_prints_without_what_only_a_screen_can_use(site: Site, origin: str, page: "Page") -> None:
    page.goto(f"{origin}/runs/{site.runs['worse']}")
    page.emulate_media(media="print")
    assert not page.locator("header.top").is_visible()
    assert not page.get_by_role("button", name="Run again").last.is_visible()
    assert page.locator("h1").is_visible()
