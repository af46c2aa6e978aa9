"""Untracked files of the working copy, by the owner's consent."""

import json
from pathlib import Path
from typing import Any

import pytest

from fullautoci.client import SocketTransport
from tests.support.home import Home
from tests.support.repository import Repository

FILE = (
    "environment: host\nbring: [conf/.env.test]\n"
    "tools: {pylint: {enabled: false}, coverage: {enabled: false}, job: {command: [sh, job.sh]}}\n"
)


@pytest.fixture
def watched(home: Home, tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "r")
    files = {".fullautoci.yml": FILE, "job.sh": "cat conf/.env.test\n", ".gitignore": ".env.test\n"}
    made.commit(files)
    home.cli("init", "--wait", cwd=made.path)
    made.write({"conf/.env.test": "MODE=test\n"})
    return made


def job(home: Home, repository: Repository, files: dict[str, str] | None = None) -> dict[str, Any]:
    (found,) = home.finished(1, repository.commit(files))["jobs"]
    return dict(found)


def test_a_file_is_brought_by_consent_alone(home: Home, watched: Repository) -> None:
    first = job(home, watched)
    asks = "the commit asks for conf/.env.test of the working copy; the owner has not allowed it"
    assert (first["outcome"], first["reason"]) == ("errored", asks)
    assert "fullautoci bring allow conf/.env.test" in first["hint"]
    assert home.run("wait", cwd=watched.path).returncode == 2

    home.cli("bring", "allow", "./conf/.env.test", cwd=watched.path)
    assert [one["path"] for one in home.json("bring", "list", cwd=watched.path)] == ["conf/.env.test"]
    second = job(home, watched)
    assert second["outcome"] == "passed"
    assert "MODE=test\n" in home.api().log(second["id"])[0].decode()
    assert not list(home.paths.slots.rglob(".env.test"))  # it was taken out again
    watched.write({"conf/.env.test": "MODE=other\n"})
    assert job(home, watched)["identity"] != second["identity"]

    (watched.path / "conf/.env.test").unlink()
    missing = job(home, watched)
    assert (missing["outcome"], missing["reason"]) == ("errored", "conf/.env.test is not in the working copy")
    assert str(watched.path) in missing["hint"]

    home.cli("bring", "revoke", "conf/.env.test", cwd=watched.path)
    assert job(home, watched)["reason"] == asks
    again = home.run("bring", "revoke", "conf/.env.test", cwd=watched.path)
    assert (again.returncode, again.stderr.splitlines()[0]) == (1, "error: none of these was allowed")


def test_what_the_commit_has_is_the_commits(home: Home, watched: Repository) -> None:
    watched.git("add", "--force", "conf/.env.test")
    watched.commit()
    watched.write({"conf/.env.test": "MODE=mine\n"})
    watched.git("update-index", "--assume-unchanged", "conf/.env.test")
    found = job(home, watched)
    assert "MODE=test\n" in home.api().log(found["id"])[0].decode()


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", ".git/config", "-x", ".", "", "a\nb/../.."])
def test_paths_that_lead_elsewhere_are_refused(home: Home, watched: Repository, path: str) -> None:
    done = home.run("bring", "allow", "--", path, cwd=watched.path)
    assert done.returncode in (1, 2)
    assert "below the repository's top is expected" in done.stderr
    assert home.json("bring", "list", cwd=watched.path) == []


def test_hostile_requests_change_nothing_and_offline_is_one_line(home: Home, watched: Repository) -> None:
    transport = SocketTransport(home.paths.socket)
    headers = {"Content-Type": "application/json"}
    for body, status in (
        ({}, 400),
        ({"paths": []}, 400),
        ({"paths": "a"}, 400),
        ({"paths": [1]}, 400),
        ({"paths": ["a", "../b"]}, 422),
        ({"paths": [""]}, 422),
        ({"paths": ["\ud800"]}, 400),
        ([], 400),
    ):
        for method in ("POST", "DELETE"):
            answer = transport.send(method, "/api/v1/repos/1/bring", json.dumps(body).encode(), headers)
            assert answer.status == status, (method, body, answer.body)
    assert transport.send("POST", "/api/v1/repos/99/bring", b'{"paths": ["a"]}', headers).status == 404
    assert home.api().brought(1) == []
    home.stop()
    done = home.run("bring", "allow", "a", cwd=watched.path)
    assert (done.returncode, done.stderr.splitlines()[0]) == (1, "error: the daemon is not running")
    assert home.json("bring", "list", cwd=watched.path) == []
