"""An open page is as things are: a commit in a terminal shows by itself, and so does what comes of it."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support.browser import Seen, signed_in
from tests.support.home import Home
from tests.support.patience import until
from tests.support.repository import Repository

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

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


def test_a_commit_and_its_results_show_with_no_reload(home: Home, repository: Repository, page: "Page") -> None:
    seen = Seen(page, str(home.api().status()["url"]))
    page.evaluate("window.here = true")
    page.wait_for_timeout(1500)
    sha = repository.commit({"a.txt": "1"}, "Shown at once")
    assert shows(page, "Shown at once", time.monotonic()) < SOON_S
    assert page.get_attribute("#icon", "href").startswith("/static/icon-busy")  # type: ignore[union-attr]
    home.finished(1, sha)
    done = time.monotonic()
    until(lambda: page.get_attribute("#main", "data-mood") == "good", 20, "the run's end on the page")
    assert time.monotonic() - done < SOON_S
    assert page.get_attribute("#icon", "href").startswith("/static/icon-good")  # type: ignore[union-attr]
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
