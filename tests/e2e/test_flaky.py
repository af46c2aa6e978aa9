"""What is flaky is listed with its quarantine, which a person may end."""

import re
from pathlib import Path
from typing import Any

import pytest

from fullautoci.client import SocketTransport
from tests.support.home import Home
from tests.support.repository import EVERY_OTHER, SAMPLE, Repository

NAME = "test_calc::test_every_other_time"
CONFIG = "environment: host\ntools: {pylint: {enabled: false}}\nflaky: {quarantine: 3d}\n"


@pytest.fixture
def flaky(home: Home, tmp_path: Path) -> Repository:
    """A repository whose test has failed every other time."""
    made = Repository(tmp_path / "r")
    test = SAMPLE["test_calc.py"] + EVERY_OTHER % str(tmp_path / "marker")
    made.commit({**SAMPLE, "test_calc.py": test, ".fullautoci.yml": CONFIG})
    home.cli("init", "--wait", cwd=made.path)
    return made


def listed(home: Home, repository: Repository) -> list[dict[str, Any]]:
    return list(home.json("flaky", "list", cwd=repository.path))


def test_what_differed_is_listed_and_counts_again_once_it_is_forgiven(home: Home, flaky: Repository) -> None:
    where = flaky.path
    nothing = home.run("flaky", "list", cwd=where)
    assert (nothing.stdout, "run --force" in nothing.stderr, listed(home, flaky)) == ("", True, [])
    refused = home.run("flaky", "forgive", NAME, cwd=where)
    assert (refused.returncode, "is not in quarantine" in refused.stderr) == (1, True)

    def again() -> dict[str, Any]:
        home.run("run", "--force", "--wait", cwd=where)
        return home.finished(1, flaky.head())

    first = home.finished(1, flaky.head())
    assert again()["outcome"] == "failed"
    passed = again()
    (one,) = listed(home, flaky)
    assert (one["tool"], one["kind"], one["name"], one["times"]) == ("coverage", "test", NAME, 2)
    assert (one["first_run"], one["last_run"], one["first_commit"]) == (first["id"], passed["id"], flaky.head())
    assert one["quarantined"]
    assert one["since"] < one["seen_at"] < one["until"]
    shown = home.cli("flaky", "list", cwd=where)
    where_last, until = f"run {passed['id']} of {flaky.head()[:10]}", f"until {one['until'][:10]}"
    row = rf"coverage: {NAME} +2 × +\d+ (s|min) ago +\d+ s ago +{where_last} +{until}"
    assert re.search(row, shown), shown

    home.env |= {
        "_FULLAUTOCI_COMPLETE": "bash_complete",
        "COMP_WORDS": "fullautoci flaky forgive te",
        "COMP_CWORD": "3",
    }
    assert home.run(cwd=where).stdout.split() == [f"plain,{NAME}"]
    del home.env["_FULLAUTOCI_COMPLETE"]

    assert home.run("flaky", "forgive", NAME, "--tool", "pylint", cwd=where).returncode == 1
    home.cli("flaky", "forgive", NAME, "--tool", "coverage", cwd=where)
    (one,) = listed(home, flaky)
    assert (one["times"], one["quarantined"]) == (2, False)
    assert re.search(r"ended \d+ s ago", home.cli("flaky", "list", cwd=where))
    failed = again()
    assert failed["outcome"] == "failed", "it counts again"
    (one,) = listed(home, flaky)
    assert (one["times"], one["quarantined"], one["last_run"]) == (3, True, failed["id"])

    home.stop()
    assert listed(home, flaky)[0]["name"] == NAME, "reading needs no daemon"
    assert home.run("flaky", "forgive", NAME, cwd=where).returncode == 1


def test_a_request_that_names_nothing_is_refused(home: Home, flaky: Repository) -> None:
    assert listed(home, flaky) == []
    transport = SocketTransport(home.paths.socket)

    def status(body: str, path: str = "/api/v1/repos/1/flaky") -> int:
        return transport.send("DELETE", path, body.encode(), {"Content-Type": "application/json"}).status

    for body in ("{}", '{"name": ""}', '{"name": 1}', '{"name": "a", "tool": 1}', "[]", '"x"', "", "{"):
        assert status(body) == 400, body
    assert status('{"name": "\\ud800"}') == 400  # half a letter is no JSON that all agree on (RFC 8259, section 8.2)
    for name in ("a", "\\u0000", "%", "x" * 5000):
        assert status(f'{{"name": "{name}"}}') == 200, name
    assert status('{"name": "a"}', "/api/v1/repos/2/flaky") == 404
