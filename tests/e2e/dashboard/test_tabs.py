"""A hundred open tabs and a busy run: whoever asks the API meanwhile does not wait, and nothing piles up."""

import os
import statistics
import threading
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.support.browser import Seen, signed_in
from tests.support.home import Home
from tests.support.repository import Repository

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FULL = os.environ.get("FULLAUTOCI_FAULTS") == "all"
TABS = 100 if FULL else 12
SECONDS = 20.0 if FULL else 6.0
BUSY = """\
environment: host
tools: {pylint: {enabled: false}, coverage: {enabled: false}, busy: {command: [sh, busy.sh]}}
"""
SCRIPT = "i=0; while [ $i -lt 60 ]; do echo line $i; i=$((i + 1)); sleep 0.5; done\n"
# The goal's figures are for a quiet machine; a browser with a hundred tabs on two cores is none.
LATENCY_S, GROWTH = 0.5, 50 << 20


def test_many_tabs_take_nothing_from_the_api(
    home: Home, repository: Repository, browser: "Browser", capsys: pytest.CaptureFixture[str]
) -> None:
    repository.commit({".fullautoci.yml": BUSY, "busy.sh": "true\n"})
    home.cli("init", "--wait", cwd=repository.path)
    daemon = psutil.Process(home.pid())
    context = browser.new_context()
    first = signed_in(context, home.cli("dashboard", "--no-browser").strip())
    seen = Seen(first, str(home.api().status()["url"]))
    pages = [first, *(context.new_page() for _ in range(TABS - 1))]
    for page in pages[1:]:
        page.goto(first.url, wait_until="commit")
    before = daemon.memory_info().rss
    repository.commit({"busy.sh": SCRIPT}, "Busy")
    took: list[float] = []
    over = threading.Event()

    def ask() -> None:
        client = home.api()
        while not over.is_set():
            began = time.perf_counter()
            client.runs(limit=1)
            took.append(time.perf_counter() - began)
            time.sleep(0.02)

    asker = threading.Thread(target=ask)
    asker.start()
    first.wait_for_timeout(1000 * SECONDS)
    over.set()
    asker.join()
    last = statistics.quantiles(took, n=100)[98]
    grown = daemon.memory_info().rss - before
    with capsys.disabled():
        print(f"\n{TABS} tabs: {len(took)} requests, median {1000 * statistics.median(took):.1f} ms, 99th percentile"
              f" {1000 * last:.1f} ms, {grown / 1e6:+.1f} MB")  # fmt: skip
    assert last < LATENCY_S
    assert grown < GROWTH
    for page in (pages[0], pages[-1]):
        page.wait_for_function("() => document.querySelector('#main').innerText.includes('Busy')", timeout=30_000)
    assert seen.wrong == []
    home.cli("cancel", cwd=repository.path)
    context.close()
