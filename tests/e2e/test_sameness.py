"""A commit whose files are known has its results at once; what may have changed a result is measured again."""

import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.home import Home
from tests.support.patience import until
from tests.support.repository import EVERY_OTHER, SAMPLE, Repository

# Each measurement leaves a line outside of the repository: in the test, and in a command.
BOTH = """environment: host
tools:
  pylint: {enabled: false}
  coverage: {enabled: true}
  marked: {command: [sh, -c, 'echo command >> %s'], reads: tree}
"""
QUICK = BOTH.replace("coverage: {enabled: true}", "coverage: {enabled: false}")
TEST = "import calc\n\n\ndef test_add():\n    open(%r, 'a').write('test\\n')\n    assert calc.add(1, 2) == 3\n"
TIMES: list[tuple[str, float]] = []


class Watched:
    """A watched repository, and how often anything was measured in it."""

    def __init__(self, home: Home, folder: Path, config: str, files: dict[str, str] | None = None) -> None:
        self.home = home
        self.marker = folder / "marker"
        self.marker.touch()
        self.repository = Repository(folder / "r")
        files = files or {**SAMPLE, "test_calc.py": TEST % str(self.marker)}
        self.first = self.repository.commit({**files, ".fullautoci.yml": config % self.marker}, "first")
        home.cli("init", "--wait", cwd=self.repository.path)
        path = str(self.repository.path / ".git")
        self.number = next(one["id"] for one in home.api().repositories() if one["path"] == path)

    def measured(self) -> int:
        """How many measurements there were."""
        return len(self.marker.read_text().splitlines())

    def run(self, *arguments: str) -> dict[str, Any]:
        """HEAD's newest run, after this command."""
        if arguments:
            self.home.run(*arguments, "--wait", cwd=self.repository.path)
        return self.home.finished(self.number, self.repository.head())

    def amended(self, message: str = "amended") -> dict[str, Any]:
        """The run of HEAD with another message."""
        self.repository.git("commit", "--quiet", "--amend", "--message", f"{message} {time.monotonic_ns()}")
        return self.run()

    def same(self, made: Callable[[], object], origin: str, what: str) -> dict[str, Any]:
        """The run of a new commit, which must have the results of another, with nothing measured."""
        before, old = self.measured(), self.repository.head()
        made()
        began = time.time()
        run = self.run()
        assert run["commit"] != old
        TIMES.append((what, self.ended(run) - began))
        provenance(run, origin)
        assert self.measured() == before, "something was started"
        assert not any("tool_s" in job["timings"] for job in run["jobs"])
        return run

    def ended(self, run: dict[str, Any]) -> float:
        """When a run ended, in seconds of the wall clock."""
        (row,) = self.home.rows("SELECT (julianday(finished_at) - 2440587.5) * 86400 FROM runs WHERE id = ?", run["id"])
        return float(str(row[0]))


def provenance(run: dict[str, Any], origin: str) -> None:
    """Each of a run's jobs says whose results it has."""
    assert run["jobs"]
    for job in run["jobs"]:
        assert job["reused_commit"] == origin, (job["tool"], job["outcome"], job["reason"])
        assert job["reused_from"]
        assert job["reused_run"] < run["id"]


def anew(run: dict[str, Any]) -> bool:
    """Whether all of a run was measured."""
    return {job["reused_from"] for job in run["jobs"]} == {None}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """One daemon for all."""
    with tempfile.TemporaryDirectory(prefix="fac-", ignore_cleanup_errors=True) as folder:
        home = Home(Path(folder) / "h", config="secrets: {TOKEN: the-first-value}\n")
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        home.env |= {"HOME": str(tmp_path_factory.mktemp("home")), "GIT_CONFIG_NOSYSTEM": "1", "PATH": path}
        yield home
        home.close()


