"""Any bytes are a commit that can be stored and shown, or none."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fullautoci.errors import NotFoundError
from fullautoci.vcs.git.commit import parse_commit
from tests.fuzzing import commit
from tests.unit.fuzz import FUZZ, damaged

TREE = f"tree {commit.SHA}\n".encode()


@FUZZ
@given(st.binary(max_size=120))
def test_any_bytes_are_a_commit_or_none(raw: bytes) -> None:
    commit.check(raw)
    commit.check(TREE + raw)
    commit.check(TREE + b"committer A <" + raw + b"> 1 +0000\n\n" + raw)


@FUZZ
@given(damaged(commit.SEEDS, commit.WORDS))
@example(b"tree \x1b[31m" + commit.SHA.encode() + b"\n\n")
@example(TREE + b"parent \xff\nparent \n\n")
def test_a_damaged_commit_is_a_commit_or_none(raw: bytes) -> None:
    commit.check(raw)


@FUZZ
@given(st.integers(-(10**12), 10**13))
def test_any_time_is_a_time(seconds: int) -> None:
    commit.check(TREE + f"committer A <a@b> {seconds} +0000\n\n".encode())


@pytest.mark.parametrize(
    ("seconds", "year"), [(-(10**11), "1970"), (-1, "1970"), (253402300799, "9999"), (10**12 - 1, "9999")]
)
def test_a_time_that_no_calendar_has_is_the_nearest(seconds: int, year: str) -> None:
    raw = TREE + f"committer A <a@b> {seconds} +0000\n\n".encode()
    assert parse_commit(commit.SHA, raw).committed_at.startswith(year)


@pytest.mark.parametrize("tree", [b"", b"x", b"\xff" * 40, commit.SHA.encode()[:-1], commit.SHA.upper().encode()])
def test_a_tree_that_has_no_name_is_refused(tree: bytes) -> None:
    with pytest.raises(NotFoundError, match="names no tree"):
        parse_commit(commit.SHA, b"tree " + tree + b"\n\nsubject")


def test_parents_that_have_no_name_are_left_out() -> None:
    raw = TREE + f"parent {commit.SHA}\nparent ../x\nparent {'a' * 64}\n\nsubject".encode()
    assert parse_commit(commit.SHA, raw).parents == (commit.SHA, "a" * 64)
