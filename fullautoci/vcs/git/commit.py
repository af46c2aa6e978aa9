"""A commit from its bytes as git keeps them, whoever wrote them."""

import re
from datetime import UTC, datetime

from fullautoci.errors import NotFoundError
from fullautoci.model import Commit
from fullautoci.text import decode, iso, one_line, plain

MESSAGE_LIMIT = 10_000
# Of a longer message so much is its end, where trailers stand.
END_KEPT = 4_000
_LEFT_OUT = "\n\n…\n"
_SHA = re.compile(rb"(?:[0-9a-f]{40}|[0-9a-f]{64})")
_WHEN = re.compile(rb"> (-?\d{1,12})(?: |$)")


def parse_commit(sha: str, raw: bytes) -> Commit:
    """A commit from its bytes as git keeps them; whatever is malformed in them is shown as it is, or left empty.

    Raises:
        NotFoundError: it names no tree.
    """
    head, _, message = raw.partition(b"\n\n")
    headers: dict[bytes, list[bytes]] = {}
    for line in head.split(b"\n"):
        name, _, value = line.partition(b" ")
        headers.setdefault(name, []).append(value)
    tree = headers.get(b"tree", [b""])[0]
    if not _SHA.fullmatch(tree):
        raise NotFoundError(f"commit {sha[:12]} is malformed: it names no tree")
    author, committer = headers.get(b"author", [b""])[0], headers.get(b"committer", [b""])[0]
    when = _WHEN.search(committer)
    text = decode(message)
    return Commit(
        sha=sha,
        tree=tree.decode("ascii"),
        parents=tuple(parent.decode("ascii") for parent in headers.get(b"parent", []) if _SHA.fullmatch(parent)),
        author=one_line(decode(author.partition(b">")[0] + b">" if b">" in author else author)),
        subject=one_line(text.lstrip().partition("\n")[0]),
        message=plain(_bounded(text)),
        committed_at=_moment(int(when[1]) if when else 0),
    )


def _bounded(message: str) -> str:
    """A message, or its beginning and its end: what was in the middle must not come to be in the last paragraph."""
    if len(message) <= MESSAGE_LIMIT:
        return message
    return message[: MESSAGE_LIMIT - END_KEPT - len(_LEFT_OUT)] + _LEFT_OUT + message[-END_KEPT:].partition("\n")[2]


def _moment(seconds: float) -> str:
    """A commit's time; git takes dates that no calendar has, they become the nearest one it has."""
    try:
        return iso(datetime.fromtimestamp(max(0, min(seconds, 253402300799)), UTC))
    except (OverflowError, OSError, ValueError):
        return iso(datetime.fromtimestamp(0, UTC))