def test_amend_empty_revert_and_pick_have_their_results_at_once(shared: Home, tmp_path: Path) -> None:
    watched = Watched(shared, tmp_path, BOTH)
    git, first = watched.repository.git, watched.first
    origin = watched.run()
    run = watched.same(lambda: git("commit", "--quiet", "--amend", "--message", "amended"), first, "amend")
    for job, other in zip(run["jobs"], origin["jobs"], strict=True):
        for name in ("tool", "outcome", "metrics", "tests", "files", "identity", "tool_version"):
            assert job[name] == other[name]
    assert {job["tool"]: len(job["tests"]) for job in run["jobs"]} == {"coverage": 1, "marked": 0}
    watched.same(lambda: git("commit", "--quiet", "--allow-empty", "--message", "empty"), first, "empty commit")
    changed = watched.repository.commit({"calc.py": SAMPLE["calc.py"] + "\n# changed\n"}, "change")
    assert anew(watched.run())
    watched.same(lambda: git("revert", "--no-edit", changed), first, "revert")
    watched.same(lambda: git("revert", "--no-edit", "HEAD"), changed, "revert of the revert")
    git("switch", "--quiet", "--create", "other", f"{changed}~1")
    watched.same(lambda: git("cherry-pick", "-x", changed), changed, "cherry-pick to another branch")
    job = watched.run()["jobs"][0]
    assert shared.api().log(job["id"]) == shared.api().log(job["reused_from"])


def test_ten_commits_rebased_with_other_messages_are_measured_no_more(shared: Home, tmp_path: Path) -> None:
    watched = Watched(shared, tmp_path, QUICK)
    repository = watched.repository
    series = [repository.commit({f"a{number}.py": f"A = {number}\n"}, f"step {number}") for number in range(10)]
    for sha in series:
        assert anew(shared.finished(watched.number, sha))
    before = watched.measured()
    editors = {"GIT_SEQUENCE_EDITOR": "sed -i s/^pick/reword/", "GIT_EDITOR": "sh -c 'echo reworded >> \"$1\"' --"}
    repository.git("rebase", "--quiet", "--interactive", "HEAD~10", env=editors)
    began = time.time()
    rebased = repository.git("rev-list", "--reverse", "HEAD~10..HEAD").split()
    assert not set(rebased) & set(series)
    runs = [shared.finished(watched.number, sha) for sha in rebased]
    for run, origin in zip(runs, series, strict=True):
        provenance(run, origin)
    assert watched.measured() == before
    TIMES.append(("rebase of ten: its tip", watched.ended(runs[-1]) - began))
    TIMES.append(("rebase of ten: the last", max(watched.ended(run) for run in runs) - began))


def test_what_may_change_a_result_is_measured_again_though_the_files_are_the_same(shared: Home, tmp_path: Path) -> None:
    watched = Watched(shared, tmp_path, QUICK)
    where = watched.repository.path
    assert not anew(watched.amended())
    for key, value in (
        ("tools.marked.args", "[x]"),
        ("tools.marked.timeout", "77s"),
        ("env.DECLARED", "one"),
        ("env.DECLARED", "two"),
        ("setup", "[[sh, -c, 'true']]"),
        ("secrets", "[TOKEN]"),
    ):
        shared.cli("config", "set", key, value, cwd=where)
        assert anew(watched.amended(key)), f"{key}: {value}"
        assert not anew(watched.amended(key)), f"{key}: {value}"
    (shared.folder / "config.yml").write_text("secrets: {TOKEN: another-value}\n")
    said = shared.log().count("were read again")
    os.kill(shared.pid(), signal.SIGHUP)
    until(lambda: shared.log().count("were read again") > said, 60, "the new secret")
    assert anew(watched.amended("secret"))
    assert not anew(watched.amended("secret"))
    shared.cli("config", "set", "tools.marked.cache", "false", cwd=where)
    assert anew(watched.amended("cache"))
    shared.cli("config", "unset", "tools.marked.cache", cwd=where)
    shared.cli("config", "set", "tools.marked.reads", "commit", cwd=where)
    assert anew(watched.amended("reads"))
    assert anew(watched.amended("reads"))


def test_force_and_rerun_measure_anew_and_another_run_of_a_tool_does_not(shared: Home, tmp_path: Path) -> None:
    watched = Watched(shared, tmp_path, QUICK)
    count = watched.measured()
    assert anew(watched.run("run", "--force"))
    assert anew(watched.run("rerun"))
    assert watched.measured() == count + 2
    chosen = watched.run("run", "--tool", "marked")
    provenance(chosen, watched.first)
    assert watched.measured() == count + 2
    dirty = shared.json("run", "--dirty", "--wait", cwd=watched.repository.path)[0]
    provenance(dirty, watched.first)
    watched.repository.write({"new.py": "NEW = 1\n"})
    dirty = shared.json("run", "--dirty", "--wait", cwd=watched.repository.path)[0]
    assert anew(dirty)
    watched.repository.commit(message="what was dirty")
    assert anew(watched.run()), "a commit is given nothing that was measured from a working copy"


