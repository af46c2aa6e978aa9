"""`report`: what a period, or what came after a tag, brought; also where no daemon runs."""

import json
from pathlib import Path

import pytest

from tests.support.home import Home
from tests.support.repository import Repository

CHECK = """\
environment: host
tools: {pylint: {enabled: false}, coverage: {enabled: false}, check: {command: [sh, check.sh]}}
"""


@pytest.fixture
def released(home: Home, repository: Repository) -> Repository:
    """Release 1 is whole; what came after it broke, and was mended."""
    repository.commit({".fullautoci.yml": CHECK, "check.sh": "true\n"}, "Release one")
    repository.git("tag", "v1")
    home.cli("init", "--wait", cwd=repository.path)
    for text, subject in (("false\n", "It breaks"), ("true\n", "It is mended")):
        home.finished(1, repository.commit({"check.sh": text}, subject))
    return repository


def test_what_came_after_a_tag(home: Home, released: Repository, tmp_path: Path) -> None:
    said = home.cli("report", "v1..", cwd=released.path)
    assert "2 runs of 2 commits: 1 failed, 1 passed" in said
    assert "broke\n  check at" in said
    assert "It breaks: it ended with 1 (" in said
    assert "was mended" in said
    found = json.loads(home.cli("report", "v1..main", "--json", cwd=released.path))
    assert [one["subject"] for one in found["broke"]["items"]] == ["It breaks"]
    assert found["period"]["begin"] == released.git("rev-parse", "v1").strip()
    page = tmp_path / "report.html"
    assert home.cli("report", "v1..main", "--html", str(page), cwd=released.path) == ""
    assert page.read_text().startswith("<!doctype html>")
    assert "It breaks" in page.read_text()


def test_a_week_without_a_daemon(home: Home, released: Repository) -> None:
    home.stop()
    assert "3 runs of 3 commits: 2 passed, 1 failed" in home.cli("report", "--zone", "UTC", cwd=released.path)
    assert "nothing was tested then" in home.cli("report", "2001-01", cwd=released.path)


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (["never"], 2, "'never' names no period"),
        (["main..v1"], 2, "is not among the 1000 first parents before"),
        (["nosuch..main"], 2, "nosuch"),
        (["--zone", "No/Where"], 2, "there is no time zone 'No/Where'"),
        (["--html", "/nowhere/at/all.html"], 1, "cannot write /nowhere/at/all.html"),
    ],
)
def test_what_makes_no_sense_is_said(home: Home, released: Repository, asked: list[str], code: int, said: str) -> None:
    done = home.run("report", *asked, cwd=released.path)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr
