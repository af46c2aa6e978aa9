"""Ratchets with real tools: a fall fails, silencing hides nothing, and what people do about it counts and is kept."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from fullautoci.client import SocketTransport
from tests.support.home import Home
from tests.support.patience import until
from tests.support.repository import SAMPLE, Repository

CALC = SAMPLE["calc.py"]
UNUSED = CALC.replace('"""A calculator."""\n', '"""A calculator."""\n\nimport os\n')
INLINE = UNUSED.replace("import os", "import os  # pylint: disable=unused-import")
UNTESTED = '"""Not tested."""\n\n\ndef never():\n    """Never called."""\n    return 1\n'
HELD = "tools: {pylint: {ratchet: [{metric: score, target: 9.9, tolerance: 0.01}]}}\n"


def held(ratchets: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(one for one in ratchets if one["name"] == name)


class Checked:
    """A repository whose first commit is good; every environment is the host's, whatever its file says."""

    def __init__(self, home: Home, repository: Repository) -> None:
        self.home, self.repository = home, repository
        (home.folder / "config.yml").write_text("defaults: {environment: host}\n")
        self.base = repository.commit({**SAMPLE, ".fullautoci.yml": HELD}, "good")
        home.cli("init", "--wait", cwd=repository.path)

    def branch(self, files: Mapping[str, str | None], message: str) -> dict[str, Any]:
        """The run of a commit upon the first one; None removes a file."""
        self.repository.git("checkout", "--quiet", "--detach", self.base)
        self.repository.git("checkout", "--quiet", "-B", message.replace(" ", "-"))
        for name, content in files.items():
            if content is None:
                self.repository.git("rm", "--quiet", name)
        sha = self.repository.commit({name: text for name, text in files.items() if text is not None}, message)
        return self.home.finished(1, sha)

    def commit(self, files: Mapping[str, str], message: str = "change") -> dict[str, Any]:
        """The run of a commit upon HEAD."""
        return self.home.finished(1, self.repository.commit(files, message))

    def ratchets(self, rev: str = "HEAD") -> list[dict[str, Any]]:
        """What is held at a commit."""
        return list(self.home.json("ratchet", "list", rev, cwd=self.repository.path))

    def cli(self, *arguments: str) -> str:
        """What a command says."""
        return self.home.cli(*arguments, cwd=self.repository.path)

    def refused(self, *arguments: str, code: int = 1) -> str:
        """What a command says that ends with 1, or with 2 where it makes no sense."""
        done = self.home.run(*arguments, cwd=self.repository.path)
        assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
        return done.stderr


@pytest.fixture
def checked(home: Home, repository: Repository) -> Checked:
    return Checked(home, repository)


def test_a_fall_fails_and_is_explained(checked: Checked) -> None:
    checked.commit({"calc.py": UNUSED}, "worse")
    done = checked.home.run("wait", cwd=checked.repository.path)
    assert (done.returncode, "score regressed: " in done.stdout) == (1, True)
    assert "against its parent" in checked.cli("results")
    one = held(checked.ratchets(), "pylint.score")
    assert (one["verdict"], one["next_floor"], one["since"], one["blame"]) == (
        "regressed", 9.9, checked.base, checked.repository.head(),
    )  # fmt: skip
    table = checked.cli("ratchet", "list")
    assert "below the floor" in table
    assert "coverage.percent_lines" in table
    shown = checked.cli("ratchet", "show", "score")
    assert "higher is better; it may be up to 0.01 worse than the floor; good enough at 9.9" in shown
    assert "fix 1 × unused-import (new) in calc.py: +" in shown
    assert "█▁" in shown
    shell = {"_FULLAUTOCI_COMPLETE": "bash_complete", "COMP_WORDS": "fullautoci ratchet show py", "COMP_CWORD": "3"}
    checked.home.env |= shell
    offered = checked.home.run(cwd=checked.repository.path).stdout.split()
    del checked.home.env["_FULLAUTOCI_COMPLETE"]
    assert offered == ["plain,pylint.score", "plain,pylint.suppressions"]
    view = checked.home.json("ratchet", "show", "pylint.score", cwd=checked.repository.path)
    (step,) = view["coach"]["steps"]
    assert view["coach"]["goal"] == {"name": "floor", "value": 9.9}

    better = checked.commit({"calc.py": CALC}, "better")
    assert better["outcome"] == "passed"
    assert held(checked.ratchets(), "pylint.score")["value"] == pytest.approx(step["value"], abs=1e-3)

    uncovered = checked.commit({"untested.py": UNTESTED, "test_more.py": "import untested\n"}, "not covered")
    assert uncovered["outcome"] == "failed"
    assert "reach untested.py:6: +" in checked.cli("ratchet", "show", "percent_lines")
    checked.home.stop()
    assert "regressed" in checked.cli("ratchet", "list"), "reading needs no daemon"
    assert "daemon start" in checked.refused("ratchet", "waive", "percent_lines", "-m", "later")


