"""A disk that is full: nothing is acknowledged, it is shown, reads go on, and all goes on by itself."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.test_kills import CONFIG
from tests.support.home import Home
from tests.support.namespace import HomeInside, Namespace
from tests.support.patience import until
from tests.support.repository import Repository

COMES_BACK_S = 60
FULL = re.compile("cannot be written to|hardly any room")
PLACES = {
    "spool": lambda home: home.paths.spool,
    "database": lambda home: home.paths.state,
    "logs": lambda home: home.paths.logs,
    "checkouts": lambda home: home.paths.slots,
    "mirrors": lambda home: home.paths.mirrors,
}


@pytest.fixture(params=list(PLACES))
def inside(request: pytest.FixtureRequest, home: Home) -> Iterator[HomeInside]:
    (home.folder / "config.yml").write_text("scan_interval: 5s\n")
    place: Path = PLACES[request.param](home)
    place.mkdir(parents=True, exist_ok=True)
    namespace = Namespace(place, 48)
    made = HomeInside(home, namespace)
    yield made
    made.close()


def trouble(inside: HomeInside, repository: Repository) -> bool:
    """Whether it is said that a disk is full: by the daemon, or by doctor."""
    rows = json.loads(inside.run("doctor", "--json", cwd=repository.path).stdout)
    full = [row for row in rows if row["what"] == "disk" and FULL.search(row["found"])]
    return bool(full) or bool(inside.json("status", cwd=repository.path)["no_room"])


def test_a_full_disk(inside: HomeInside, repository: Repository, request: pytest.FixtureRequest) -> None:
    def commit(number: int) -> str:
        repository.write({"file": str(number), f"big{number}": f"{number}" * 300_000})
        inside.namespace.run("git", "add", ".", cwd=repository.path, env=repository.env)
        inside.namespace.run("git", "commit", "-qm", f"change {number}", cwd=repository.path, env=repository.env)
        return repository.head()

    repository.commit({".fullautoci.yml": CONFIG})
    inside.cli("init", "--wait", cwd=repository.path)
    assert not trouble(inside, repository)
    inside.fill()
    shas = [commit(number) for number in range(3)]

    until(lambda: trouble(inside, repository), 30, "a word about it")
    inside.fill()  # also what was given back meanwhile
    history = inside.json("history", cwd=repository.path)  # reads go on
    if inside.namespace.place.name != "spool":  # without which the scan finds commits
        assert not {run["commit"] for run in history if run["outcome"] == "passed"} & set(shas)
    assert not [run["reason"] for run in history if run["outcome"] in ("failed", "errored")]
    inside.free()

    def passed() -> bool:
        found = {run["commit"]: run["outcome"] for run in inside.json("history", cwd=repository.path)}
        return all(found.get(sha) == "passed" for sha in shas)

    until(passed, COMES_BACK_S, "all commits' results")
    until(lambda: not inside.json("status", cwd=repository.path)["problem"], 30, "no more of it")


def test_a_spool_that_cannot_be_emptied_keeps_nothing_waiting(home: Home, repository: Repository) -> None:
    (home.folder / "config.yml").write_text("scan_interval: 2s\n")
    inside = HomeInside(home, Namespace(home.paths.spool, 8))
    try:
        _read_only_spool(inside, repository)
    finally:
        inside.namespace.remount("rw")
        inside.close()


def _read_only_spool(inside: HomeInside, repository: Repository) -> None:
    def commit(number: int) -> str:
        repository.write({"file": str(number)})
        git = ("git", "commit", "-qam", f"change {number}")
        said = inside.namespace.run(*git, cwd=repository.path, env=repository.env).stderr
        assert ("could not be written" in said) is (number == 2), said
        return repository.head()

    repository.commit({".fullautoci.yml": CONFIG, "file": "0"})
    inside.cli("init", "--wait", cwd=repository.path)
    inside.stop()
    spooled = commit(1)
    inside.namespace.remount("ro")
    inside.start()
    found_by_the_scan = commit(2)
    for sha in (spooled, found_by_the_scan):
        until(lambda sha=sha: inside.rows("SELECT 1 FROM runs WHERE sha = ? AND outcome = 'passed'", sha), 60, sha)
    assert "cannot be removed" in inside.run("daemon", "logs", "-n", "400").stdout
    inside.namespace.remount("rw")
    until(lambda: not inside.json("status", cwd=repository.path)["spool_waiting"], 60, "the spool's end")
    assert inside.rows("SELECT count(*) FROM runs WHERE sha = ?", spooled) == [(1,)]
