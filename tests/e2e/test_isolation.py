"""One repository's, commit's or job's trouble stays its own."""

import os
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.home import Home
from tests.support.patience import until
from tests.support.repository import HOST, Repository

ONLY = HOST + "tools: {pylint: {enabled: false}, coverage: {enabled: false}, job: {command: [sh, job.sh]}}\n"
REPORT = ONLY.replace("command: [sh, job.sh]", "command: [sh, job.sh], report: {junit: out/junit.xml}")
PASSED = '<testsuite><testcase classname="a" name="b"/></testsuite>\n'


def watch(home: Home, folder: Path, files: dict[str, str]) -> Repository:
    made = Repository(folder)
    made.commit(files)
    home.cli("init", cwd=folder)
    return made


def test_a_result_survives_a_database_that_cannot_be_written(home: Home, tmp_path: Path) -> None:
    repository = watch(home, tmp_path / "r", {".fullautoci.yml": ONLY, "job.sh": "true\n"})
    home.finished(1, repository.head())
    sha = repository.commit({"job.sh": "sleep 1\n"})
    until(lambda: home.api().status()["running"])
    with closing(sqlite3.connect(home.paths.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        until(lambda: "database is locked" in home.log(), 30, "a refused write")
        other.execute("ROLLBACK")
    assert home.finished(1, sha)["outcome"] == "passed"
    assert until(lambda: home.api().status()["workers_idle"] == 2)


def test_a_commit_that_cannot_be_read_keeps_no_other_waiting(home: Home, tmp_path: Path) -> None:
    repository = watch(home, tmp_path / "r", {".fullautoci.yml": ONLY, "job.sh": "true\n"})
    blob = repository.git("rev-parse", "HEAD:job.sh")
    entry = b"40000000000000000000000100644 odd\0" + bytes.fromhex(blob)
    tree = repository.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=entry)
    odd = repository.git("commit-tree", tree, "-m", "odd")
    repository.git("update-ref", "refs/heads/odd", odd)
    home.api().scan(1)
    assert home.finished(1, odd)["outcome"] == "errored"
    good = repository.commit(message="good")
    assert home.finished(1, good)["outcome"] == "passed"


def test_a_repository_whose_path_is_no_utf8_is_refused_and_keeps_no_other_waiting(home: Home, tmp_path: Path) -> None:
    odd = Repository(Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")))
    odd.commit({"a": "1"})
    home.cli("init", "--no-start", cwd=odd.path)
    plain = Repository(tmp_path / "plain")
    plain.commit({".fullautoci.yml": ONLY, "job.sh": "true\n"})
    home.cli("init", "--no-start", cwd=plain.path)
    home.start()
    assert until(lambda: [one["name"] for one in home.api().repositories()]) == ["plain"]
    assert until(lambda: home.api().status()["spool_waiting"] == 0)
    assert "not UTF-8" in home.run("init", cwd=odd.path).stderr


def test_registrations_keep_their_order(home: Home, tmp_path: Path) -> None:
    repository = Repository(tmp_path / "r")
    repository.commit({".fullautoci.yml": ONLY, "job.sh": "true\n"})
    for arguments in (("init", "--no-start"), ("deinit",), ("init", "--no-start")):
        home.cli(*arguments, cwd=repository.path)
        time.sleep(0.02)  # the spool's order is that of modification times
    home.start()
    assert until(lambda: [one["name"] for one in home.api().repositories()]) == ["r"]


def test_a_report_that_the_commit_brings_is_no_evidence(home: Home, tmp_path: Path) -> None:
    files = {".fullautoci.yml": REPORT, "job.sh": "true\n", "out/junit.xml": PASSED}
    run = home.finished(1, watch(home, tmp_path / "r", files).head())
    assert (run["outcome"], run["reason"]) == ("errored", "out/junit.xml was not written")


def test_tests_that_are_all_skipped_are_no_pass(home: Home, tmp_path: Path) -> None:
    skip = "import pytest\n\npytest.importorskip('no_such_module')\n"
    config = HOST + "tools: {pylint: {enabled: false}}\n"
    repository = watch(home, tmp_path / "r", {".fullautoci.yml": config, "a.py": "A = 1\n", "test_a.py": skip})
    run = home.finished(1, repository.head())
    assert (run["outcome"], run["reason"]) == ("skipped", "1 test, all skipped")


def test_a_slot_that_cannot_be_emptied_is_put_aside(home: Home, tmp_path: Path) -> None:
    repository = watch(
        home, tmp_path / "r", {".fullautoci.yml": ONLY, "job.sh": "mkdir d; echo 1 > d/f; chattr +i d\n"}
    )
    (home.folder / "config.yml").write_text("workers: 1\n")
    first = home.finished(1, repository.head())
    fixed = subprocess.run(
        ["lsattr", "-d", *home.paths.slots.glob("*/1/tree/d")], capture_output=True, text=True, check=False
    )
    try:
        if first["outcome"] != "passed" or "i" not in fixed.stdout.split(" ")[0]:
            pytest.skip("this file system or user has no immutable folders")
        for number in range(3):
            sha = repository.commit({"job.sh": f"echo {number}\n"})
            assert home.finished(1, sha)["outcome"] == "passed"
    finally:
        for path in home.paths.slots.glob("*/*/tree/d"):
            subprocess.run(["chattr", "-i", path], check=False)
        for path in home.paths.slots.glob("*/.*/tree/d"):
            subprocess.run(["chattr", "-i", path], check=False)


def test_a_rerun_of_uncommitted_changes_stays_one(home: Home, tmp_path: Path) -> None:
    repository = watch(home, tmp_path / "r", {".fullautoci.yml": ONLY, "job.sh": "true\n"})
    repository.write({"job.sh": "exit 3\n"})
    run = home.run("run", "--dirty", "--wait", "--json", cwd=repository.path)
    assert run.returncode == 1
    (dirty,) = home.api().runs(limit=1)
    assert dirty["dirty"] is True
    (again,) = home.api().rerun(dirty["id"])
    assert home.api().run(again)["dirty"] is True


def test_what_a_person_asked_for_is_not_superseded(home: Home, tmp_path: Path) -> None:
    (home.folder / "config.yml").write_text("workers: 1\n")
    repository = watch(home, tmp_path / "r", {".fullautoci.yml": ONLY, "job.sh": "sleep 1.5\n"})
    repository.git("checkout", "--quiet", "--detach")
    repository.git("-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--allow-empty", "--message", "off")
    aside = repository.head()
    repository.git("tag", "v1")
    repository.git("checkout", "--quiet", "main")
    home.cli("run", "v1", cwd=repository.path)
    repository.commit(message="meanwhile")
    assert home.finished(1, aside)["outcome"] == "passed"


def test_a_range_in_a_linked_worktree_is_the_worktrees(home: Home, tmp_path: Path) -> None:
    repository = watch(home, tmp_path / "r", {".fullautoci.yml": ONLY, "job.sh": "true\n"})
    repository.git("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
    side = Repository(tmp_path / "side")
    side.git("-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--allow-empty", "--message", "side")
    runs = home.json("run", "HEAD~1..HEAD", cwd=side.path)
    assert [home.api().run(run)["commit"] for run in runs] == [side.head()]


def test_a_relative_home_is_the_one_that_is_started(short_tmp: Path) -> None:
    home = Home(short_tmp / "h")
    home.env["FULLAUTOCI_HOME"] = "./h"
    home.cli("daemon", "start", cwd=short_tmp)
    assert home.api().status()["home"] == str(home.paths.state)
    home.cli("daemon", "stop", cwd=short_tmp)


def test_an_installer_ends_with_its_worker(home: Home, tmp_path: Path) -> None:
    stub = tmp_path / "uv"
    stub.write_text("#!/bin/sh\nsleep 54321\n")
    stub.chmod(0o755)
    home.env["FULLAUTOCI_UV"] = str(stub)
    home.paths.environments.unlink()
    repository = Repository(tmp_path / "r")
    repository.commit({"a.py": "A = 1\n"})
    home.cli("init", cwd=repository.path)
    until(sleeping, what="the installer")
    home.stop()
    assert until(lambda: not sleeping(), 5)


def sleeping() -> bool:
    return subprocess.run(["pgrep", "-f", "sleep 54321"], capture_output=True, check=False).returncode == 0
