"""Every way a commit reaches a branch, with hooks and without them: none is missed."""

import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.support.home import Home
from tests.support.patience import until
from tests.support.places import PLACES
from tests.support.repository import SAMPLE, Repository
from tests.support.ways import WAYS, bypassing

QUICK = "environment: host\ntools: {pylint: {enabled: false}, coverage: {enabled: false}, ok: {command: ['true']}}\n"
ROWS: list[tuple[str, str, str, float]] = []


@pytest.fixture(scope="module")
def watching(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """One daemon for all ways, with a home of its own."""
    with tempfile.TemporaryDirectory(prefix="fac-", ignore_cleanup_errors=True) as folder:
        home = Home(Path(folder) / "h")
        home.env |= {"HOME": str(tmp_path_factory.mktemp("home")), "GIT_CONFIG_NOSYSTEM": "1"}
        yield home
        home.close()


@pytest.mark.parametrize("hooks", ["hooks", "no hooks"])
@pytest.mark.parametrize("name", WAYS)
def test_a_commit_is_seen_whichever_way_it_comes(name: str, hooks: str, watching: Home, tmp_path: Path) -> None:
    repository = Repository(tmp_path / "r")
    repository.commit({**SAMPLE, ".fullautoci.yml": QUICK}, "first")
    repository.commit({"old.txt": "old"}, "second")
    watching.cli("init", "--wait", cwd=repository.path)
    number = next(one["id"] for one in watching.api().repositories() if one["path"] == str(repository.path / ".git"))
    if hooks == "no hooks":
        repository.env.update(bypassing(tmp_path))
    made = WAYS[name](repository)
    began = time.time()
    run = watching.finished(number, made.tested[-1], 30)
    ROWS.append((name, hooks, run["trigger"], datetime.fromisoformat(run["queued_at"]).timestamp() - began))
    assert {watching.finished(number, sha)["outcome"] for sha in made.tested} == {"passed"}
    of_others = [run for sha in made.untested for run in watching.api().runs(repository=number, commit=sha)]
    assert {run["outcome"] for run in of_others} <= {"superseded"}
    until(lambda: watching.api().status()["spool_waiting"] == 0)
    assert watching.run("deinit", cwd=repository.path).returncode == 0


@pytest.mark.parametrize("hooks", ["hooks", "no hooks"])
@pytest.mark.parametrize("name", PLACES)
def test_a_commit_is_seen_in_every_kind_of_repository(name: str, hooks: str, watching: Home, tmp_path: Path) -> None:
    place = PLACES[name](tmp_path, QUICK)
    watching.cli("init", "--wait", cwd=place.watched.path)
    common = place.watched.git("rev-parse", "--path-format=absolute", "--git-common-dir")
    number = next(one["id"] for one in watching.api().repositories() if one["path"] == common)
    if hooks == "no hooks":
        place.watched.git("config", "core.hooksPath", "/dev/null")
    sha = place.commit()
    began = time.time()
    run = watching.finished(number, sha, 30)
    assert run["outcome"] == "passed"
    ROWS.append((name, hooks, run["trigger"], datetime.fromisoformat(run["queued_at"]).timestamp() - began))
    assert watching.run("deinit", cwd=place.watched.path).returncode == 0


def test_the_table_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print()
        for name, hooks, trigger, seconds in ROWS:
            print(f"{name:60} {hooks:10} {trigger:14} {max(0.0, seconds):6.2f} s")
