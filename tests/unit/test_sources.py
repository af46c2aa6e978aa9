"""A commit's files as a job goes by them: the whole of them, and those of one project."""

from pathlib import Path

import pytest

from fullautoci.errors import PreparationError, VcsError
from fullautoci.sources import WHOLE, Source, checked_out
from fullautoci.vcs.git.checkout import Slot
from fullautoci.vcs.git.command import Git, write_global_config
from tests.support.repository import Repository

FILES = {"top.py": "x = 1\n", "a/pkg/__init__.py": "", "a/x.py": "x = 1\n", "ab/y.py": "x = 1\n", "b c/z.py": "z\n"}


class Checkouts:
    """A repository, and a slot for its commits."""

    def __init__(self, folder: Path) -> None:
        write_global_config(folder / "gitconfig")
        self.repository = Repository(folder / "r")
        self.slot = Slot(Git(folder / "gitconfig"), folder / "slot", self.repository.path / ".git")

    def source(self, project: str = WHOLE) -> Source:
        """HEAD, as a job about this project has it."""
        repository = self.repository
        return checked_out(self.slot, repository.head(), repository.git("rev-parse", "HEAD^{tree}"), project)


@pytest.fixture
def checkouts(tmp_path: Path) -> Checkouts:
    made = Checkouts(tmp_path)
    made.repository.commit(FILES)
    return made


def test_the_whole_is_its_own_project(checkouts: Checkouts) -> None:
    source = checkouts.source()
    assert (source.checkout, source.blobs) == (source.top, source.tracked)
    assert source.tree == checkouts.repository.git("rev-parse", "HEAD^{tree}")
    assert set(source.tracked) == set(FILES)


def test_a_project_has_the_files_of_its_folder_and_no_others(checkouts: Checkouts) -> None:
    source, whole = checkouts.source("a"), checkouts.source()
    assert set(source.blobs) == {"pkg/__init__.py", "x.py"}, "those of 'ab' are not its own"
    assert source.checkout == source.top / "a"
    assert source.tracked == whole.tracked
    assert source.blobs["x.py"] == whole.tracked["a/x.py"]
    assert source.layout.packages
    assert (source.checkout / "x.py").read_text() == "x = 1\n"
    assert set(checkouts.source("b c").blobs) == {"z.py"}


def test_projects_are_told_apart_by_tree_and_name(checkouts: Checkouts) -> None:
    trees = [checkouts.source(project).tree for project in (WHOLE, "a", "ab", "b c", "a/pkg")]
    assert len(set(trees)) == 5
    assert trees == [checkouts.source(project).tree for project in (WHOLE, "a", "ab", "b c", "a/pkg")]
    checkouts.repository.commit({"a/x.py": "x = 2\n"})
    assert checkouts.source("a").tree != trees[1]
    assert "/" not in "".join(trees), "folders are named so"


@pytest.mark.parametrize(
    "project", ["none", "top.py", "a/none", "A", "pkg", "link", "outside", "..", "a/..", "/", "/tmp", "x\n\x1by"]
)
def test_what_is_no_folder_of_the_commit_is_no_project(checkouts: Checkouts, project: str, tmp_path: Path) -> None:
    repository = checkouts.repository
    (repository.path / "link").symlink_to("a")
    (repository.path / "outside").symlink_to(tmp_path)
    repository.commit()
    with pytest.raises(PreparationError, match="the commit has no folder ") as caught:
        checkouts.source(project)
    assert caught.value.message.isprintable()
    assert "'fullautoci ratchet waive'" in caught.value.hint


def test_a_folder_that_became_a_link_is_no_project(checkouts: Checkouts, tmp_path: Path) -> None:
    assert checkouts.source("a").blobs
    repository = checkouts.repository
    repository.git("rm", "-r", "--quiet", "a")
    (repository.path / "a").symlink_to(tmp_path)
    repository.commit()
    with pytest.raises(PreparationError):
        checkouts.source("a")


def test_a_commit_that_is_not_there_is_said_so(checkouts: Checkouts) -> None:
    with pytest.raises(VcsError):
        checked_out(checkouts.slot, "0" * 40, "0" * 40, "a")
