"""The main job: a commit is tested by itself, and its results are there."""

import json
from pathlib import Path

from fullautoci.client import SocketTransport
from tests.support.home import Home
from tests.support.patience import until
from tests.support.repository import SAMPLE, Repository


def test_a_plain_commit_has_results_in_terminal_and_api(home: Home, repository: Repository) -> None:
    home.cli("init", "--wait", cwd=repository.path)
    sha = repository.commit({"calc.py": SAMPLE["calc.py"] + "\n\ndef broken():\n    return undefined_name\n"})

    done = home.run("wait", cwd=repository.path)

    assert done.returncode == 1
    assert "undefined-variable" in done.stdout
    run = home.json("results", cwd=repository.path)
    assert run["commit"] == sha
    assert run["outcome"] == "failed"
    home.triggered(1, run["commit"], "post-commit")
    jobs = {job["tool"]: job for job in run["jobs"]}
    assert jobs["pylint"]["outcome"] == "failed"
    assert jobs["pylint"]["metrics"]["errors"] == 1
    assert [finding["rule"] for finding in jobs["pylint"]["findings"] if finding["severity"] == "error"] == [
        "undefined-variable"
    ]
    # No test reaches the new function: what was reached before is not held.
    assert jobs["coverage"]["outcome"] == "failed"
    verdicts = {one["metric"]: one["verdict"] for one in jobs["coverage"]["verdicts"]}
    assert verdicts == {"percent_lines": "regressed", "suppressions": "held"}
    assert [test["name"] for test in jobs["coverage"]["tests"]] == ["test_calc::test_add"]
    assert jobs["coverage"]["metrics"]["tests_passed"] == 1
    assert jobs["coverage"]["environment"]["kind"] == "host"


def test_ways_by_which_commits_arrive(home: Home, repository: Repository, tmp_path: Path) -> None:
    home.cli("init", "--wait", cwd=repository.path)
    number = home.api().repositories()[0]["id"]

    amended_from = repository.commit({"a.py": '"""A."""\n'}, "to be amended")
    repository.git("commit", "--quiet", "--amend", "--message", "amended")
    amended = repository.head()
    repository.git("switch", "--quiet", "--create", "topic")
    repository.commit({"b.py": '"""B."""\n'}, "on a topic")
    repository.git("switch", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "--message", "merged", "topic")
    merged = repository.head()
    repository.write({"c.py": '"""C."""\n'})
    repository.git("add", "--all")
    repository.git("-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--message", "without hooks")
    unhooked = repository.head()

    for sha in (amended, merged):
        run = home.finished(number, sha)
        assert run["outcome"] == "passed"
        home.triggered(number, sha, "post-merge" if sha == merged else "post-commit")
    home.cli("wait", cwd=repository.path)  # which asks for a scan
    assert home.finished(number, unhooked)["trigger"] == "scan"
    first = home.finished(number, amended_from)
    assert (first["outcome"], first["reason"] != "") in (("passed", False), ("superseded", True))


def test_a_push_into_a_bare_repository(home: Home, repository: Repository, tmp_path: Path) -> None:
    bare = Repository(tmp_path / "server.git", bare=True)
    home.cli("init", "--bare", cwd=bare.path)
    number = home.api().repositories()[0]["id"]

    pushed = repository.commit(message="pushed")
    repository.git("push", "--quiet", str(bare.path), "main", "main:other")

    run = home.finished(number, pushed)
    assert run["outcome"] == "passed"
    home.triggered(number, pushed, "post-receive")
    assert len(home.api().runs(repository=number, commit=pushed)) == 1


def test_commits_made_while_the_daemon_is_down_wait_and_are_counted(home: Home, repository: Repository) -> None:
    home.cli("init", "--wait", cwd=repository.path)
    number = home.api().repositories()[0]["id"]
    home.stop()
    shas = [repository.commit({"n.py": f'"""{n}."""\n'}) for n in range(5)]

    assert home.json("status", cwd=repository.path)["spool_waiting"] == 5

    home.start()
    assert {home.finished(number, sha)["outcome"] for sha in shas} == {"passed"}
    assert until(lambda: home.api().status()["spool_waiting"] == 0)


def test_the_api_finds_a_commit_by_its_id_or_its_beginning(home: Home, repository: Repository) -> None:
    home.cli("init", "--wait", cwd=repository.path)
    sha = repository.head()
    transport = SocketTransport(home.paths.socket)
    for name in (sha, sha[:7]):
        answer = transport.send("GET", f"/api/v1/repos/1/commits/{name}/results", b"", {})
        assert json.loads(answer.body)["commit"] == sha
    listed = json.loads(transport.send("GET", "/api/v1/repos/1/commits", b"", {}).body)
    assert [commit["sha"] for commit in listed] == [sha]
    assert transport.send("GET", f"/api/v1/repos/1/commits/{'0' * 40}", b"", {}).status == 404
    asked = transport.send("POST", "/api/v1/trigger/1", b'{"tools": ["pylint"]}', {"Content-Type": "application/json"})
    (run,) = json.loads(asked.body)["runs"]
    done = until(lambda: home.api().run(run)["state"] == "done" and home.api().run(run))
    assert [job["tool"] for job in done["jobs"]] == ["pylint"]
