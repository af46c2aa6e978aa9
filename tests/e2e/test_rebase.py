"""A long rebase: what is tested at its end, and what becomes of the commits it rewrites."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from fullautoci.vcs.git import hook_file
from tests.e2e.test_ways_in import QUICK, watching  # noqa: F401 - a fixture
from tests.support.home import Home
from tests.support.patience import until
from tests.support.repository import SAMPLE, Repository

LENGTH = 500


def series(repository: Repository, length: int) -> None:
    """A branch `topic` of so many commits, beside a commit on `main`; made at once, with no hook."""
    lines = []
    for number in range(length):
        lines += [
            "commit refs/heads/topic",
            "committer Ada <ada@example.org> 1700000000 +0000",
            f"data {len(str(number))}\n{number}",
            *(["from refs/heads/main^0"] if number == 0 else []),
            f"M 644 inline topic-{number}",
            f"data {len(str(number))}\n{number}",
        ]
    repository.git("fast-import", "--quiet", stdin="\n".join([*lines, ""]).encode())
    repository.git("-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--allow-empty", "--message", "on main")
    repository.git("switch", "--quiet", "topic")


def number_of(home: Home, repository: Repository) -> int:
    """A repository's number."""
    return int(next(one["id"] for one in home.api().repositories() if one["path"] == str(repository.path / ".git")))


@pytest.fixture
def repository(watching: Home, tmp_path: Path) -> Repository:  # noqa: F811
    """A watched repository."""
    made = Repository(tmp_path / "r")
    made.commit({**SAMPLE, ".fullautoci.yml": QUICK}, "first")
    watching.cli("init", "--wait", cwd=made.path)
    return made


def test_a_rebase_of_500_commits(watching: Home, repository: Repository) -> None:  # noqa: F811
    series(repository, LENGTH)
    number = number_of(watching, repository)
    old = repository.head()
    assert watching.finished(number, old)["outcome"] == "passed"
    watching.cli("pause", "--backfill")
    before = repository.git("rev-list", "--max-count=20", "topic", "^main").split()
    repository.git("rebase", "--quiet", "main")
    tip = repository.head()
    run = watching.finished(number, tip, 60)
    assert run["outcome"] == "passed"
    picks = repository.git("rev-list", "main..topic").split()
    assert len(picks) == LENGTH
    earlier = [one for one in watching.api().runs(repository=number, limit=500) if one["commit"] in picks[1:]]
    assert all(one["id"] < run["id"] or one["state"] == "queued" for one in earlier)
    assert not [one for one in earlier if one["started_at"] and one["started_at"] < run["started_at"]]
    wanted = {f"rewritten as {sha[:10]}" for sha in picks}

    def superseded() -> list[dict[str, Any]]:
        ended = {one["commit"]: one for one in watching.api().runs(repository=number, limit=500)}
        return [ended[sha] for sha in before if sha in ended and ended[sha]["outcome"] == "superseded"]

    # The scan may see the end before the hook tells of it; the hook's word mends the reason.
    until(lambda: superseded() and {one["reason"] for one in superseded()} <= wanted, 60, "the reasons")
    rewritten = superseded()
    assert hook_file.ours(repository.path / ".git/hooks/post-commit")
    repository.git("reset", "--quiet", "--hard", "ORIG_HEAD")
    assert repository.head() == old
    assert watching.json("results", cwd=repository.path)["outcome"] == "passed"
    back = rewritten[-1]["commit"]
    why = "what was superseded waits again when a branch reaches it again"
    until(lambda: watching.api().runs(repository=number, commit=back, limit=1)[0]["state"] == "queued", 20, why)
    watching.cli("cancel", "--backfill", cwd=repository.path)
    watching.cli("resume")
    watching.cli("deinit", cwd=repository.path)


def conflicting(repository: Repository) -> None:
    """Begin a rebase whose third pick stops."""
    series(repository, 3)
    quiet = ("-c", "core.hooksPath=/dev/null")
    repository.write({"main.txt": "topic\n"})
    repository.git("add", "--all")
    repository.git(*quiet, "commit", "--quiet", "--message", "topic's")
    repository.git("switch", "--quiet", "main")
    repository.write({"main.txt": "main\n"})
    repository.git("add", "--all")
    repository.git(*quiet, "commit", "--quiet", "--message", "main's")
    repository.git("switch", "--quiet", "topic")
    subprocess.run(["git", "rebase", "main"], cwd=repository.path, env=repository.env, check=False, capture_output=True)
    assert (repository.path / ".git/rebase-merge").is_dir()


def states(home: Home, repository: Repository) -> dict[str, str]:
    """How the hooks stand."""
    return {hook["name"]: hook["state"] for hook in home.json("hooks", "status", cwd=repository.path)["hooks"]}


def test_a_hook_that_rests_comes_back_after_a_rebase_that_was_given_up(
    watching: Home,  # noqa: F811
    repository: Repository,
) -> None:
    conflicting(repository)
    assert states(watching, repository)["post-commit"] == "resting"
    kind = until(lambda: watching.api().status()["under_way"].get(str(number_of(watching, repository))))
    assert kind == "rebase"
    assert "a rebase is under way" in watching.run("status", cwd=repository.path).stderr
    repository.git("rebase", "--abort")
    until(lambda: states(watching, repository)["post-commit"] == "installed", 20)
    sha = repository.commit({"after": "1"})
    assert watching.finished(number_of(watching, repository), sha)["outcome"] == "passed"
    watching.cli("deinit", cwd=repository.path)


def test_deinit_in_the_middle_of_a_rebase_leaves_nothing(watching: Home, repository: Repository) -> None:  # noqa: F811
    conflicting(repository)
    watching.cli("deinit", cwd=repository.path)
    hooks = repository.path / ".git/hooks"
    assert [path.name for path in hooks.glob("*") if path.suffix != ".sample"] == [] if hooks.is_dir() else True
    repository.git("rebase", "--abort")


def test_a_hook_of_the_users_own_runs_at_each_pick(watching: Home, tmp_path: Path) -> None:  # noqa: F811
    repository = Repository(tmp_path / "r")
    repository.commit({**SAMPLE, ".fullautoci.yml": QUICK}, "first")
    hook = repository.path / ".git/hooks/post-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\necho ran >> '{tmp_path}/ran'\n")
    hook.chmod(0o755)
    watching.cli("init", "--wait", cwd=repository.path)
    series(repository, 5)
    repository.git("rebase", "--quiet", "main")
    assert len((tmp_path / "ran").read_text().splitlines()) == 5
    assert watching.finished(number_of(watching, repository), repository.head())["outcome"] == "passed"
    watching.cli("deinit", cwd=repository.path)
