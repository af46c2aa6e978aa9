"""Events: delivered at least once, accepted once, and each with one visible outcome."""

import os
import threading

from fullautoci import hook_client, spool
from fullautoci.model import Event, RefUpdate
from tests.support.home import Home
from tests.support.patience import until
from tests.support.repository import HOST, Repository

QUICK = HOST + "tools: {pylint: {enabled: false}, coverage: {enabled: false}, ok: {command: ['true']}}\n"


def watch(home: Home, repository: Repository) -> int:
    """Register a repository that is quick to test; its number."""
    repository.commit({".fullautoci.yml": QUICK})
    home.cli("init", "--wait", cwd=repository.path)
    return int(home.api().repositories()[0]["id"])


def event_of(repository: Repository, sha: str, source: str = "post-commit") -> Event:
    updates = (RefUpdate("refs/heads/main", None, sha),)
    return Event(spool.new_id(), source, str(repository.path / ".git"), updates)


def test_one_event_a_hundred_times_at_once_makes_one_run(home: Home, repository: Repository) -> None:
    number = watch(home, repository)
    repository.git("-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--allow-empty", "--message", "x")
    sha = repository.head()
    event = event_of(repository, sha)
    body = spool.encode(event)
    pushes = [threading.Thread(target=hook_client.push, args=(str(home.paths.socket), body, 30)) for _ in range(100)]
    for push in pushes:
        push.start()
    for push in pushes:
        push.join()
    home.finished(number, sha)
    assert len(home.api().runs(repository=number, commit=sha)) == 1
    found = until(lambda: home.api().event(event.id))
    assert found["outcome"] in ("queued", "coalesced")  # the kernel's notice may have come first
    again = event_of(repository, sha)
    hook_client.push(str(home.paths.socket), spool.encode(again))
    assert until(lambda: home.api().event(again.id))["outcome"] == "coalesced"


def test_what_is_no_event_is_set_aside_and_the_rest_goes_on(home: Home, repository: Repository) -> None:
    number = watch(home, repository)
    home.stop()
    lying = home.paths.spool
    (lying / "garbage.event").write_bytes(os.urandom(300))
    (lying / "half.event").write_bytes(b"fullautoci-event 1\0half\0post-com")
    (lying / "folder.event").mkdir()
    (lying / "link.event").symlink_to("/etc/passwd")
    os.mkfifo(lying / "fifo.event")
    foreign = Event(spool.new_id(), "post-commit", "/nowhere/.git", (RefUpdate("HEAD", None, "a" * 40),))
    spool.write(lying, foreign)
    sha = repository.commit(message="after the garbage")
    home.start()
    assert home.finished(number, sha)["outcome"] == "passed"
    assert until(lambda: home.api().status()["spool_waiting"] == 0)
    assert home.api().status()["spool_rejected"] == 5
    ignored = until(lambda: home.api().event(foreign.id))
    assert (ignored["outcome"], ignored["reason"]) == ("ignored", "the repository is not registered")
    doctor = home.run("doctor", cwd=repository.path)
    assert "5 files were no events" in doctor.stdout


def test_a_commit_that_is_gone_before_it_was_fetched_is_said(home: Home, repository: Repository) -> None:
    watch(home, repository)
    lost = event_of(repository, "b" * 40)
    hook_client.push(str(home.paths.socket), spool.encode(lost))
    found = until(lambda: home.api().event(lost.id))
    assert found["outcome"] == "errored"
    assert "was gone from the repository" in found["reason"]


def test_force_push_and_gc_take_no_commit_from_under_its_run(home: Home, repository: Repository) -> None:
    slow = QUICK.replace("['true']", "[sh, -c, 'sleep 2; cat marker']")
    repository.commit({".fullautoci.yml": slow, "marker": "one"})
    home.cli("init", "--wait", cwd=repository.path)
    sha = repository.commit({"marker": "two"})
    until(lambda: home.api().runs(commit=sha))
    until(lambda: home.api().runs(commit=sha)[0]["state"] == "running")
    repository.git("reset", "--quiet", "--hard", "HEAD~1")
    repository.git("reflog", "expire", "--expire=now", "--all")
    repository.git("gc", "--quiet", "--prune=now")
    run = home.finished(1, sha)
    assert run["outcome"] == "passed"
    assert b"two" in home.api().log(run["jobs"][0]["id"])[0]