def test_what_people_do_counts_and_is_kept(checked: Checked) -> None:
    assert "there is nothing to waive: pylint.score baseline" in checked.refused(
        "ratchet", "waive", "score", "-m", "why", code=2
    )
    worse = checked.commit({"calc.py": UNUSED}, "worse")
    assert worse["outcome"] == "failed"
    value = held(checked.ratchets(), "pylint.score")["value"]

    said = checked.cli("ratchet", "waive", "score", "-m", "the release is today", "--until", "2999-12-01")
    assert said.startswith("pylint.score: waived until 2999-12-01 23:59; the floor stays 9.9")
    assert checked.home.run("wait", cwd=checked.repository.path).returncode == 0
    assert "waived until 2999-12-01 23:59 by " in checked.cli("ratchet", "list")
    child = checked.commit({"a.txt": "1"}, "child")
    assert child["outcome"] == "passed"
    assert held(checked.ratchets(), "pylint.score")["flags"] == ["waived"]

    said = checked.cli("ratchet", "reset", "pylint.score", "HEAD~1", "-m", "it was agreed")
    assert f"floor 9.9 → {value:g}" in said.replace(f"{value:.4f}", f"{value:g}")
    until(lambda: held(checked.ratchets(), "pylint.score")["verdict"] == "held", 20, "the child's new verdict")

    said = checked.cli("ratchet", "raise", "score", "-m", "we aim higher", "--to", "9.5")
    assert "→ 9.5 from" in said
    assert checked.commit({"b.txt": "1"}, "after the raise")["outcome"] == "failed"
    assert "is 9.5 already" in checked.refused("ratchet", "raise", "score", "-m", "again", "--to", "9.4", code=2)
    assert "no better than the target, 9.9" in checked.refused(
        "ratchet", "raise", "score", "-m", "more", "--to", "9.95", code=2
    )

    kept = checked.home.json("ratchet", "log", cwd=checked.repository.path)
    people = [(one["kind"], one["reason"], one["source"]) for one in kept if one["source"] != "verdict"]
    assert people == [
        ("raise", "we aim higher", "cli"), ("reset", "it was agreed", "cli"), ("waive", "the release is today", "cli"),
    ]  # fmt: skip
    assert "we aim higher" in checked.cli("ratchet", "log")
    assert "raise by" in checked.cli("ratchet", "show", "score")


