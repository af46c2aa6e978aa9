"""Files of the working copy: nothing outside it is read, nothing outside the checkout is written."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from fullautoci import bringing
from fullautoci.bringing import SIZE_LIMIT, Brought, brought, gather
from fullautoci.errors import PreparationError
from fullautoci.model import Job, ToolPlan

HERE = Path("/nowhere")


def job(worktree: Path | None, *paths: str, allowed: tuple[str, ...] | None = None) -> Job:
    plan = ToolPlan("docs", bring=paths)
    made = Job(1, 1, 1, 1, "c", "t", plan, HERE, HERE, HERE, {}, "tag", worktree=worktree)
    return replace(made, allowed=paths if allowed is None else allowed)


def refused(made: Job) -> str:
    with pytest.raises(PreparationError) as caught:
        gather(made, ())
    assert "\n" not in caught.value.message + caught.value.hint
    return f"{caught.value.message}: {caught.value.hint}"


@pytest.fixture
def worktree(tmp_path: Path) -> Path:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret").write_text("no")
    made = tmp_path / "r"
    (made / ".git").mkdir(parents=True)
    (made / ".git/config").write_text("no")
    (made / "data").mkdir()
    (made / "data/x.json").write_text("{}")
    return made


def test_what_is_allowed_is_read_as_it_is(worktree: Path) -> None:
    (worktree / "run").write_bytes(b"\x00\xff")
    (worktree / "run").chmod(0o755)
    (worktree / "inner").symlink_to("data/x.json")
    found = gather(job(worktree, "run", "data/x.json", "inner"), ())
    assert found == [
        Brought("run", b"\x00\xff", True), Brought("data/x.json", b"{}", False), Brought("inner", b"{}", False)
    ]  # fmt: skip
    assert found[0].digest != Brought("run", b"\x00\xff", False).digest


def test_what_the_commit_has_needs_no_consent_and_is_not_read(worktree: Path) -> None:
    assert gather(job(worktree, "data/x.json", allowed=()), {"data/x.json": "1"}) == []
    assert gather(job(None), ()) == []


def test_without_consent_nothing_is_read(worktree: Path) -> None:
    said = refused(job(worktree, "data/x.json", "it's", allowed=("data/x.json",)))
    assert said.startswith("the commit asks for it's of the working copy; the owner has not allowed it: ")
    assert """'fullautoci bring allow 'it'"'"'s''""" in said
    assert "this repository has none" in refused(job(None, "data/x.json"))


@pytest.mark.parametrize(
    ("link", "to"),
    [
        ("out", "../outside/secret"), ("out", "/etc/passwd"), ("out", ".git/config"),
        ("data/out", "../../outside/secret"), ("out", ".."),
    ],
)  # fmt: skip
def test_links_out_of_the_working_copy_are_refused(worktree: Path, link: str, to: str) -> None:
    (worktree / link).symlink_to(to)
    assert "leads out of the working copy" in refused(job(worktree, link))


def test_a_folder_that_is_a_link_is_no_way_out(worktree: Path) -> None:
    (worktree / "d").symlink_to("../outside")
    (worktree / "g").symlink_to(".git")
    assert "leads out of the working copy" in refused(job(worktree, "d/secret"))
    assert "leads out of the working copy" in refused(job(worktree, "g/config"))


def test_what_is_no_file_of_a_fair_size_is_refused(worktree: Path) -> None:
    os.mkfifo(worktree / "pipe")
    (worktree / "loop").symlink_to("loop")
    (worktree / "large").write_bytes(b"x" * (SIZE_LIMIT + 1))
    (worktree / "full").write_bytes(b"x" * SIZE_LIMIT)
    (worktree / "dangling").symlink_to("nothing")
    for path, words in (
        ("pipe", "no regular file"), ("data", "no regular file"), ("loop", "cannot be read"), ("large", "larger than"),
        ("missing", "is not in the working copy"), ("dangling", "is not in the working copy"),
        ("data/x.json/y", "cannot be read"), ("n" * 300, "cannot be read"),
    ):  # fmt: skip
        assert words in refused(job(worktree, path)), path
    assert len(gather(job(worktree, "full"), ())[0].content) == SIZE_LIMIT
    assert "is not in the working copy" in refused(job(worktree / "gone", "a"))


def test_files_are_there_while_the_job_runs_and_not_longer(tmp_path: Path) -> None:
    with brought(tmp_path, [Brought("a/b/c", b"1", True), Brought(".env", b"2", False)]):
        assert (tmp_path / "a/b/c").read_bytes() == b"1"
        assert (tmp_path / "a/b/c").stat().st_mode & 0o777 == 0o700
        assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
        (tmp_path / ".env").unlink()
    assert not (tmp_path / "a/b/c").exists()


@pytest.mark.parametrize("path", ["file", "file/x", "link", "folder/x", "out/x", "folder"])
def test_nothing_of_the_commits_is_written_over_or_led_astray_by(tmp_path: Path, path: str) -> None:
    checkout, outside = tmp_path / "tree", tmp_path / "outside"
    checkout.mkdir()
    outside.mkdir()
    (outside / "target").write_text("kept")
    (checkout / "file").write_text("kept")
    (checkout / "link").symlink_to(outside / "target")
    (checkout / "folder").symlink_to(outside)
    (checkout / "out").symlink_to("../outside")
    with pytest.raises(PreparationError), bringing.brought(checkout, [Brought(path, b"bad", False)]):
        pass
    assert sorted(one.name for one in outside.iterdir()) == ["target"]
    assert (outside / "target").read_text() == (checkout / "file").read_text() == "kept"
