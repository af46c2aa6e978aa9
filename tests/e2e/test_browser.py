"""The page in a real browser, with hostile text in message, author, branch, file names and log."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.home import Home
from tests.support.parts import lacking
from tests.support.repository import HOST, Repository

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHROMIUM = Path("/usr/bin/chromium")
OUTPUT = Path(__file__).parents[1] / "output"
EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>"
LOUD = f"""
import sys

def test_evil():
    print({EVIL!r}, "\\x1b]8;;javascript:alert(3)\\x07link\\x1b]8;;\\x07 \\x1b[31mred\\x1b[0m")
    assert False, {EVIL!r}
"""


@pytest.fixture
def page(home: Home) -> "Iterator[Page]":
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        lacking("browser", "playwright is not installed")
    if not CHROMIUM.exists():
        lacking("browser", f"there is no {CHROMIUM}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(20_000)
        yield page
        browser.close()


def test_hostile_text_is_shown_and_nothing_executes(home: Home, tmp_path: Path, page: "Page") -> None:
    evil = Repository(
        tmp_path / "a<b>c&", env={"GIT_AUTHOR_NAME": EVIL.replace("<", "").replace(">", "") + "&lt;b&gt;"}
    )
    name = "<svg onload=alert(4)>.py"
    evil.commit(
        {".fullautoci.yml": HOST, "pkg/__init__.py": "", f"pkg/{name}": "x = undefined\n", "test_evil.py": LOUD}
    )
    evil.git("switch", "--quiet", "--create", "<b>bold</b>")
    home.cli("init", "--wait", cwd=evil.path)
    evil.commit(message=EVIL)
    home.run("wait", cwd=evil.path)
    said: list[str] = []
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda message: said.append(message.text))

    page.goto(home.cli("dashboard", "--no-browser").strip())
    page.wait_for_url("**/")
    OUTPUT.mkdir(exist_ok=True)
    shoot(page, "overview")
    assert page.locator("img, script, svg").count() == 0
    assert "onerror" in page.inner_text("main")

    page.locator("tbody a[href^='/runs/']").first.click()
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    shoot(page, "run")
    assert name in page.inner_text("main")
    assert page.locator("main img, main script, main svg").count() == 0

    page.locator("a[href$='/log']").last.click()
    shoot(page, "log")
    text = page.inner_text("pre")
    assert EVIL in text
    assert "\x1b" not in text
    assert page.locator("main a").count() == 0
    assert said == []


def shoot(page: "Page", name: str) -> None:
    """Keep a picture of the page, for people to look at."""
    page.screenshot(path=str(OUTPUT / f"{name}.png"), full_page=True)
