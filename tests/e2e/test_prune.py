"""Pruning for real: what is old goes, what is used stays, and the next commit makes anew what it needs."""

import os
from pathlib import Path

from tests.support.home import Home
from tests.support.patience import until
from tests.support.repository import HOST, Repository

CONFIG = HOST + "tools: {{pylint: {{enabled: false}}, coverage: {{enabled: false}}, t: {{command: {command}}}}}\n"
KEEP = "keep: {logs: {days: 1, runs: 1}, checkouts: {days: 1}, environments: {days: 1, count: 1}}\n"
LONG_AGO = 1_000_000_000


def age(*places: Path) -> None:
    """Have everything look as if it was last used in 2001."""
    for place in places:
        for path in [place, *place.rglob("*")]:
            os.utime(path, (LONG_AGO, LONG_AGO), follow_symlinks=False)


def watch(home: Home, repository: Repository, command: str = "[echo, hello]") -> str:
    (home.folder / "config.yml").write_text(KEEP)
    repository.commit({".fullautoci.yml": CONFIG.format(command=command)})
    home.cli("init", cwd=repository.path)
    return repository.head()


def test_what_is_old_goes_and_comes_back(home: Home, repository: Repository) -> None:
    first = watch(home, repository)
    old = home.finished(1, first)
    second = repository.commit({"a": "1"})
    home.finished(1, second)
    assert home.json("prune")["items"] == [], "nothing is old yet"
    age(home.paths.logs, home.paths.slots)
    planned = home.json("prune", "--dry-run")
    kinds = sorted(item["kind"] for item in planned["items"])
    assert kinds[0] == "checkout"
    assert kinds.count("log") == 1, "the newest run's log stays"
    assert all(Path(item["path"]).exists() for item in planned["items"])
    said = home.run("prune")
    assert said.returncode == 0
    assert "freed" in said.stderr
    assert not any(Path(item["path"]).exists() for item in planned["items"])
    assert not list(home.paths.slots.rglob(".pruned-*"))
    lost = home.run("log", first, "t", cwd=repository.path)
    assert (lost.returncode, "its log was pruned" in lost.stderr) == (1, True)
    assert home.finished(1, first)["id"] == old["id"], "results stay"
    assert "hello" in home.cli("log", second, "t", cwd=repository.path)
    assert home.finished(1, repository.commit({"a": "2"}))["outcome"] == "passed"


def test_the_checkout_of_a_running_job_stays(home: Home, repository: Repository, tmp_path: Path) -> None:
    go = tmp_path / "go"
    sha = watch(home, repository, f"[sh, -c, 'while ! [ -e {go} ]; do sleep 0.05; done; cat calc.py']")
    until(lambda: any(job["state"] == "running" for job in home.api().status()["running"]), 30)
    age(home.paths.slots)
    assert home.json("prune", "--dry-run")["items"] != []
    assert home.json("prune")["items"] == []
    go.touch()
    assert home.finished(1, sha)["outcome"] == "passed"


def test_the_mirror_of_what_is_watched_no_more_goes(home: Home, repository: Repository) -> None:
    home.finished(1, watch(home, repository))
    assert (home.paths.mirrors / "1.git").is_dir()
    home.cli("deinit", cwd=repository.path)
    assert [item["kind"] for item in home.json("prune")["items"] if item["kind"] == "mirror"] == ["mirror"]
    assert not (home.paths.mirrors / "1.git").exists()
    home.cli("init", cwd=repository.path)
    assert home.finished(1, repository.commit({"a": "3"}))["outcome"] == "passed"


def test_without_a_daemon_nothing_is_pruned(home: Home) -> None:
    done = home.run("prune")
    assert done.returncode == 1
    assert "fullautoci daemon start" in done.stderr


def test_a_log_stays_as_long_as_a_run_shows_it(home: Home, repository: Repository) -> None:
    (home.folder / "config.yml").write_text(KEEP.replace("runs: 1", "runs: 2"))
    reads = CONFIG.format(command="[sh, -c, 'echo hello']").replace("'echo hello']", "'echo hello'], reads: tree")
    first = repository.commit({".fullautoci.yml": reads})
    home.cli("init", "--wait", cwd=repository.path)
    origin = home.finished(1, first)
    for number in range(2):
        home.finished(1, repository.commit({"a": str(number)}))
    repository.git("checkout", "--quiet", "--detach", first)
    repository.git("commit", "--quiet", "--allow-empty", "--message", "again")
    again = home.finished(1, repository.head())
    assert again["jobs"][0]["reused_run"] == origin["id"]
    age(home.paths.logs)
    planned = {Path(item["path"]).name for item in home.json("prune", "--dry-run")["items"] if item["kind"] == "log"}
    assert str(origin["id"]) not in planned, "what the newest run shows is kept with it"
    assert len(planned) == 2
    home.cli("prune")
    assert "hello" in home.cli("log", "t", cwd=repository.path)
    for number in range(2, 5):
        home.finished(1, repository.commit({"a": str(number)}))
    age(home.paths.logs)
    home.cli("prune")
    lost = home.run("log", again["commit"], "t", cwd=repository.path)
    said = f"the log of run {origin['id']} ({first[:10]}), whose result this is, was pruned"
    assert (lost.returncode, said in lost.stderr) == (1, True), lost.stderr
