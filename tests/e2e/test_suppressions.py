"""Comments that silence a tool are held file by file where that is wanted, in projects below the top too."""

from typing import Any

from tests.support.home import Home
from tests.support.repository import SAMPLE, Repository

CONFIG = """environment: host
projects: {sub: {path: sub}}
tools:
  pylint: {ratchet: {metric: suppressions, per: file}}
  coverage: {ratchet: {metric: suppressions, per: file}}
"""
ONE = '"""A."""\n\nimport os  # pylint: disable=unused-import\n'
TWO = ONE + "import sys  # pylint: disable=unused-import\n"
CLEAN = '"""A."""\n'
UNREACHED = "\n\ndef never():  # pragma: no cover\n    return 1\n"


def held(home: Home, repository: Repository, files: dict[str, str]) -> dict[str, Any]:
    """The verdicts on a commit by what they are about."""
    home.finished(1, repository.commit(files))
    found = home.json("ratchet", "list", cwd=repository.path)
    return {one["name"].rpartition(":")[0].rpartition(":")[2]: one for one in found if one["name"].endswith(":file")}


def test_a_comment_in_one_file_is_not_paid_for_by_one_that_went_from_another(
    home: Home, repository: Repository
) -> None:
    sample = {f"sub/{name}": text for name, text in SAMPLE.items() if name.endswith(".py")}
    repository.commit({**sample, "sub/a.py": TWO, "sub/b.py": CLEAN, ".fullautoci.yml": CONFIG}, "first")
    home.cli("init", "--wait", cwd=repository.path)
    same = held(home, repository, {"sub/c.py": CLEAN})
    assert [same[f"{tool}.suppressions"]["verdict"] for tool in ("pylint", "coverage")] == ["held", "held"], same
    moved = held(home, repository, {"sub/a.py": ONE, "sub/b.py": ONE})["pylint.suppressions"]
    assert (moved["verdict"], "sub/b.py" in moved["reason"]) == ("regressed", True), moved
    marked = held(home, repository, {"sub/b.py": CLEAN, "sub/calc.py": SAMPLE["calc.py"] + UNREACHED})
    assert marked["pylint.suppressions"]["verdict"] != "regressed"
    assert (marked["coverage.suppressions"]["verdict"], "sub/calc.py" in marked["coverage.suppressions"]["reason"]) == (
        "regressed", True,
    )  # fmt: skip
