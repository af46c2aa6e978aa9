"""The planner: what is not run, what it hands on all the same, and whose word that is."""

from collections.abc import Mapping

import pytest

from fullautoci.config.overrides import Setting
from fullautoci.model import EnvironmentIdentity, Outcome, Result
from fullautoci.planner import Planner
from fullautoci.store import jobs, judging, overrides, ratchets
from tests.unit.planning.conftest import watched  # noqa: F401 - a fixture
from tests.unit.planning.parts import Watched
from tests.unit.test_planner import COMMANDS, commit, planner, run  # noqa: F401 - a fixture among them


def test_a_commit_whose_files_do_not_matter_is_skipped(watched: Watched, planner: Planner) -> None:  # noqa: F811
    first = commit(watched, {".fullautoci.yml": COMMANDS + "paths: {exclude: ['docs/*']}\n"})
    docs = commit(watched, {"docs/a.md": "a", "docs/b.md": "b"})
    code = commit(watched, {"docs/a.md": "c", "a.txt": "c"})
    planner.plan_some()
    assert run(watched, first)["outcome"] is None, "the file itself was changed"
    assert (run(watched, docs)["outcome"], run(watched, docs)["reason"]) == (
        "skipped",
        "only files that .fullautoci.yml excludes were changed: docs/a.md and 1 more",
    )
    assert run(watched, code)["outcome"] is None


@pytest.mark.parametrize(
    ("files", "outcome"), [({"docs/a.md": "a"}, "skipped"), ({".fullautoci.yml": "tools: 1\n"}, "errored")]
)
def test_a_commit_without_jobs_hands_on_at_once_what_it_was_handed(
    watched: Watched,  # noqa: F811
    planner: Planner,  # noqa: F811
    files: Mapping[str, str],
    outcome: str,
) -> None:
    text = COMMANDS + "paths: {exclude: ['docs/*']}\n"
    first = commit(watched, {".fullautoci.yml": text.replace("['true']", "['true'], ratchet: [{metric: exit_code}]")})
    planner.plan_some()
    due = watched.writer.call(jobs.start_next)
    result = Result(Outcome.PASSED, metrics={"exit_code": 0.0}, environment=EnvironmentIdentity("host", "f", "3"))
    watched.writer.call(lambda db: jobs.record(db, due.id, due.attempt, result))
    sha = commit(watched, files)
    planner.plan_some()
    assert run(watched, sha)["outcome"] == outcome
    watched.writer.call(lambda db: judging.work(db, 50))
    with watched.reading() as connection:
        (one,) = ratchets.listed(connection, watched.id, sha)
    assert (one["name"], one["verdict"], one["next_floor"]) == ("x.exit_code", None, 0.0)
    assert (one["measured_at"], one["commit"]) == (first, sha)


def test_a_merge_is_skipped_when_against_no_parent_anything_matters(watched: Watched, planner: Planner) -> None:  # noqa: F811
    source = watched.source
    commit(watched, {".fullautoci.yml": COMMANDS + "paths: {exclude: ['docs/*']}\n"})
    planner.plan_some()
    source.git("switch", "--quiet", "--create", "side")
    commit(watched, {"docs/side.md": "s"})
    source.git("switch", "--quiet", "main")
    commit(watched, {"docs/main.md": "m"})
    source.git("merge", "--quiet", "--no-edit", "side")
    of_docs = source.head()
    watched.wish(of_docs)
    source.git("switch", "--quiet", "side")
    commit(watched, {"docs/side.md": "again"})
    source.git("switch", "--quiet", "main")
    commit(watched, {"a.txt": "code"})
    source.git("merge", "--quiet", "--no-edit", "side")
    of_code = source.head()
    watched.wish(of_code)
    while planner.plan_some():  # a few at a time, so that workers need not wait for all
        pass
    assert [run(watched, sha)["outcome"] for sha in (of_docs, of_code)] == ["skipped", None]


@pytest.mark.parametrize(
    "rule", ["branches: {exclude: ['*']}", "branches: {exclude: [main]}", "branches: {include: [other]}"]
)
def test_a_commit_that_has_its_branch_excluded_is_tested_and_the_next_one_is_not(
    watched: Watched,  # noqa: F811
    planner: Planner,  # noqa: F811
    rule: str,
) -> None:
    commit(watched, {".fullautoci.yml": COMMANDS})
    excluding = commit(watched, {".fullautoci.yml": f"{COMMANDS}{rule}\n", "a.txt": "bad"})
    following = commit(watched, {"a.txt": "worse"})
    rewording = commit(watched, {".fullautoci.yml": f"{COMMANDS}{rule}\n# why\n"})
    while planner.plan_some():
        pass
    outcomes = [run(watched, sha)["outcome"] for sha in (excluding, following, rewording)]
    assert outcomes == [None, "skipped", "skipped"]


def test_a_merge_is_excluded_by_what_all_its_parents_say(watched: Watched, planner: Planner) -> None:  # noqa: F811
    source = watched.source
    commit(watched, {".fullautoci.yml": COMMANDS})
    source.git("switch", "--quiet", "--create", "side")
    commit(watched, {".fullautoci.yml": COMMANDS + "branches: {exclude: ['*']}\n"})
    source.git("switch", "--quiet", "main")
    commit(watched, {"a.txt": "main"})
    source.git("merge", "--quiet", "--no-edit", "side")
    bringing = source.head()
    watched.wish(bringing)
    source.git("switch", "--quiet", "side")
    commit(watched, {"b.txt": "side"})
    source.git("switch", "--quiet", "main")
    source.git("merge", "--quiet", "--no-ff", "--no-edit", "side")
    following = source.head()
    watched.wish(following)
    while planner.plan_some():
        pass
    assert [run(watched, sha)["outcome"] for sha in (bringing, following)] == [None, "skipped"]


def test_a_parent_whose_file_is_wrong_excludes_nothing(watched: Watched, planner: Planner) -> None:  # noqa: F811
    commit(watched, {".fullautoci.yml": "branches: 1\n"})
    excluding = commit(watched, {".fullautoci.yml": f"{COMMANDS}branches: {{exclude: ['*']}}\n"})
    planner.plan_some()
    assert run(watched, excluding)["outcome"] is None


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("branches.exclude", ["main"], "the branch main is excluded by Ada"),
        ("branches", {"exclude": ["main"]}, "the branch main is excluded by Ada"),
        ("paths.exclude", ["*"], "only files that Ada"),
    ],
)
def test_what_its_owner_has_set_excludes_a_commit_whatever_files_say(
    watched: Watched,  # noqa: F811
    planner: Planner,  # noqa: F811
    key: str,
    value: object,
    reason: str,
) -> None:
    setting = Setting(key, value, "Ada", "2026-01-01T00:00:00.000Z")
    watched.writer.call(lambda db: overrides.set_value(db, watched.id, setting))
    first = commit(watched, {".fullautoci.yml": COMMANDS})
    sha = commit(watched, {"a.txt": "a"})
    planner.plan_some()
    assert run(watched, first)["outcome"] == ("skipped" if "branches" in key else None)
    found = run(watched, sha)
    assert (found["outcome"], found["reason"].partition(" (")[0]) == ("skipped", reason)
    assert f"'fullautoci config unset {key}'" in found["reason"]
