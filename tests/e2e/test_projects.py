"""Several projects in one repository: each with its own tools, in its own folder."""

import pytest

from tests.support.home import Home
from tests.support.repository import Repository

FILE = """
environment: host
env: {WHOSE: all}
tools:
  pylint: {enabled: false}
  coverage: {enabled: false}
  where: {command: [sh, -c, 'pwd; echo "WHOSE=$WHOSE"; cat here']}
projects:
  api: {path: services/api, env: {WHOSE: api}, reads: [libs]}
  web:
    path: web
    tools:
      coverage: {enabled: true}
      where: {enabled: false}
"""
FILES = {
    ".fullautoci.yml": FILE,
    "services/api/here": "the api\n",
    "web/web.py": "def add(left, right):\n    return left + right\n",
    "web/test_web.py": "import web\n\n\ndef test_add():\n    assert web.add(1, 2) == 3\n",
    "libs/a": "a\n",
}


@pytest.fixture
def watched(home: Home, repository: Repository) -> Repository:
    repository.commit(FILES, "two projects")
    home.cli("init", "--wait", cwd=repository.path)
    return repository


def jobs(home: Home, sha: str) -> list[tuple[str, str, str]]:
    return [(job["project"], job["tool"], job["outcome"]) for job in home.finished(1, sha)["jobs"]]


def test_each_project_is_tested_in_its_folder_by_its_own_configuration(home: Home, watched: Repository) -> None:
    assert jobs(home, watched.head()) == [("services/api", "where", "passed"), ("web", "coverage", "passed")]
    (coverage,) = [job for job in home.finished(1, watched.head())["jobs"] if job["tool"] == "coverage"]
    assert coverage["metrics"]["tests_passed"] == 1
    assert {file["path"] for file in coverage["files"]} >= {"web/web.py"}
    (log,) = home.rows("SELECT log FROM jobs WHERE tool = 'where'")
    said = (home.paths.logs / str(log[0])).read_text()
    assert "/services/api\n" in said
    assert "WHOSE=api\n" in said
    assert "the api\n" in said


def test_a_tool_that_is_asked_for_is_run_in_all_projects(home: Home, watched: Repository) -> None:
    assert home.run("run", "--tool", "where", "--wait", cwd=watched.path).returncode == 1
    assert jobs(home, watched.head()) == [("services/api", "where", "passed"), ("web", "where", "failed")]
    for more in ([], ["--dirty"]):
        unknown = home.run("run", "--tool", "none", *more, cwd=watched.path)
        assert (unknown.returncode, unknown.stdout) == (2, "")
        assert "there is no tool 'none' at this commit" in unknown.stderr
    assert "failed" in home.run("results", cwd=watched.path).stdout, "what was known is shown still"


def test_a_folder_that_a_commit_does_not_have_is_skipped_and_says_so(home: Home, watched: Repository) -> None:
    watched.git("rm", "--quiet", "-r", "services")
    sha = watched.commit(message="no api any more")
    assert jobs(home, sha) == [("services/api", "where", "skipped"), ("web", "coverage", "passed")]
    assert "there is no folder services/api at this commit" in home.cli("results", cwd=watched.path)


def test_the_policy_names_each_project(home: Home, watched: Repository) -> None:
    sha = watched.head()
    (policy,) = home.rows(
        "SELECT json_group_array(json_extract(value, '$.project') || ' ' || json_extract(value, '$.tool'))"
        " FROM runs, json_each(runs.policy) WHERE sha = ?",
        sha,
    )
    assert policy[0] == '["services/api where","web coverage"]'
