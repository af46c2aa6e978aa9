"""An open page is as things are: a commit in a terminal shows by itself, and so does what comes of it."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import PurePath
from typing import TYPE_CHECKING

import pytest

from tests.support.browser import Seen, signed_in
from tests.support.home import Home
from tests.support.patience import until
from tests.support.repository import Repository

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

SLOW = """\
environment: host
tools: {pylint: {enabled: false}, coverage: {enabled: false}, slow: {command: [sh, -c, "sleep 2"]}}
"""
# From the hook, or from being recorded, to the page: as long as a person takes for at once. The rest is for machines
# that do much else.
SOON_S = 5.0


@pytest.fixture
def page(home: Home, repository: Repository, browser: "Browser") -> "Iterator[Page]":
    """The overview of a service that tests a repository's commits, each for two seconds."""
    repository.commit({".fullautoci.yml": SLOW})
    home.cli("init", "--wait", cwd=repository.path)
    context = browser.new_context()
    yield signed_in(context, home.cli("dashboard", "--no-browser").strip())
    context.close()


def shows(page: "Page", text: str, since: float) -> float:
    """How long it took until the page showed a text, in seconds."""
    page.wait_for_function("text => document.querySelector('#main').innerText.includes(text)", arg=text, timeout=20_000)
    return time.monotonic() - since


def icon(page: "Page") -> str:
    """The name of the icon that the page has now."""
    return PurePath(page.get_attribute("#icon", "href") or "").name.partition(".")[0]


def test_a_commit_and_its_results_show_with_no_reload(
    home: Home, repository: Repository, page: "Page", capsys: pytest.CaptureFixture[str]
) -> None:
    seen = Seen(page, str(home.api().status()["url"]))
    page.evaluate("window.here = true")
    page.wait_for_timeout(1500)
    sha = repository.commit({"a.txt": "1"}, "Shown at once")
    commit_s = shows(page, "Shown at once", time.monotonic())
    until(lambda: icon(page) == "icon-busy", 5, "the icon of what is busy")
    page.wait_for_function("() => document.querySelector('#main').dataset.mood === 'good'", timeout=20_000)
    shown_at = datetime.now(UTC)
    recorded_at = datetime.fromisoformat(home.finished(1, sha)["finished_at"])
    results_s = (shown_at - recorded_at).total_seconds()
    with capsys.disabled():
        print(f"\non the page {commit_s:.2f} s after the hook; its results {results_s:.2f} s after they were recorded")
    assert commit_s < SOON_S
    assert results_s < SOON_S
    until(lambda: icon(page) == "icon-good", 5, "the icon of what is well")
    assert page.evaluate("window.here"), "the page was loaded again"
    assert seen.wrong == []


def test_a_second_tab_is_told_by_the_first(repository: Repository, page: "Page") -> None:
    second = page.context.new_page()
    asked: list[str] = []
    second.goto(page.url)
    second.on("request", lambda request: asked.append(request.url))
    repository.commit({"a.txt": "1"}, "For both")
    shows(second, "For both", time.monotonic())
    assert not [url for url in asked if url.endswith("/live")], "one tab of a browser asks, not all"
    page.close()
    repository.commit({"a.txt": "2"}, "For the one that is left")
    shows(second, "For the one that is left", time.monotonic())


def test_a_tab_takes_over_where_the_one_that_asks_is_held_up(repository: Repository, page: "Page") -> None:
    second = page.context.new_page()
    second.goto(page.url)
    asked: list[str] = []
    second.on("request", lambda request: asked.append(request.url))
    second.wait_for_timeout(1000)
    page.evaluate("setTimeout(() => { const end = Date.now() + 15_000; while (Date.now() < end); })")
    repository.commit({"a.txt": "1"}, "While a tab is held up")
    shows(second, "While a tab is held up", time.monotonic())
    assert [url for url in asked if url.endswith("/live")], "it was told of by the other after all"


def test_what_was_refused_is_asked_for_again(repository: Repository, page: "Page") -> None:
    refused: list[int] = []

    def refuse(route: "Route") -> None:
        if len(refused) < 2:
            refused.append(1)
            route.fulfill(status=503, body="not now")
        else:
            route.continue_()

    page.route(page.url, refuse)
    repository.commit({"a.txt": "1"}, "At the third time")
    shows(page, "At the third time", time.monotonic())
    assert len(refused) == 2


def test_a_browser_asks_once_for_what_does_not_change(page: "Page") -> None:
    second = page.context.new_page()
    second.goto(page.url, wait_until="load")
    found = second.evaluate("performance.getEntriesByType('resource').map(one => [one.name, one.transferSize])")
    static = {name: size for name, size in found if "/static/" in name}
    assert len(static) > 5
    assert not {name: size for name, size in static.items() if size}


def test_what_a_reader_opened_stays_open(repository: Repository, page: "Page") -> None:
    page.keyboard.press("?")
    assert page.locator("#keys").evaluate("dialog => dialog.open")
    repository.commit({"a.txt": "1"}, "While help is open")
    page.wait_for_timeout(2500)
    assert page.locator("#keys").evaluate("dialog => dialog.open")
    page.keyboard.press("Escape")
    shows(page, "While help is open", time.monotonic())


def test_what_a_reader_typed_stays_typed(home: Home, repository: Repository, page: "Page") -> None:
    page.goto(f"{home.api().status()['url']}/repos/1")
    page.locator("details.menu summary").click()
    field = page.locator("details.menu input[name=revisions]")
    field.fill("main~3..main")
    page.locator("h1").click()  # the field has no focus any more
    repository.commit({"a.txt": "1"}, "While somebody types")
    page.wait_for_timeout(2500)
    assert field.input_value() == "main~3..main"
    field.fill(field.evaluate("field => field.defaultValue"))
    page.locator("h1").click()
    shows(page, "While somebody types", time.monotonic())
