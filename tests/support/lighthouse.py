"""Lighthouse (https://github.com/GoogleChrome/lighthouse): how good a page is to its readers, in marks of 100."""

import json
import os
import shutil
import statistics
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support.browser import CHROMIUM
from tests.support.npm import npm
from tests.support.parts import lacking

CATEGORIES = ("performance", "accessibility", "best-practices")
# The browser recorded nothing, which says nothing of the page: Lighthouse asks to be run again.
UNRECORDED, TRIES = ("NO_NAVSTART", "NO_TRACING_STARTED", "PROTOCOL_TIMEOUT"), 3


def marks(url: str, cookie: str, folder: Path, times: int) -> Mapping[str, float]:
    """The median mark of each category.

    Args:
        cookie: the Cookie header of a session.
        folder: what is said of each time is kept there.
    """
    node = shutil.which("node")
    if node is None:
        lacking("npm", "node is not installed")
    found = [_once(node, url, cookie, folder / f"{number}.json") for number in range(times)]
    return {name: statistics.median(one[name] for one in found) for name in CATEGORIES}


def _once(node: str, url: str, cookie: str, report: Path) -> Mapping[str, float]:
    headers = json.dumps({"Cookie": cookie})
    flags: Sequence[str] = (
        "--quiet", "--output=json", f"--output-path={report}", f"--only-categories={','.join(CATEGORIES)}",
        "--preset=desktop", f"--extra-headers={headers}", "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
    )  # fmt: skip
    program = npm("lighthouse") / "lighthouse/cli/index.js"
    for _ in range(TRIES):
        done = subprocess.run(
            [node, str(program), url, *flags], capture_output=True, text=True, timeout=180, check=False,
            env={**os.environ, "CHROME_PATH": str(CHROMIUM)},
        )  # fmt: skip
        if not any(word in done.stderr for word in UNRECORDED):
            break
    assert done.returncode == 0, done.stderr[-2000:]
    said = json.loads(report.read_text())
    return {name: 100 * said["categories"][name]["score"] for name in CATEGORIES}


def failed(report: Path) -> list[str]:
    """What cost marks, in a report that was kept."""
    said = json.loads(report.read_text())
    return [
        f"{one['id']}: {one.get('displayValue', '')}" for one in said["audits"].values() if (one["score"] or 1) < 0.9
    ]
