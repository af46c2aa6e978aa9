"""Every page in a real browser: in both themes, wide and narrow, and nothing wrong for whoever sees or moves less."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support.browser import NARROW, WIDE, Seen, shoot, signed_in, violations
from tests.support.site import Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

PAGES = {
    "overview": "/",
    "commits": "/repos/1",
    "grid": "/repos/1/grid",
    "branches": "/repos/1/branches",
    "trends": "/repos/1/trends",
    "tests": "/repos/1/tests",
    "ratchets": "/repos/1/ratchets",
    "journal": "/repos/1/journal",
    "reports": "/repos/1/reports",
    "run": "/runs/{worse}",
    "run-failing": "/runs/{failing}",
    "run-flaky": "/runs/{flaky}",
    "files": "/runs/{worse}/files",
    "source": "/runs/{worse}/source/shop/cart.py",
    "log": "/jobs/{log}/log",
    "search": "/search?q=discount",
    "metric": "/repos/1/trends/pylint.score",
    "test-history": "/repos/1/tests/history?name={test}",
    "job-findings": "/jobs/{pylint}/findings",
    "job-tests": "/jobs/{log}/tests",
    "ratchet": "/repos/1/ratchets/pylint.score",
    "report": "/repos/1/reports/this-week",
    "settings": "/settings",
    "settings-users": "/settings/users",
    "settings-repositories": "/settings/repositories",
    "settings-configuration": "/settings/configuration",
    "settings-tools": "/settings/tools",
    "settings-storage": "/settings/storage",
    "settings-service": "/settings/service",
    "settings-audit": "/settings/audit",
    "problem": "/runs/999",
    "login": "/login",
    "api": "/docs/api",
}


def path_of(site: Site, name: str) -> str:
    """The path of a page by its name."""
    return PAGES[name].format(
        **site.runs, log=site.job("mended", "coverage"), pylint=site.job("worse", "pylint"), test=site.test()
    )


@pytest.fixture(
    scope="module", params=[(theme, size) for theme in ("light", "dark") for size in (WIDE, NARROW)], ids=str
)
def context(request: pytest.FixtureRequest, browser: "Browser", site: Site) -> "Iterator[BrowserContext]":
    theme, (width, height) = request.param
    made = browser.new_context(color_scheme=theme, viewport={"width": width, "height": height})
    made.label = f"{theme}-{width}"  # type: ignore[attr-defined]
    signed_in(made, site.home.cli("dashboard", "--no-browser").strip())
    yield made
    made.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_right(context: "BrowserContext", site: Site, origin: str, name: str) -> None:
    page = context.new_page()
    seen = Seen(page, origin)
    answer = page.goto(origin + path_of(site, name))
    assert answer is not None
    assert answer.status == {"problem": 404}.get(name, 200)
    page.wait_for_load_state("networkidle") if name == "api" else page.wait_for_load_state()
    shoot(page, f"{name}-{context.label}")  # type: ignore[attr-defined]
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, "the page is wider than its window"
    if name != "api":  # which is drawn by what others have made
        assert violations(page) == []
    assert [one for one in seen.wrong if not (name == "problem" and "404" in one)] == []
    page.close()


@pytest.fixture(scope="module")
def without_scripts(browser: "Browser", site: Site) -> "Iterator[BrowserContext]":
    made = browser.new_context(java_script_enabled=False, viewport={"width": WIDE[0], "height": WIDE[1]})
    signed_in(made, site.home.cli("dashboard", "--no-browser").strip())
    yield made
    made.close()


@pytest.mark.parametrize("name", [name for name in PAGES if name != "api"])
def test_a_page_can_be_read_without_scripts(
    without_scripts: "BrowserContext", site: Site, origin: str, name: str
) -> None:
    page = without_scripts.new_page()
    page.goto(origin + path_of(site, name))
    assert len(page.inner_text("main").strip()) > 20
    shoot(page, f"{name}-no-scripts")
    page.close()
