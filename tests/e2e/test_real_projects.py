"""Real projects: release after release is committed, and each has exactly the figures of the bare tools.

FULLAUTOCI_REAL=all takes all projects and all their releases (some minutes); what was measured is kept in tests/output.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from fullautoci.client import View
from fullautoci.environments import installer
from tests.support.home import Home
from tests.support.parts import lacking
from tests.support.projects import CACHE, INSTALLER_CACHES, RELEASES, DownloadError, commit_release, sdists
from tests.support.repository import Repository

EVERYTHING = os.environ.get("FULLAUTOCI_REAL") == "all"
PROJECTS = tuple(RELEASES) if EVERYTHING else ("itsdangerous", "pyasn1")
COMMITS = 5 if EVERYTHING else 2
OUTPUT = Path(__file__).resolve().parents[1] / "output"
PATIENCE_S = 1200.0

# https://docs.pytest.org/en/stable/reference/exit-codes.html
COLLECTION_FAILED = 2
# `coverage json` ends so where a project's own `fail_under` is not reached; its report is written all the same.
BELOW_THRESHOLD = 2

# What a person who knows the project would type.
SOURCES: Mapping[str, str] = {
    "itsdangerous": "src/itsdangerous",
    "click": "src/click",
    "packaging": "src/packaging",
    "pyasn1": "pyasn1",
}
TESTS: Mapping[str, tuple[str, ...]] = {"pyasn1": ("unittest", "discover", "-s", "tests", "-t", ".")}


@pytest.mark.network
@pytest.mark.parametrize("name", PROJECTS)
def test_each_release_has_the_figures_of_the_bare_tools(name: str, home: Home, tmp_path: Path) -> None:
    releases = _releases(name)
    home.env |= INSTALLER_CACHES
    repository = Repository(tmp_path / name)
    shas = [commit_release(repository, releases[0])]

    home.cli("init", "--wait", cwd=repository.path, timeout=PATIENCE_S)
    shas += [commit_release(repository, release) for release in releases[1:]]
    number = home.api().repositories()[0]["id"]
    runs = {sha: home.finished(number, sha, PATIENCE_S) for sha in shas}

    listed = home.json("history", cwd=repository.path)
    assert [run["commit"] for run in listed] == shas[::-1]
    assert all({job["tool"] for job in run["jobs"]} == {"pylint", "coverage"} for run in listed)
    rows = []
    for sha, release in zip(shas, releases, strict=True):
        place = tmp_path / f"bare-{sha[:10]}"
        repository.git("clone", "--quiet", "--no-checkout", str(repository.path), str(place / "checkout"))
        repository.git("-C", str(place / "checkout"), "checkout", "--quiet", sha)
        rows.append(_row(release, runs[sha], Bare(name, place, home.paths.environments / "venv", runs[sha])))
        shutil.rmtree(place)
    OUTPUT.mkdir(exist_ok=True)
    (OUTPUT / f"real-{name}.json").write_text(json.dumps(rows, indent=1))
    wrong = [row for row in rows if not _right(row)]
    assert not wrong, json.dumps(wrong, indent=1)


def _releases(name: str) -> list[Path]:
    try:
        return sdists(name, RELEASES[name][-COMMITS:], CACHE / "sdists")
    except DownloadError as error:
        lacking("network", str(error))


def _jobs(run: View) -> dict[str, Any]:
    return {job["tool"]: job for job in run["jobs"]}


def _row(release: Path, run: View, bare: "Bare") -> dict[str, Any]:
    jobs, problems = _jobs(run), []
    figures: dict[str, Any] = {}
    for look in (bare.score, bare.tests):
        try:
            figures |= look()
        except AssertionError as error:
            problems.append(str(error))
    return {
        "release": release.name.removesuffix(".tar.gz"),
        "outcomes": {tool: f"{job['outcome']} {job['reason']} {job['hint']}".strip() for tool, job in jobs.items()},
        "timings": {tool: job["timings"] for tool, job in jobs.items()},
        "ours": _ours(jobs),
        "bare": figures,
        "bare problems": problems,
    }


def _right(row: View) -> bool:
    """Whether the figures are the same; where the tests cannot be run by hand either, whether nothing was passed."""
    ours, bare = dict(row["ours"]), dict(row["bare"])
    if bare.pop("complete", False):
        return ours == bare
    same_score = ours.get("score") == bare.get("score") is not None
    return same_score and row["outcomes"]["coverage"].startswith(("failed", "errored"))


def _ours(jobs: View) -> dict[str, Any]:
    score = {name: jobs["pylint"]["metrics"][name] for name in ("score",) if name in jobs["pylint"]["metrics"]}
    measured = jobs["coverage"]["metrics"]
    shares = {name: measured[name] for name in ("percent_lines", "percent_branches") if name in measured}
    tests = {"tests": jobs["coverage"]["counts"]["tests"]} if shares else {}
    return score | shares | tests


class Bare:
    """The tools by hand, in a clean clone, with the project installed for editing into copies of the environments.

    Args:
        place: holds the clone, `checkout`; copies and reports are made beside it.
        environments: where those are that the run's jobs ran in.
    """

    def __init__(self, name: str, place: Path, environments: Path, run: View) -> None:
        self._name = name
        self._place = place
        self._environments = environments
        self._jobs = _jobs(run)

    def score(self) -> dict[str, Any]:
        """Pylint's."""
        python = self._editable("pylint")
        printed = self._run([python, "-m", "pylint", "--output-format=json2", SOURCES[self._name]], ()).stdout
        return {"score": round(json.loads(printed)["statistics"]["score"], 4)}

    def tests(self) -> dict[str, Any]:
        """What the tests cover, and how many there are."""
        python = self._editable("coverage")
        runner = TESTS.get(self._name, ("pytest",))
        done = self._run([python, "-m", "coverage", "run", "--branch", "-m", *runner], (0, 1, COLLECTION_FAILED))
        report = self._place / "coverage.json"
        self._run([python, "-m", "coverage", "json", "-q", "-o", str(report)], (0, BELOW_THRESHOLD))
        totals = json.loads(report.read_text())["totals"]
        assert "covered_branches" in totals, f"the tests cannot be run by hand: {done.stderr[-300:]}"
        return {
            "percent_lines": round(100 * totals["covered_lines"] / totals["num_statements"], 4),
            "percent_branches": round(100 * totals["covered_branches"] / totals["num_branches"], 4),
            "tests": _count(done.stdout + done.stderr),
            "complete": done.returncode != COLLECTION_FAILED,
        }

    def _editable(self, tool: str) -> str:
        """The interpreter of a copy of the environment that a tool ran in."""
        environment, copy = self._jobs[tool]["environment"], self._place / f"for-{tool}"
        assert environment, f"{tool} had no environment"
        shutil.copytree(self._environments / environment["detail"]["key"], copy, symlinks=True)
        python = str(copy / "bin/python")
        install = [*installer.install_command(python), "--no-deps", "--editable", str(self._place / "checkout")]
        self._run(install, (0,), {**installer.variables(), **INSTALLER_CACHES})
        return python

    def _run(
        self, command: list[str], good: tuple[int, ...], env: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """Run a command in the clone; without statuses that are good, any is."""
        path = f"{Path(command[0]).parent}:/usr/local/bin:/usr/bin:/bin"
        own = {"HOME": str(self._place), "LANG": "C.UTF-8", "PATH": path, "PYTHONHASHSEED": "0"}
        done = subprocess.run(
            command, cwd=self._place / "checkout", env=env or own, capture_output=True, text=True, errors="replace",
            check=False, stdin=subprocess.DEVNULL, timeout=PATIENCE_S,
        )  # fmt: skip
        said = f"{' '.join(command)} ended with {done.returncode}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
        assert not good or done.returncode in good, said
        return done


def _count(printed: str) -> int:
    """How many tests there were, by the closing line of pytest or unittest."""
    ran = re.search(r"^Ran (\d+) tests? in ", printed, re.MULTILINE)
    if ran:
        return int(ran[1])
    closing = next(line for line in reversed(printed.splitlines()) if re.search(r" in [\d.]+s", line))
    counts = re.findall(r"(\d+) (?:passed|failed|skipped|xfailed|xpassed|errors?)\b", closing)
    return sum(int(count) for count in counts)
