"""Findings over time: code that moves brings none, and what is new is told first."""

from typing import Any

from tests.e2e.test_web import Browser, log_in
from tests.support.home import Home
from tests.support.patience import until
from tests.support.repository import HOST, Repository

TWICE = "\n\ndef twice(value):\n    return value * 2\n\n\ndef twice(value):\n    return value + value\n"
SHADOW = '\n\ndef shadow(count):\n    """Shadow."""\n    return count\n'
MOVING = "\n\ndef moving(number):\n    unused = 1\n    return number\n"
ONE = "import os\nimport sys\n\ncount = 1\n" + TWICE + SHADOW
ABOVE = "".join(f"# {n}\n" for n in range(30))
TWO = '"""Fine."""\n\nVALUE = 1\n'


def findings(job: dict[str, Any], status: str) -> list[str]:
    return [one["rule"] for one in job["findings"] if one["status"] == status]


class Checked:
    """A repository in which pylint looks at each commit."""

    def __init__(self, home: Home, repository: Repository) -> None:
        self.home, self.repository = home, repository
        repository.git("rm", "--quiet", "test_calc.py")
        yml = HOST + "tools: {coverage: {enabled: false}}\n"
        repository.commit({".fullautoci.yml": yml, "one.py": ONE + MOVING, "two.py": TWO}, "with findings")
        home.cli("init", "--wait", cwd=repository.path)

    def job(self, files: dict[str, str] | None = None, message: str = "change") -> dict[str, Any]:
        """What pylint says of a new commit."""
        sha = self.repository.commit(files, message)
        (job,) = self.home.finished(1, sha)["jobs"]
        assert job["outcome"] in ("passed", "failed"), job
        return dict(job)

    def results(self, *arguments: str) -> list[str]:
        """The lines that `results` prints below pylint's headline."""
        printed = self.home.cli("results", *arguments, cwd=self.repository.path).splitlines()
        start = next(number for number, line in enumerate(printed) if line.startswith("pylint"))
        return [line.strip() for line in printed[start + 1 :] if not line.strip().startswith("in ")]


def test_moved_code_brings_no_finding_and_what_is_new_is_told_first(home: Home, repository: Repository) -> None:
    checked = Checked(home, repository)
    first = home.finished(1, repository.head())["jobs"][0]
    assert first["against"] is None
    total = len(first["findings"])
    assert total >= 8
    assert {one["status"] for one in first["findings"]} == {""}
    assert first["counts"]["new"] is None
    assert not any(line.startswith("new ") for line in checked.results())

    down = checked.job({"one.py": ABOVE + ONE + MOVING}, "thirty lines above")
    assert down["against"] == {"job": first["id"], "run": 1, "commit": repository.git("rev-parse", "HEAD~1")}
    repository.git("mv", "one.py", "renamed.py")
    renamed = checked.job(message="renamed")
    elsewhere = checked.job({"renamed.py": ABOVE + ONE, "two.py": TWO + MOVING}, "a function moved")
    for job in (down, renamed, elsewhere):
        told = [(one["status"], one["path"], one["line"], one["message"]) for one in job["findings"]]
        assert (job["counts"]["new"], job["counts"]["fixed"]) == (0, 0), (told, job["fixed"])

    before = len(elsewhere["findings"])
    worse = checked.job({"two.py": TWO + MOVING + "\n\ndef added():\n    return 1\n"}, "one more")
    assert findings(worse, "new") == ["missing-function-docstring"]
    assert (worse["counts"]["new"], worse["counts"]["fixed"]) == (1, 0)
    lines = checked.results()
    delta = lines.index(f"1 new, 0 fixed, {before} unresolved findings against {worse['against']['commit'][:10]}")
    assert lines[delta + 1].startswith(
        "new two.py:11  Missing function or method docstring (missing-function-docstring)"
    )
    assert lines[delta + 2] == f"and {before} unresolved findings: 'fullautoci results --all'"
    assert len(checked.results("--all")) == delta + 2 + before

    better = checked.job({"two.py": TWO + MOVING + '\n\ndef added():\n    """Do."""\n    return 1\n'}, "fixed")
    assert (better["counts"]["new"], better["counts"]["fixed"]) == (0, 1)
    assert [(one["rule"], one["status"]) for one in better["fixed"]] == [("missing-function-docstring", "fixed")]
    assert any(line.startswith("fixed two.py  Missing function") for line in checked.results())
    until(lambda: f"{before} findings; 1 fixed" in home.cli("history", cwd=repository.path), 20, "the last comparison")
    home.stop()
    assert any(line.startswith("fixed two.py  Missing function") for line in checked.results()), "without a daemon too"


