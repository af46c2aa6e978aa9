"""A commit's bytes: a commit that can be stored and shown, or none."""

import re

from fullautoci.errors import NotFoundError
from fullautoci.vcs.git.commit import MESSAGE_LIMIT, parse_commit
from tests.fuzzing.results import check_error

SHA = "0123456789abcdef" * 2 + "01234567"
SEEDS = (
    f"tree {SHA}\nparent {SHA}\nparent {SHA}\nauthor A <a@b> 1700000000 +0100\n"
    f"committer C <c@d> 1700000000 -0830\nencoding latin-1\ngpgsig -----BEGIN\n more\n\nsubject\n\nbody\n".encode(),
    f"tree {SHA}\nauthor \ncommitter Ada <> -1 x\n\n".encode(),
)
WORDS = (
    b"tree ",
    b"\nparent ",
    b"\nauthor ",
    b"\ncommitter ",
    b"> 253402300800 +0000",
    b"\n\n",
    b"\x1b]0;",
    b"\xe2\x80\xae",
)


def check(raw: bytes) -> None:
    """Take a commit apart."""
    try:
        commit = parse_commit(SHA, raw)
    except NotFoundError as error:
        check_error(error)
        return
    (commit.author + commit.subject + commit.message).encode()
    for text in (commit.author, commit.subject):
        assert not set(text) & set("\n\r\x00\x1b\x07\u202e")
        assert len(text) <= 200
    assert not set(commit.message) & set("\r\x00\x1b\x07\u202e")
    assert len(commit.message) <= MESSAGE_LIMIT
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", commit.committed_at), commit.committed_at
    assert all(re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", sha) for sha in (commit.tree, *commit.parents))
