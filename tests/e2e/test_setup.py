"""Commands that come before the tool."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.home import Home
from tests.support.patience import until
from tests.support.repository import Repository

HEAD = "environment: host\nenv: {WHO: ada}\n"
TOOLS = "tools: {pylint: {enabled: false}, coverage: {enabled: false}, job: {command: [sh, job.sh], timeout: 5s}}\n"


@pytest.fixture
def watched(home: Home, tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "r")
    made.commit({".fullautoci.yml": HEAD + TOOLS, "job.sh": "true\n"})
    home.cli("init", "--wait", cwd=made.path)
    return made


def job_after(home: Home, repository: Repository, setup: str, files: dict[str, str]) -> dict[str, Any]:
    sha = repository.commit({".fullautoci.yml": f"{HEAD}setup: {setup}\n{TOOLS}", **files})
    (job,) = home.finished(1, sha)["jobs"]
    return dict(job)


def test_setup_runs_before_the_tool_where_the_tool_runs(home: Home, watched: Repository) -> None:
    files = {
        "make.sh": 'test ! -e made && echo "$WHO $PWD" > made && echo said-by-setup\n',
        "job.sh": "cat made; pwd\n",
    }
    first = job_after(
        home, watched, "[[sh, make.sh], [./say, two words]]", {**files, "say": '#!/bin/sh\necho "<$1>"\n'}
    )
    assert first["outcome"] == "errored"  # git knows no file without its mode as a program
    assert first["reason"] == "setup: ./say two words could not be started: Permission denied"
    (watched.path / "say").chmod(0o755)
    job = job_after(home, watched, "[[sh, make.sh], [./say, two words]]", {})
    assert job["outcome"] == "passed"
    log = home.api().log(job["id"])[0].decode()
    assert "[fullautoci] setup: sh make.sh\nsaid-by-setup\n" in log
    assert "[fullautoci] setup: ./say two words\n<two words>\n" in log
    assert log.splitlines()[-2] == f"ada {log.splitlines()[-1]}"
    home.cli("rerun", cwd=watched.path)  # in a slot that was cleaned: `made` is not there
    assert home.finished(1, watched.head())["outcome"] == "passed"
    assert home.finished(1, watched.head())["generation"] == 1


@pytest.mark.parametrize(
    ("command", "reason", "hint"),
    [
        ("[sh, -c, 'echo its end; exit 2']", "setup: sh -c echo its end; exit 2 ended with 2", "its end"),
        ("[sleep, 600]", "setup: sleep 600 did not end within 5 s", ""),
        ("[no-such-program, x]", "setup: no-such-program x could not be started: No such file or directory", ""),
        ("[sh, -c, 'kill -9 $$']", "setup: sh -c kill -9 $$ ended with 137", ""),
    ],
)  # fmt: skip
def test_setup_that_fails_is_an_error_and_no_verdict(
    home: Home, watched: Repository, command: str, reason: str, hint: str
) -> None:
    job = job_after(home, watched, f"[{command}]", {"job.sh": "touch ran; exit 1\n"})
    assert (job["outcome"], job["reason"]) == ("errored", reason)
    assert hint in job["hint"]
    assert "job.sh" not in home.api().log(job["id"])[0].decode()
    assert home.run("wait", cwd=watched.path).returncode == 2


def test_a_running_setup_can_be_cancelled(home: Home, watched: Repository) -> None:
    watched.commit({".fullautoci.yml": f"{HEAD}setup: [[sleep, 600]]\n{TOOLS.replace('5s', '60s')}"})
    running = until(lambda: [one for one in home.api().status()["running"] if one["activity"] == "setup: sleep 600"])
    home.cli("cancel", str(running[0]["run_id"]), cwd=watched.path)
    assert home.finished(1, watched.head(), 10)["outcome"] == "cancelled"