def test_the_page_shows_what_is_new(home: Home, repository: Repository) -> None:
    checked = Checked(home, repository)
    new = checked.job({"two.py": TWO + "\n\ndef added():\n    return 1\n"}, "one more")
    run = home.api().runs(repository=1, limit=1)[0]["id"]
    browser = Browser(home.api().status()["url"])
    log_in(home, browser)
    page = browser.get(f"/runs/{run}")[1].decode()
    known = len(new["findings"]) - 1
    assert '<a class="o bad" href="#pylint-new">1 new</a>' in page
    assert f'<a class="o" href="#pylint-unresolved">{known} unresolved</a>' in page
    assert f'against <a href="/runs/1"><code>{new["against"]["commit"][:10]}</code></a>' in page
    assert "New findings</h3>" in page
    assert f"<summary>{known} unresolved findings</summary>" in page
    until(lambda: "1 new" in browser.get("/repos/1")[1].decode(), 20, "the comparison")
    fixed = checked.job({"two.py": TWO}, "fixed")
    page = browser.get(f"/runs/{home.api().runs(repository=1, limit=1)[0]['id']}")[1].decode()
    assert ">1 fixed</a>" in page
    assert fixed["counts"]["fixed"] == 1
    assert "New findings</h3>" not in page


def test_tests_are_compared_by_name(home: Home, repository: Repository) -> None:
    home.cli("init", "--wait", cwd=repository.path)
    bad = "import calc\n\n\ndef test_add():\n    assert calc.add(1, 2) == 4\n\n\ndef test_more():\n    assert True\n"
    run = home.finished(1, repository.commit({"test_calc.py": bad}, "broken"))
    tests = {test["name"]: test["status"] for job in run["jobs"] for test in job["tests"]}
    assert tests == {"test_calc::test_add": "newly failing", "test_calc::test_more": "new"}
    assert "newly failing test_calc::test_add" in home.cli("results", cwd=repository.path)
    run = home.finished(
        1,
        repository.commit(
            {"test_calc.py": bad.replace("== 4", "== 3").partition("\n\n\ndef test_more")[0] + "\n"}, "mended"
        ),
    )
    (coverage,) = (job for job in run["jobs"] if job["tool"] == "coverage")
    assert [(test["name"], test["status"]) for test in coverage["tests"]] == [("test_calc::test_add", "newly passing")]
    assert coverage["gone_tests"] == ["test_calc::test_more"]
    said = home.cli("results", cwd=repository.path)
    assert "passes again test_calc::test_add" in said
    assert "gone test_calc::test_more" in said
    off = "import pytest\n\nimport calc\n\n\n@pytest.mark.skip(reason='later')\n"
    off += "def test_add():\n    assert calc.add(1, 2) == 3\n\n\ndef test_more():\n    assert calc.add(1, 1) == 2\n"
    home.finished(1, repository.commit({"test_calc.py": off}, "put off"))
    said = home.cli("results", cwd=repository.path)
    assert "2 tests, 1 skipped" in said
    assert "newly skipped test_calc::test_add" in said
    browser = Browser(home.api().status()["url"])
    log_in(home, browser)
    page = browser.get(f"/runs/{home.api().runs(repository=1, limit=1)[0]['id']}")[1].decode()
    listed = page.partition('id="coverage-newly_skipped" open')[2].partition("</details>")[0]
    assert "1 test newly skipped" in listed
    assert "test_calc::test_add" in listed