def test_an_amended_commit_is_superseded_before_it_starts_and_comes_back(home: Home, repository: Repository) -> None:
    (home.folder / "config.yml").write_text("workers: 1\n")
    slow = QUICK.replace("['true']", "[sleep, '2']")
    repository.commit({".fullautoci.yml": slow})
    home.cli("init", cwd=repository.path)
    until(lambda: home.api().status()["running"])
    old = repository.commit({"a": "1"})
    until(lambda: home.api().runs(commit=old))
    repository.git("commit", "--quiet", "--amend", "--message", "amended")
    run = home.finished(1, old)
    by = f"replaced by {repository.head()[:10]}, amended or made anew on the same parent"
    assert (run["outcome"], run["reason"]) == ("superseded", by)
    repository.git("reset", "--quiet", "--hard", old)
    home.cli("wait", cwd=repository.path)
    runs = home.api().runs(commit=old)
    assert [one["generation"] for one in runs] == [1, 0]
    assert runs[0]["outcome"] == "passed"


def test_a_linked_worktree_and_a_detached_head(home: Home, repository: Repository) -> None:
    number = watch(home, repository)
    repository.git("worktree", "add", "--quiet", "-b", "side", str(repository.path.parent / "side"))
    side = Repository(repository.path.parent / "side")
    sha = side.commit({"side.txt": "1"}, "in the worktree")
    run = home.finished(number, sha)
    assert run["branch"] == "side"
    home.triggered(number, run["commit"], "post-commit")
    side.git("checkout", "--quiet", "--detach")
    detached = side.commit({"side.txt": "2"}, "detached")
    assert home.finished(number, detached)["outcome"] == "passed"


def test_a_pull_runs_its_tip_at_once_and_the_rest_behind_it(home: Home, repository: Repository) -> None:
    number = watch(home, repository)
    Repository(repository.path.parent).git("clone", "--quiet", str(repository.path), "clone")
    clone = Repository(repository.path.parent / "clone")
    shas = [clone.commit({"n": str(n)}, f"n{n}") for n in range(4)]
    repository.git("pull", "--quiet", "--ff-only", str(clone.path), "main")
    outcomes = [home.finished(number, sha) for sha in shas]
    assert {run["outcome"] for run in outcomes} == {"passed"}
    home.triggered(number, outcomes[-1]["commit"], "post-merge")
    assert {run["trigger"] for run in outcomes[:-1]} == {"scan"}


def test_a_registration_without_a_daemon_waits_for_one(home: Home, repository: Repository) -> None:
    repository.commit({".fullautoci.yml": QUICK})
    said = home.run("init", "--no-start", cwd=repository.path)
    assert "'fullautoci daemon start' begins testing" in said.stderr
    sha = repository.commit(message="before any daemon")
    assert "waiting: 2 events" in home.cli("status", cwd=repository.path)
    home.start()
    assert until(lambda: home.api().runs(commit=sha))
    assert home.finished(1, sha)["outcome"] == "passed"


def test_nothing_old_runs_unasked_after_registration(home: Home, repository: Repository) -> None:
    for number in range(10):
        repository.commit(message=f"old {number}")
    number = watch(home, repository)
    home.cli("wait", cwd=repository.path)
    assert len(home.api().runs(repository=number)) == 1


def test_init_twice_changes_nothing_and_deinit_puts_hooks_back(home: Home, repository: Repository) -> None:
    hooks = repository.path / ".git/hooks"
    own = hooks / "post-commit"
    own.write_text("#!/bin/sh\necho own >> own.log\n")
    own.chmod(0o755)
    before = {path.name: (path.read_bytes(), path.stat().st_mode) for path in hooks.iterdir()}
    number = watch(home, repository)
    installed = {path.name: path.read_bytes() for path in hooks.iterdir()}
    home.cli("init", cwd=repository.path)
    assert {path.name: path.read_bytes() for path in hooks.iterdir()} == installed
    (repository.path / "own.log").unlink()
    sha = repository.commit(message="both hooks")
    home.triggered(number, sha, "post-commit")
    assert (repository.path / "own.log").read_text().count("own") == 1
    home.cli("deinit", cwd=repository.path)
    assert {path.name: (path.read_bytes(), path.stat().st_mode) for path in hooks.iterdir()} == before
    assert home.api().repositories() == []
    home.cli("init", cwd=repository.path)
    assert home.api().runs(repository=number, commit=sha)[0]["outcome"] == "passed"