def test_a_failure_is_confirmed_once_and_then_known(shared: Home, tmp_path: Path) -> None:
    failing = QUICK.replace("echo command >> %s", "echo command >> %s; exit 3")
    watched = Watched(shared, tmp_path, failing)
    assert watched.run()["outcome"] == "failed"
    confirmed = watched.amended()
    assert (confirmed["outcome"], anew(confirmed)) == ("failed", True)
    second = confirmed["commit"]
    run = watched.amended()
    assert run["outcome"] == "failed"
    assert run["jobs"][0]["reason"] == confirmed["jobs"][0]["reason"]
    provenance(run, second)
    assert watched.measured() == 2


FLAKY = """environment: host
tools: {pylint: {enabled: false}, coverage: {enabled: true}}
flaky: {quarantine: %s}
# %%s
"""
TWO_TESTS = EVERY_OTHER + "\n\ndef test_always():\n    pass\n"


@pytest.mark.parametrize("quarantine", ["3d", "off"])
def test_a_flaky_test_is_marked_and_in_quarantine_if_that_is_wanted(
    shared: Home, tmp_path: Path, quarantine: str
) -> None:
    files = {**SAMPLE, "test_calc.py": SAMPLE["test_calc.py"] + TWO_TESTS % str(tmp_path / "marker")}
    watched = Watched(shared, tmp_path, FLAKY % quarantine, files)
    assert watched.run()["outcome"] == "passed"
    assert watched.run("run", "--force")["outcome"] == "failed"
    assert watched.run("run", "--force")["outcome"] == "passed"
    run = watched.run("run", "--force")
    (job,) = run["jobs"]
    tests = {test["name"]: test for test in job["tests"]}
    flaked = tests["test_calc::test_every_other_time"]
    assert (flaked["outcome"], flaked["flaky"]) == ("failed", True)
    assert not tests["test_calc::test_always"]["flaky"]
    if quarantine == "off":
        assert (run["outcome"], flaked["quarantined_until"]) == ("failed", None)
    else:
        day = flaked["quarantined_until"][:10]
        reason = f"1 flaky test failed, in quarantine until {day}: test_calc::test_every_other_time"
        assert (run["outcome"], job["reason"]) == ("passed", reason)
        (days,) = shared.rows(
            "SELECT julianday(until) - julianday(seen_at) FROM flaky WHERE kind = 'test' AND repository_id = ?",
            watched.number,
        )
        assert round(float(str(days[0])), 3) == 3
    assert anew(watched.amended()), "what does not agree with itself is measured again"


PINS = """environment: venv
tools: {coverage: {enabled: false}, marked: {command: [sh, -c, 'echo command >> %s'], reads: tree}}
"""


@pytest.mark.network
def test_another_environment_and_another_version_are_measured_again(home: Home, tmp_path: Path) -> None:
    pinned = {".fullautoci.yml": "", "calc.py": SAMPLE["calc.py"], "requirements.txt": "pylint==3.3.7\n"}
    watched = Watched(home, tmp_path, PINS, pinned)
    first = watched.run()
    assert {job["tool"]: job["tool_version"] for job in first["jobs"]}["pylint"] == "3.3.7"
    assert not anew(watched.amended())
    home.cli("config", "set", "environment", "host", cwd=watched.repository.path)
    assert anew(watched.amended("host"))
    home.cli("config", "unset", "environment", cwd=watched.repository.path)
    assert not anew(watched.amended("venv"))
    watched.repository.commit({"requirements.txt": "pylint==3.3.6\n"}, "another pylint")
    other = watched.run()
    assert anew(other)
    assert {job["tool"]: job["tool_version"] for job in other["jobs"]}["pylint"] == "3.3.6"


def test_the_times_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print()
        for what, seconds in TIMES:
            print(f"{what:40} {1000 * seconds:6.0f} ms from commit to results")
