"""A tool's own configuration: the commit's, or for a probe another commit's in place of it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fullautoci import configuring, tools
from fullautoci.configuring import Configured, configured, of_commit
from fullautoci.environments.pyproject import SIZE_LIMIT
from fullautoci.errors import PreparationError, VcsError
from fullautoci.model import Job, ToolPlan
from fullautoci.vcs.git.command import Git, write_global_config
from tests.support.repository import Repository

RC = "[FORMAT]\nmax-line-length = 100\n"
LOOSE = "[MESSAGES CONTROL]\ndisable = all\n"
COVERAGE = "[tool.coverage.report]\nexclude_also = ['never']\n[tool.other]\na = 1\n"


class Commits:
    """A repository whose commits are configured as is said, and jobs about them."""

    def __init__(self, folder: Path) -> None:
        write_global_config(folder / "gitconfig")
        self.folder = folder
        self.repository = Repository(folder / "r")
        self.number = 0

    def commit(self, files: Mapping[str, str | bytes], links: Mapping[str, str] = {}) -> str:
        """A commit of these files, and no others."""
        self.repository.git("rm", "-r", "--quiet", "--force", "--ignore-unmatch", ".")
        for name, target in links.items():
            (self.repository.path / name).parent.mkdir(parents=True, exist_ok=True)
            (self.repository.path / name).symlink_to(target)
        return self.repository.commit({"a.py": "", **files})

    def go_by(
        self, sha: str, by: str = "", tool: str = "pylint", brought: Mapping[str, bytes] = {}, **plan: Any
    ) -> Configured:
        """What a job about HEAD, or a probe, goes by."""
        made = ToolPlan(tool, configured_by=by, **plan)
        mirror = self.repository.path / ".git"
        job = Job(1, 1, 1, 1, sha, "t", made, mirror, self.folder / "gitconfig", self.folder / "log", {}, "tag")
        self.repository.git("checkout", "--quiet", "--force", sha)
        tracked = dict.fromkeys(self.repository.git("ls-files", "-z").split("\0"), "")
        self.number += 1
        place = self.folder / f"reports{self.number}"
        place.mkdir()
        return configured(job, tools.named(tool, ()), "7.13.0", self.repository.path, tracked, brought, place)


@pytest.fixture
def commits(tmp_path: Path) -> Commits:
    return Commits(tmp_path)


def test_a_commit_goes_by_its_own(commits: Commits) -> None:
    one, other, same = (
        commits.commit({".pylintrc": RC}),
        commits.commit({".pylintrc": LOOSE}),
        commits.commit({"b.py": "", ".pylintrc": "# !\n" + RC}),
    )
    found = [commits.go_by(sha) for sha in (one, other, same)]
    assert [said.file for said in found] == [None] * 3
    assert found[0] == found[2] != found[1]


@pytest.mark.parametrize(
    ("tool", "mine", "others", "name"),
    [
        ("pylint", {".pylintrc": LOOSE}, {".pylintrc": RC}, ".pylintrc"),
        ("pylint", {}, {"tox.ini": "[pylint]\njobs = 2\n"}, "tox.ini"),
        ("pylint", {"setup.cfg": "[pylint]\njobs = 2\n"}, {".pylintrc": RC}, ".pylintrc"),
        ("pylint", {".pylintrc": RC}, {}, "none"),
        ("coverage", {}, {"pyproject.toml": COVERAGE}, "pyproject.toml"),
        ("coverage", {".coveragerc": "[run]\n"}, {}, "none"),
        ("coverage", {"tox.ini": "[coverage:run]\nomit = a\n"}, {".coveragerc": "[run]\nomit = b\n"}, ".coveragerc"),
    ],
)  # fmt: skip
def test_a_probe_goes_by_anothers_which_stands_beside_the_checkout(
    commits: Commits, tool: str, mine: Mapping[str, str], others: Mapping[str, str], name: str
) -> None:
    other, sha = commits.commit(others), commits.commit(mine)
    found = commits.go_by(sha, other, tool)
    assert found.digest == commits.go_by(other, "", tool).digest
    assert found.digest != commits.go_by(sha, "", tool).digest
    assert found.file is not None
    assert (found.file.name, found.file.parent.name) == (name, configuring.FOLDER)
    text = found.file.read_text()
    assert "tool.other" not in text
    assert bool(text) == (name != configuring.EMPTY), "an empty one keeps the checkout's own from counting"


def test_where_neither_says_anything_nothing_stands_in(commits: Commits) -> None:
    other, sha = commits.commit({"README": "a"}), commits.commit({"README": "b"})
    assert commits.go_by(sha, other) == replace(commits.go_by(sha), file=None)


def test_what_is_brought_counts_with_whatever_commit(commits: Commits) -> None:
    other, sha = commits.commit({"b.py": ""}), commits.commit({"c.py": ""})
    brought = {".pylintrc": LOOSE.encode(), "none.txt": b"x"}
    here = commits.go_by(sha, brought=brought)
    assert here != commits.go_by(sha)
    assert commits.go_by(sha, other, brought=brought).digest == here.digest
    known = commits.commit({".pylintrc": RC})
    assert commits.go_by(known, brought=brought) == commits.go_by(known), "what is tracked is the commit's"
    assert commits.go_by(sha, known, brought=brought).digest == commits.go_by(known).digest


def test_links_are_followed_within_the_commit_and_no_further(commits: Commits, tmp_path: Path) -> None:
    (tmp_path / "outside").write_text(LOOSE)
    real = commits.commit({"conf/rc": RC, ".pylintrc": RC})
    expected = commits.go_by(real).digest
    linked = commits.commit({"conf/rc": RC}, {".pylintrc": "conf/rc"})
    nothing = commits.go_by(commits.commit({})).digest
    assert commits.go_by(linked).digest == expected
    assert commits.go_by(real, linked).digest == expected
    for target in (
        str(tmp_path / "outside"),
        "../outside",
        ".pylintrc",
        "none",
        "conf",
        "conf/rc/x",
        "x\ny",
        "y" * 3000,
    ):
        sha = commits.commit({"conf/rc": RC}, {".pylintrc": target})
        assert commits.go_by(sha).digest == nothing, target
        assert commits.go_by(real, sha).digest == nothing, target


def test_a_file_that_is_too_large_is_refused_by_both_ways(commits: Commits) -> None:
    small, large = commits.commit({}), commits.commit({".pylintrc": b"#" * (SIZE_LIMIT + 1)})
    for sha, by in ((large, ""), (small, large)):
        with pytest.raises(PreparationError, match=r"\.pylintrc"):
            commits.go_by(sha, by)
    most = commits.commit({".pylintrc": b"#" * SIZE_LIMIT})
    assert commits.go_by(most).digest == commits.go_by(small, most).digest


ODD = ("a b.py", "[x]", "-q", "x:y", "tab\t", "é", "\udcff", '"q"', " lead", "HEAD")


def test_files_of_any_name_are_found_in_a_commit(commits: Commits) -> None:
    sha = commits.commit({name: f"in {name!r}" for name in ODD} | {"sub/x": "s"})
    git = Git(commits.folder / "gitconfig")
    asked = [*ODD, "none", "sub", "sub/x", "line\nbreak", "../a.py", "/a.py", "./a.py", ""]
    found = of_commit(git, commits.repository.path / ".git", sha, asked)
    assert found == {name: f"in {name!r}".encode() for name in ODD} | {"sub/x": b"s"}
    assert of_commit(git, commits.repository.path / ".git", sha, []) == {}


def test_a_commit_that_is_not_there_is_an_error_and_not_a_commit_without_files(commits: Commits) -> None:
    sha = commits.commit({})
    git = Git(commits.folder / "gitconfig")
    for wrong in ("0" * 40, sha[:-1] + ("0" if sha[-1] != "0" else "1"), "none"):
        with pytest.raises(VcsError):
            of_commit(git, commits.repository.path / ".git", wrong, ["a.py"])


def test_another_commit_of_another_project_is_asked_for_its_files(commits: Commits) -> None:
    other, sha = commits.commit({"sub/.pylintrc": LOOSE}), commits.commit({"sub/.pylintrc": RC})
    found = commits.go_by(sha, other, project="sub")
    assert found.file is not None
    assert found.file.read_text() == LOOSE
    assert commits.go_by(sha, other).file is None
