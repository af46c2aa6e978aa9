"""Pausing and resuming, by the command and by the API."""

import json

import pytest

from fullautoci.client import SocketTransport
from tests.support.home import Home
from tests.support.patience import until
from tests.support.repository import Repository

TOOL = "environment: host\ntools: {pylint: {enabled: false}, coverage: {enabled: false}, ok: {command: ['true']}}\n"


def test_a_pause_holds_until_it_is_lifted_and_over_a_restart(home: Home, repository: Repository) -> None:
    repository.commit({".fullautoci.yml": TOOL})
    home.cli("init", "--wait", cwd=repository.path)
    home.cli("pause")
    sha = repository.commit({"a": "1"})
    queued = until(lambda: home.api().runs(repository=1, commit=sha, limit=1))
    assert queued[0]["state"] == "queued"
    assert "testing is paused; 'fullautoci resume' goes on" in home.cli("status", cwd=repository.path)
    home.stop()
    home.start()
    assert home.api().status()["paused"]["what"] == "everything"
    assert home.api().runs(repository=1, commit=sha, limit=1)[0]["state"] == "queued"
    home.cli("resume")
    assert home.finished(1, sha)["outcome"] == "passed"


def test_a_pause_that_ends_by_itself(home: Home, repository: Repository) -> None:
    repository.commit({".fullautoci.yml": TOOL})
    home.cli("init", "--wait", cwd=repository.path)
    home.cli("pause", "--for", "2s")
    sha = repository.commit({"a": "1"})
    until(lambda: home.api().runs(repository=1, commit=sha, limit=1))
    assert home.api().status()["paused"]["until"]
    until(lambda: home.api().status()["paused"] is None, 60)
    assert home.run("pause", "--for", "soon").returncode == 2
    home.stop()
    done = home.run("pause")
    assert (done.returncode, "daemon start" in done.stderr) == (1, True)


def test_backfill_is_paused_shown_and_cancelled(home: Home, repository: Repository) -> None:
    repository.commit({".fullautoci.yml": TOOL})
    home.cli("init", "--wait", cwd=repository.path)
    home.cli("pause", "--backfill")
    quiet = ("-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--allow-empty", "--message")
    tree = repository.git("rev-parse", "HEAD^{tree}")
    tip = repository.head()
    for number in range(4):
        tip = repository.git("commit-tree", "-p", tip, "-m", str(number), tree)
    repository.git("update-ref", "refs/heads/main", tip)
    assert home.finished(1, tip)["outcome"] == "passed"
    status = home.run("status", cwd=repository.path)
    assert "the backfill is paused" in status.stdout
    assert "backfill: 3 commits that arrived in a batch" in status.stderr
    sha = repository.git(*quiet, "now") or repository.head()
    assert home.finished(1, sha)["outcome"] == "passed", "what is committed now is not held back"
    home.cli("cancel", "--backfill", cwd=repository.path)
    assert home.api().status()["backfill_queued"] == 0
    cancelled = [run for run in home.api().runs(repository=1, limit=10) if run["outcome"] == "cancelled"]
    assert {run["reason"] for run in cancelled} == {"the backfill was cancelled on request"}
    assert len(cancelled) == 3


@pytest.mark.parametrize(
    "body",
    [
        b'{"what": "nothing"}', b'{"what": 1}', b'{"seconds": -1}', b'{"seconds": 0}', b'{"seconds": 1e30}',
        b'{"seconds": "1"}', b'{"seconds": true}', b'{"seconds": NaN}', b"[]", b"{", b"\xff",
    ],
)  # fmt: skip
def test_a_pause_that_is_none_is_refused(home: Home, body: bytes) -> None:
    home.start()
    transport = SocketTransport(home.paths.socket)
    answer = transport.send("POST", "/api/v1/pause", body, {"Content-Type": "application/json"})
    assert answer.status == 400, answer.body
    assert json.loads(answer.body)["title"]
    assert home.api().status()["paused"] is None
