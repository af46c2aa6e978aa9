"""A real Chromium, what it saw go wrong, and axe-core (https://github.com/dequelabs/axe-core) for accessibility."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.support.npm import npm
from tests.support.parts import lacking

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = Path("/usr/bin/chromium")
OUTPUT = Path(__file__).parents[1] / "output"
WIDE, NARROW = (1280, 900), (390, 844)
# As WCAG 2.2 AA asks, and what axe-core's authors hold to be good besides.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def chromium() -> "Iterator[Browser]":
    """A browser without a window."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        lacking("browser", "playwright is not installed")
    if not CHROMIUM.exists():
        lacking("browser", f"there is no {CHROMIUM}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


class Seen:
    """What a page did that it should not: said on its console, thrown, asked elsewhere for, or asked the reader."""

    def __init__(self, page: "Page", origin: str) -> None:
        self.wrong: list[str] = []
        page.on("console", lambda told: self.wrong.append(told.text) if told.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.wrong.append(f"thrown: {error}"))
        page.on("dialog", lambda dialog: (self.wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: self._look(request.url, origin))

    def _look(self, url: str, origin: str) -> None:
        parts = urlsplit(url)
        if f"{parts.scheme}://{parts.netloc}" != origin and parts.scheme not in ("data", "blob"):
            self.wrong.append(f"another origin: {url}")


def violations(page: "Page") -> list[str]:
    """What axe-core finds wrong with the page as it is now: each rule with where it is broken."""
    page.evaluate(
        (npm("axe-core") / "axe-core/axe.min.js").read_text()
    )  # a script of its own would be against the page's policy
    found: dict[str, Any] = page.evaluate("tags => axe.run({runOnly: tags})", TAGS)
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def shoot(page: "Page", name: str) -> None:
    """Keep a picture of the page, for people to look at."""
    OUTPUT.mkdir(exist_ok=True)
    page.screenshot(path=str(OUTPUT / f"{name}.png"), full_page=True)


def signed_in(context: "BrowserContext", link: str) -> "Page":
    """A page of a browser that opened a one-time link."""
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(link)
    page.wait_for_url("**/")
    return page
