"""Commits whose own words say that they are not to be tested."""

import pytest

from tests.support.home import Home
from tests.support.patience import until
from tests.support.repository import Repository

ONLY = "environment: host\ntools: {pylint: {enabled: false}, coverage: {enabled: false}, job: {command: ['true']}}\n"
FILE = ONLY + "branches: {exclude: ['wip/*']}\n"


@pytest.fixture
def watched(home: Home, repository: Repository) -> Repository:
    repository.commit({".fullautoci.yml": FILE})
    home.cli("init", "--wait", cwd=repository.path)
    return repository


def test_an_excluded_branch_is_skipped_and_says_why(home: Home, watched: Repository) -> None:
    watched.git("switch", "--quiet", "--create", "wip/one/two")
    sha = watched.commit(message="on the side")
    reason = "the branch wip/one/two is excluded by .fullautoci.yml"
    run = home.finished(1, sha)
    assert (run["outcome"], run["reason"], run["jobs"]) == ("skipped", reason, [])

    assert home.run("wait", cwd=watched.path).returncode == 2
    assert reason in home.cli("results", cwd=watched.path)
    assert home.json("results", cwd=watched.path)["reason"] == reason
    assert reason in home.cli("status", cwd=watched.path)
    assert home.json("status", cwd=watched.path)["runs"][0]["reason"] == reason

    assert home.run("run", "--wait", cwd=watched.path).returncode == 0  # a person asked
    assert home.finished(1, sha)["generation"] == 1


def test_a_fast_forward_to_a_skipped_commit_tests_it(home: Home, watched: Repository) -> None:
    watched.git("switch", "--quiet", "--create", "wip/x")
    sha = watched.commit(message="ready")
    assert home.finished(1, sha)["outcome"] == "skipped"
    watched.git("switch", "--quiet", "main")
    watched.git("merge", "--quiet", "--ff-only", "wip/x")
    assert until(lambda: home.finished(1, sha)["outcome"] == "passed", 60)


@pytest.mark.parametrize("message", ["words [skip ci]", "words\n\nno need [ci skip] here"])
def test_a_message_asks_for_no_tests(home: Home, watched: Repository, message: str) -> None:
    run = home.finished(1, watched.commit(message=message))
    assert (run["outcome"], run["jobs"]) == ("skipped", [])
    assert run["reason"].startswith("its message says [")
    assert home.run("wait", cwd=watched.path).returncode == 2
    assert home.finished(1, watched.commit(message="and on"))["outcome"] == "passed"


def test_a_detached_head_is_no_branch(home: Home, watched: Repository) -> None:
    watched.commit({".fullautoci.yml": ONLY + "branches: {include: [main]}\n"})
    watched.git("switch", "--quiet", "--detach")
    assert home.finished(1, watched.commit(message="loose"))["outcome"] == "passed"
    watched.git("switch", "--quiet", "--create", "topic")
    run = home.finished(1, watched.commit(message="on a topic"))
    assert run["reason"] == "the branch topic is not included by .fullautoci.yml"


def test_a_commit_that_changes_no_file_that_matters_is_skipped_and_says_why(home: Home, watched: Repository) -> None:
    first = watched.commit({".fullautoci.yml": ONLY + "paths: {exclude: ['docs/*']}\n"}, "docs do not matter")
    assert home.finished(1, first)["outcome"] == "passed"
    sha = watched.commit({"docs/a.md": "a", "docs/b/c.md": "c", "docs/d.md": "d"}, "docs")
    reason = "only files that .fullautoci.yml excludes were changed: docs/a.md and 2 more"
    run = home.finished(1, sha)
    assert (run["outcome"], run["reason"], run["jobs"]) == ("skipped", reason, [])
    assert home.run("wait", cwd=watched.path).returncode == 2
    assert reason in home.cli("results", cwd=watched.path)

    assert home.run("run", "--wait", cwd=watched.path).returncode == 0  # a person asked
    assert home.finished(1, watched.commit({"docs/a.md": "b", "code": "c"}, "both"))["outcome"] == "passed"
