"""What a failed job lacked: named only where it is untracked in the working copy."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullautoci import leads
from fullautoci.model import Finding, Job, Outcome, Result, TestCase, ToolPlan
from fullautoci.vcs.git.command import write_global_config
from tests.support.repository import Repository
from tests.unit.fuzz import FUZZ

CHECKOUT = "/slots/0/1/tree"


@pytest.fixture
def job(tmp_path: Path) -> Job:
    made = Repository(tmp_path / "r")
    made.commit({"a.py": "A = 1\n", ".gitignore": "ignored/\n", "src/b.py": "B = 1\n"})
    made.write({"later.json": "{}"})
    made.git("add", "later.json")
    made.write(
        {"data/x.json": "{}", "ignored/y": "1", "helper.py": "", "src/pkg/__init__.py": "", "src/pkg/part.py": ""}
    )
    (tmp_path / "outside").write_text("no")
    (made.path / "out").symlink_to("../outside")
    config = tmp_path / "config"
    write_global_config(config)
    place = tmp_path / "nowhere"
    return Job(1, 1, 1, 1, "c", "t", ToolPlan("x"), place, config, place, {}, "tag", worktree=made.path)


def hint(job: Job, said: str, result: Result | None = None) -> list[str]:
    found = leads.hint(
        job, result or Result(Outcome.FAILED), said.encode("utf-8", "surrogatepass"), {"a.py": "1"}, CHECKOUT, "src"
    )
    ending = " exists only in the working copy: commit it, or bring it (`bring: [{}]`)"
    paths = [line.split(" ")[0] for line in found.splitlines()]
    assert found == "\n".join(path + ending.format(path) for path in paths)
    return paths


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ("E   FileNotFoundError: [Errno 2] No such file or directory: 'data/x.json'", "data/x.json"),
        (f"FileNotFoundError: [Errno 2] No such file or directory: '{CHECKOUT}/data/x.json'", "data/x.json"),
        ("cat: ignored/y: No such file or directory", "ignored/y"),
        ("sh: 1: cannot open ignored/y: No such file or directory", "ignored/y"),
        ("ls: cannot access 'ignored/y': No such file or directory", "ignored/y"),
        (f"python: can't open file '{CHECKOUT}/helper.py': [Errno 2] No such file or directory", "helper.py"),
        ("E   ModuleNotFoundError: No module named 'helper'", "helper.py"),
        ("ModuleNotFoundError: No module named 'pkg'", "src/pkg/__init__.py"),
        ("ImportError: cannot import name 'part' from 'pkg' (unknown location)", "src/pkg/part.py"),
    ],
)
def test_what_only_the_working_copy_has_is_named(job: Job, said: str, path: str) -> None:
    assert hint(job, f"before\n{said}\nafter\n") == [path]


@pytest.mark.parametrize(
    "said",
    [
        "", "No such file or directory: 'nothing'", "No such file or directory: 'a.py'",
        "cat: data: No such file or directory",
        "No such file or directory: 'later.json'", "No such file or directory: '../outside'",
        "No such file or directory: 'out'", "No such file or directory: '.git/config'",
        "No such file or directory: '/etc/passwd'", "No such file or directory: ':(top)data'", "No module named '...'",
        "No such file or directory: 'a\0b'", "No such file or directory: '\ud800'", "data/x.json was read",
    ],
)  # fmt: skip
def test_what_is_tracked_missing_elsewhere_or_no_file_is_not(job: Job, said: str) -> None:
    assert hint(job, said) == []


def test_tests_and_findings_are_read_too_and_each_file_is_named_once(job: Job) -> None:
    missing = "FileNotFoundError: [Errno 2] No such file or directory: 'data/x.json'"
    result = Result(
        Outcome.FAILED,
        tests=(TestCase("a", "failed", 0, missing), TestCase("b", "errored", 0, missing)),
        findings=(Finding("a.py", 1, 0, "import-error", "error", "Unable to import 'helper'"),),
    )
    assert hint(job, "", result) == ["data/x.json", "helper.py"]


def test_it_is_only_a_hint(job: Job, tmp_path: Path) -> None:
    said = "No such file or directory: 'data/x.json'"
    assert hint(replace(job, worktree=None), said) == []
    assert hint(replace(job, worktree=tmp_path / "gone"), said) == []
    plain = tmp_path / "plain"
    (plain / "data").mkdir(parents=True)
    (plain / "data/x.json").touch()
    assert hint(replace(job, worktree=plain), said) == []  # git cannot say


pieces = st.sampled_from(
    ["No such file or directory: '", "No module named '", "data/x.json", "'", "/", "..", "a" * 300, ": "]
)


@FUZZ
@given(st.lists(st.one_of(pieces, st.text(max_size=5)), max_size=20))
def test_any_words_name_only_paths_below_the_top(parts: list[str]) -> None:
    for path in leads._named("".join(parts), CHECKOUT, "src"):
        assert not path.startswith("/")
        assert ".." not in path.split("/")


@pytest.mark.parametrize(
    "unit", ["No such file or directory: '", "a: ", "can't open ", "'x': No such file", "open open "]
)
def test_long_hostile_words_take_no_time(unit: str) -> None:
    began = time.process_time()
    list(leads._named((unit * 70000)[:131072], CHECKOUT, "src"))
    assert time.process_time() - began < 2
