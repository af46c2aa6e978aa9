"""A disk that is full: nothing is acknowledged, it is shown, reads go on, and all goes on by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.test_kills import CONFIG
from tests.support.home import Home
from tests.support.namespace import HomeInside, Namespace
from tests.support.patience import until
from tests.support.repository import Repository

COMES_BACK_S = 60
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
    made.run("daemon", "stop", cwd=Path("/"), check=False)
    namespace.close()


def test_a_full_disk(inside: HomeInside, repository: Repository, request: pytest.FixtureRequest) -> None:
    def commit(number: int) -> str:
        repository.write({"file": str(number), f"big{number}": f"{number}" * 300_000})
        inside.namespace.run("git", "add", ".", cwd=repository.path, env=repository.env)
        inside.namespace.run("git", "commit", "-qm", f"change {number}", cwd=repository.path, env=repository.env)
        return repository.head()

    repository.commit({".fullautoci.yml": CONFIG})
    inside.run("init", "--wait", cwd=repository.path)
    inside.namespace.fill(repository.env)
    shas = [commit(number) for number in range(3)]

    def trouble() -> bool:
        status = inside.json("status", cwd=repository.path)
        doctor = inside.run("doctor", cwd=repository.path, check=False).stdout
        return bool(status["no_room"]) or ("disk" in doctor and "problem" in doctor)

    until(trouble, 30, "a word about it")
    history = inside.json("history", cwd=repository.path)  # reads go on
    if inside.namespace.place.name != "spool":  # without which the scan finds commits
        assert not {run["commit"] for run in history if run["outcome"] == "passed"} & set(shas)
    assert not [run["reason"] for run in history if run["outcome"] in ("failed", "errored")]
    inside.namespace.free(repository.env)

    def passed() -> bool:
        found = {run["commit"]: run["outcome"] for run in inside.json("history", cwd=repository.path)}
        return all(found.get(sha) == "passed" for sha in shas)

    until(passed, COMES_BACK_S, "all commits' results")
    until(lambda: not inside.json("status", cwd=repository.path)["problem"], 30, "no more of it")
