"""`tools list`: which there are, what each measures, and whether it would run."""

from pathlib import Path

from fullautoci.cli.tools import MEASURES
from fullautoci.tools import BUILT_IN
from tests.support.home import Home
from tests.support.repository import HOST, Repository

MORE = f"{HOST}tools:\n  pylint: {{enabled: false}}\n  docs: {{command: [make, docs], report: {{junit: out.xml}}}}\n"


def test_each_tool_that_is_built_in_says_what_it_measures() -> None:
    assert set(MEASURES) == set(BUILT_IN)


def test_the_tools_of_a_repository(home: Home, repository: Repository) -> None:
    before = {one["tool"]: one for one in home.json("tools", "list", cwd=repository.path)}  # no daemon, nothing ran
    assert {name: (one["runs"], one["version"]) for name, one in before.items()} == {
        "pylint": (True, ""), "coverage": (True, ""),
    }  # fmt: skip
    assert before["pylint"]["wanted"].startswith("pylint")
    home.cli("init", "--no-autostart", "--wait", cwd=repository.path)
    run = home.json("results", cwd=repository.path)
    for one in home.json("tools", "list", cwd=repository.path):
        job = next(job for job in run["jobs"] if job["tool"] == one["tool"])
        assert one["version"] == job["tool_version"] != ""
        assert set(job["metrics"]) <= set(MEASURES[one["tool"]])
    repository.commit({".fullautoci.yml": MORE}, "another tool")
    after = {one["tool"]: one for one in home.json("tools", "list", cwd=repository.path)}
    assert (after["pylint"]["runs"], after["pylint"]["reason"]) == (False, "it is switched off")
    assert (after["docs"]["runs"], after["docs"]["built_in"]) == (True, False)
    assert after["docs"]["measures"] == ["exit_code", "tests_failed", "tests_passed"]
    earlier = {one["tool"]: one["runs"] for one in home.json("tools", "list", "HEAD~1", cwd=repository.path)}
    assert earlier == {"pylint": True, "coverage": True}
    shown = home.cli("tools", "list", cwd=repository.path)
    assert "it is switched off" in shown


def test_without_python_nothing_runs_and_it_says_why(home: Home, tmp_path: Path) -> None:
    made = Repository(tmp_path / "text")
    done = home.run("tools", "list", cwd=made.path)
    assert (done.returncode, "no commit here yet" in done.stderr) == (2, True)
    made.commit({"README": "words"})
    found = home.json("tools", "list", cwd=made.path)
    assert [one["runs"] for one in found] == [False, False]
    assert all(one["reason"] for one in found)
    assert home.run("tools", "list", "nothing", cwd=made.path).returncode == 2
    assert home.run("tools", "list", cwd=tmp_path).returncode == 2