def test_what_makes_no_sense_is_refused(checked: Checked) -> None:
    checked.commit({"calc.py": UNUSED}, "worse")
    assert "did you mean 'pylint.score'?" in checked.refused("ratchet", "waive", "pylint.scor", "-m", "why")
    assert "say which: " in checked.refused("ratchet", "show", "suppressions", code=2)
    assert "three letters" in checked.refused("ratchet", "waive", "score", "-m", " x ", code=2)
    assert "is over" in checked.refused("ratchet", "waive", "score", "-m", "why", "--until", "2001-01-01", code=2)
    assert "is no date" in checked.refused("ratchet", "waive", "score", "-m", "why", "--until", "soon", code=2)
    checked.repository.git("-c", "core.hooksPath=/dev/null", "checkout", "--quiet", "--orphan", "elsewhere")
    assert checked.home.run("ratchet", "waive", "score", "-m", "why", cwd=checked.repository.path).returncode == 2
    sha = checked.base
    for asked, status in (
        ({"kind": "forgive"}, 400), ({"kind": "waive", "value": 3}, 422), ({"kind": "reset", "value": "9"}, 400),
        ({"kind": "reset", "value": True}, 400), ({"kind": "reset", "commit": "zz"}, 422),
        ({"kind": "reset", "commit": "f" * 40}, 404), ({"kind": "reset", "metric": "scor"}, 404),
        ({"kind": "reset", "tool": 7}, 400), ({"kind": "reset", "project": "elsewhere"}, 404),
        ({"kind": "reset", "reason": ""}, 422), ({"kind": "reset", "until": "2001-01-01T00:00:00Z"}, 422),
    ):  # fmt: skip
        whole = {"tool": "pylint", "metric": "score", "commit": sha, "reason": "because", **asked}
        answer = SocketTransport(checked.home.paths.socket).send(
            "POST", "/api/v1/repos/1/ratchets/acts", json.dumps(whole).encode(), {"Content-Type": "application/json"}
        )
        assert (asked, answer.status) == (asked, status), answer.body
        assert json.loads(answer.body)["title"]
    assert checked.home.rows("SELECT * FROM acts") == []
    nan = b'{"kind": "reset", "tool": "pylint", "metric": "score", "commit": "%s", "reason": "why", "value": NaN}'
    answer = SocketTransport(checked.home.paths.socket).send(
        "POST", "/api/v1/repos/1/ratchets/acts", nan % sha.encode(), {"Content-Type": "application/json"}
    )
    assert answer.status == 400
    assert checked.home.api().ratchets(1, sha[:8])[0]["commit"] == sha


# Each hides a fall, or would: files of the commit that falls as well.
SILENT: Mapping[str, Mapping[str, str | None]] = {
    "check disabled": {"calc.py": UNUSED, ".pylintrc": "[MESSAGES CONTROL]\ndisable=unused-import\n"},
    "target lowered": {"calc.py": UNUSED, ".fullautoci.yml": HELD.replace("9.9", "5")},
    "ratchet off": {"calc.py": UNUSED, ".fullautoci.yml": "tools: {pylint: {ratchet: off}}\n"},
    "tool disabled": {"calc.py": UNUSED, ".fullautoci.yml": "tools: {pylint: {enabled: false}}\n"},
    "file deleted": {"calc.py": UNUSED, ".fullautoci.yml": None},
    "disabled inline": {"calc.py": INLINE},
    "file omitted": {
        "untested.py": UNTESTED, "test_more.py": "import untested\n", ".coveragerc": "[run]\nomit = untested.py\n",
    },
    "tests deleted": {"test_calc.py": None},
}  # fmt: skip


# Which ratchet it is that tells of each.
TOLD = {
    **dict.fromkeys(SILENT, "pylint.score"),
    "disabled inline": "pylint.suppressions",
    "file omitted": "coverage.percent_lines",
    "tests deleted": "coverage.percent_lines",
}
# What is seen of those that hide nothing: the flag.
ALONE = {
    **dict.fromkeys(("check disabled", "file omitted"), "new epoch"),
    **dict.fromkeys(("target lowered", "ratchet off", "tool disabled", "file deleted"), "policy loosened"),
}


def test_no_fall_is_hidden(checked: Checked) -> None:
    for name, files in SILENT.items():
        run = checked.branch(files, name)
        one = held(checked.ratchets(), TOLD[name])
        assert (name, run["outcome"], one["failing"]) == (name, "failed", True), (run["reason"], one)
        assert one["verdict"] in ("regressed", "unjudged"), (name, one)
        assert f"{one['metric']} {one['verdict']}" in run["reason"], name


def test_who_only_silences_is_seen(checked: Checked) -> None:
    for name, flag in ALONE.items():
        files = {path: text for path, text in SILENT[name].items() if not path.endswith(".py")}
        run = checked.branch(files, f"only {name}")
        one = held(checked.ratchets(), TOLD[name])
        assert (name, run["outcome"], flag in one["flags"]) == (name, "passed", True), (run["reason"], one)
        newest = checked.home.json("ratchet", "log", cwd=checked.repository.path)
        assert flag in next(entry["flags"] for entry in newest if entry["name"] == TOLD[name]), name
