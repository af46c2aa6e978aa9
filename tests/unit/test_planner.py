"""The planner: real commits, planned from a real mirror into a real database."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from fullautoci.config.load import parse
from fullautoci.config.overrides import Setting
from fullautoci.config.service import ServiceFile
from fullautoci.planner import Planner, _digest
from fullautoci.planning import tools
from fullautoci.store import overrides
from tests.unit.planning.conftest import watched  # noqa: F401 - a fixture
from tests.unit.planning.parts import Watched

COMMANDS = "environment: host\ntools: {pylint: {enabled: false}, coverage: {enabled: false}, x: {command: ['true']}}\n"


@pytest.fixture
def planner(watched: Watched) -> Planner:  # noqa: F811
    return Planner(watched.writer, watched.reading, watched.mirror)


def commit(watched: Watched, files: Mapping[str, str], source: str = "post-commit") -> str:  # noqa: F811
    """A commit with a queued run."""
    sha = watched.commit(files=files)
    watched.tell(sha, source)
    return sha


def run(watched: Watched, sha: str) -> dict[str, Any]:  # noqa: F811
    names = ("state", "outcome", "reason", "config", "config_digest", "policy")
    (row,) = watched.rows(f"SELECT {', '.join(names)} FROM runs WHERE sha = ?", sha)
    return dict(zip(names, row, strict=True))


def jobs(watched: Watched, sha: str) -> list[tuple[Any, ...]]:  # noqa: F811
    return watched.rows("SELECT project, tool, variant, outcome, reason FROM jobs WHERE sha = ? ORDER BY id", sha)


def test_a_plan_comes_with_the_policy_of_every_enabled_tool(watched: Watched, planner: Planner) -> None:  # noqa: F811
    sha = commit(watched, {"a.py": "", ".fullautoci.yml": "tools: {coverage: {ratchet: off}}"})
    assert not planner.plan_some()
    assert jobs(watched, sha) == [
        (".", "pylint", "", None, ""), (".", "coverage", "", "skipped", "no tests were found")
    ]  # fmt: skip
    policy = json.loads(run(watched, sha)["policy"])
    assert [(one["tool"], one["project"], [rule["metric"] for rule in one["rules"]]) for one in policy] == [
        ("pylint", ".", ["score", "suppressions"]), ("coverage", ".", [])
    ]  # fmt: skip
    origins = json.loads(run(watched, sha)["config"])["origins"]
    assert origins["tools.coverage.ratchet"] == ".fullautoci.yml:1"


def test_where_every_tool_is_off_the_run_says_so(watched: Watched, planner: Planner) -> None:  # noqa: F811
    off = "environment: host\ntools: {pylint: {enabled: false}, coverage: {enabled: false}}\n"
    sha = commit(watched, {"a.py": "", ".fullautoci.yml": off})
    planner.plan_some()
    found = run(watched, sha)
    assert (found["state"], found["outcome"]) == ("done", "skipped")
    assert found["reason"] == "every tool is switched off; 'fullautoci config show' tells where"


def test_another_policy_is_another_digest() -> None:
    plans = tools.plan(parse(b""), [], ())
    assert _digest({}, plans) == _digest({}, tools.plan(parse(b""), [], ()))
    assert _digest({}, plans) != _digest({}, tools.Plans(plans.tools, ()))


def test_the_newest_commit_that_is_skipped_overtakes_nothing(watched: Watched, planner: Planner) -> None:  # noqa: F811
    text = COMMANDS + "policy: latest\npaths: {exclude: ['docs/*']}\n"
    older = commit(watched, {".fullautoci.yml": text})
    code = commit(watched, {"a.txt": "code"})
    docs = commit(watched, {"docs/a.md": "docs"})
    planner.plan_some()
    assert [run(watched, sha)["outcome"] for sha in (older, code, docs)] == ["superseded", None, "skipped"]


def test_what_lies_beyond_a_gap_is_known_before_there_is_a_job(watched: Watched, planner: Planner) -> None:  # noqa: F811
    first = commit(watched, {".fullautoci.yml": COMMANDS})
    planner.plan_some()
    watched.commit("left out")
    tip = watched.commit("tip")
    watched.tell(tip, "scan")
    planner.plan_some()
    assert watched.parents(tip) == [[first]]
    assert len(jobs(watched, tip)) == 1


def test_what_is_set_in_the_database_counts(watched: Watched, planner: Planner) -> None:  # noqa: F811
    setting = Setting("tools.x.enabled", False, "Ada", "2026-01-01T00:00:00.000Z")
    watched.writer.call(lambda db: overrides.set_value(db, watched.id, setting))
    sha = commit(watched, {".fullautoci.yml": COMMANDS + "projects: {a: {path: a}, b: {path: '.'}}"})
    planner.plan_some()
    assert jobs(watched, sha) == []
    watched.writer.call(lambda db: overrides.unset(db, watched.id, setting.key))
    sha = commit(watched, {"b.txt": "b"})
    planner.plan_some()
    gone = "there is no folder a at this commit"
    assert jobs(watched, sha) == [("a", "x", "", "skipped", gone), (".", "x", "", None, "")]


def test_a_run_that_cannot_be_written_ends_and_no_other(watched: Watched, planner: Planner) -> None:  # noqa: F811
    right = commit(watched, {".fullautoci.yml": COMMANDS})
    wrong = commit(watched, {"a.txt": "a"})
    watched.writer.call(
        lambda db: db.execute(
            f"CREATE TRIGGER no BEFORE INSERT ON jobs WHEN new.sha = '{wrong}' BEGIN SELECT raise(ABORT, 'no'); END"
        )
    )
    planner.plan_some()
    assert run(watched, wrong)["reason"] == "this commit cannot be planned: IntegrityError: no"
    assert len(jobs(watched, right)) == 1


def test_a_file_that_is_wrong_ends_the_run_and_no_other(watched: Watched, planner: Planner) -> None:  # noqa: F811
    wrong = commit(watched, {".fullautoci.yml": "projects: {a: {path: a, tool: {}}}\n"})
    right = commit(watched, {".fullautoci.yml": COMMANDS})
    planner.plan_some()
    assert run(watched, wrong)["outcome"] == "errored"
    assert run(watched, wrong)["reason"].startswith(".fullautoci.yml:1:")
    assert len(jobs(watched, right)) == 1


WAIVING = (
    "change\n\nFullautoci-Waive: x.exit_code it is broken\nFullautoci-Waive: x.other\nFullautoci-Waive: no.such why\n"
)


@pytest.mark.parametrize(
    ("counts", "source", "expected"),
    [
        ("own", "post-commit", True), ("own", "post-rewrite", True), ("own", "post-merge", False),
        ("own", "scan", False), ("own", "reference-transaction", False), ("own", "api", False), ("own", "push", False),
        ("all", "post-merge", True), ("all", "scan", True), ("all", "api", True), ("off", "post-commit", False),
    ],
)  # fmt: skip
def test_the_service_says_whose_waivers_count(
    watched: Watched,  # noqa: F811
    counts: str,
    source: str,
    expected: bool,
) -> None:
    service = ServiceFile.model_validate({"waivers": {"trailers": counts}})
    planner = Planner(watched.writer, watched.reading, watched.mirror, lambda: service)
    sha = watched.commit(WAIVING, {".fullautoci.yml": COMMANDS})
    watched.tell(sha, source)
    planner.plan_some()
    found = watched.rows("SELECT kind, tool, metric, sha, reason, source FROM acts ORDER BY id")
    assert found == [
        ("waive", "x", "exit_code", sha, "it is broken", "trailer"), ("waive", "no", "such", sha, "why", "trailer")
    ] * expected  # fmt: skip


def test_a_waiver_is_written_once_however_often_its_commit_is_planned(watched: Watched, planner: Planner) -> None:  # noqa: F811
    sha = watched.commit(WAIVING, {".fullautoci.yml": COMMANDS})
    for _ in range(3):
        watched.tell(sha, "post-commit", again=True)
        planner.plan_some()
    assert len(watched.rows("SELECT id FROM runs WHERE sha = ?", sha)) == 3
    assert watched.rows("SELECT metric FROM acts") == [("exit_code",), ("such",)]
    skipped = watched.commit(f"[skip ci] {WAIVING}")
    watched.tell(skipped, "post-commit")
    planner.plan_some()
    assert watched.rows("SELECT metric FROM acts WHERE sha = ?", skipped) == []


def test_a_commit_that_a_scan_saw_before_its_hook_told_of_it_is_the_owners_still(
    watched: Watched,  # noqa: F811
    planner: Planner,
) -> None:
    sha = watched.commit(WAIVING, {".fullautoci.yml": COMMANDS})
    watched.tell(sha, "scan")
    planner.plan_some()
    assert watched.rows("SELECT metric FROM acts") == []
    watched.unsettled()
    watched.tell(sha, "post-commit")
    for _ in range(2):
        planner.plan_some()
        assert watched.rows("SELECT metric FROM acts") == [("exit_code",), ("such",)]
    assert watched.unsettled() == {sha}
    other = watched.commit(WAIVING)
    watched.tell(other, "scan")
    planner.plan_some()
    watched.tell(other, "post-merge")
    planner.plan_some()
    assert watched.rows("SELECT metric FROM acts WHERE sha = ?", other) == []
