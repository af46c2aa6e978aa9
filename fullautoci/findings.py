"""Findings over time: which of a commit's are new, which of its parent's are fixed, and which are there still."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fullautoci.model import Finding

NEW, FIXED, UNRESOLVED = "new", "fixed", "unresolved"

# What says where, or how much; a finding is the same when only that differs: "line 12", "lines 3-9", "[12:30]",
# "a.py:12:30", "(130/100)", "(130 > 88)".
_PLACE = re.compile(
    r"\b(?:lines?|columns?|cols?|position)\s{0,2}[.:#=]?\s{0,2}\d+"
    r"(?:\s{0,2}(?:-|–|,|to|and|through)\s{0,2}(?:and\s{0,2})?\d+)*"
    r"|[\[(]\d+:\d+[\])]"
    r"|\.[a-z]\w{0,9}:\d+(?::\d+)?"
    r"|\(\d+ ?[/>] ?\d+(?: characters)?\)",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
# The anchor of a line without text tells no line from another.
_BLANK = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True)
class Comparison:
    """Two lists of findings, compared; all by position.

    Attributes:
        known: for each finding of the newer list that is in the older one, its position there.
        new: those of the newer list that are not in the older one.
        fixed: those of the older list that are not in the newer one.
    """

    known: Mapping[int, int]
    new: tuple[int, ...]
    fixed: tuple[int, ...]

    def status(self, position: int) -> str:
        """What a finding of the newer list is: `new` or `unresolved`."""
        return UNRESOLVED if position in self.known else NEW


class _Mark(NamedTuple):
    """By what a finding is known again, and its position in its list."""

    position: int
    path: str
    rule: str
    message: str
    anchor: str


_Key = Callable[[_Mark], Hashable]


def compare(before: Sequence[Finding], after: Sequence[Finding]) -> Comparison:
    """Tell which findings are the same, whatever line they are on; each counts once.

    They are looked for by less and less: in the same file on a line of the same text; in the same file; on such a line
    of any file (code that was moved); in the same file with another wording; and where a file was renamed, in the file
    that it was.
    """
    rounds = _Rounds(_marks(before), _marks(after))
    rounds.pair(lambda one: (one.path, one.rule, one.message, one.anchor))
    rounds.pair(lambda one: (one.path, one.rule, one.message))
    moved = rounds.pair(lambda one: (one.rule, one.message, one.anchor) if one.anchor else None)
    rounds.pair(lambda one: (one.path, one.rule, one.anchor) if one.anchor else None)
    formerly = _renamed(moved, before, after)
    if formerly:
        rounds.pair(
            lambda one: (one.path, one.rule, one.message),
            lambda one: (formerly.get(one.path), one.rule, one.message),
        )
        rounds.pair(
            lambda one: (one.path, one.rule, one.anchor),
            lambda one: (formerly.get(one.path), one.rule, one.anchor or None),
        )
    return Comparison(rounds.known, _positions(rounds.after), _positions(rounds.before))


def normal(message: str) -> str:
    """A message without the numbers that say where, or how much."""
    return _PLACE.sub(lambda found: _DIGITS.sub("#", found[0]), message) if _DIGITS.search(message) else message


def _marks(findings: Sequence[Finding]) -> list[_Mark]:
    """What is compared, in the order of lines, so that of several equal ones the first are the same."""
    messages: dict[str, str] = {}
    marks = []
    # The order in which a tool tells of them says nothing.
    in_order = sorted(range(len(findings)), key=lambda position: _order(findings[position]))
    for position in in_order:
        one = findings[position]
        if one.message not in messages:
            messages[one.message] = normal(one.message)
        anchor = "" if one.anchor and _BLANK.startswith(one.anchor) else one.anchor
        marks.append(_Mark(position, one.path, one.rule, messages[one.message], anchor))
    return marks


def _order(one: Finding) -> tuple[int, int, str, str, str, str]:
    return one.line, one.column, one.path, one.rule, one.message, one.anchor


class _Rounds:
    """What is not paired yet of two lists."""

    def __init__(self, before: list[_Mark], after: list[_Mark]) -> None:
        self.before = before
        self.after = after
        self.known: dict[int, int] = {}

    def pair(self, key: _Key, key_after: _Key | None = None) -> list[tuple[_Mark, _Mark]]:
        """Pair what has the same key, as multisets; no key, no pair.

        Args:
            key_after: the key of the newer list's, where it is another.

        Returns:
            The pairs of this round: older, newer.
        """
        if not self.before or not self.after:
            return []
        waiting: dict[Hashable, list[_Mark]] = {}
        for one in reversed(self.before):
            if (found := key(one)) is not None:
                waiting.setdefault(found, []).append(one)
        pairs, left = [], []
        for one in self.after:
            candidates = waiting.get((key_after or key)(one))
            if candidates:
                pairs.append((candidates.pop(), one))
            else:
                left.append(one)
        taken = {old.position for old, _ in pairs}
        self.before = [one for one in self.before if one.position not in taken]
        self.after = left
        self.known.update((new.position, old.position) for old, new in pairs)
        return pairs


def _renamed(
    pairs: Iterable[tuple[_Mark, _Mark]], before: Sequence[Finding], after: Sequence[Finding]
) -> dict[str, str]:
    """New names of files whose code was found under a name that is no more; each with the old name."""
    votes = Counter((new.path, old.path) for old, new in pairs)
    if not votes:
        return {}
    known, kept = {one.path for one in before}, {one.path for one in after}
    formerly: dict[str, str] = {}
    for (new, old), _ in sorted(votes.items(), key=lambda vote: (-vote[1], vote[0])):
        if new not in known and old not in kept:
            formerly.setdefault(new, old)
    return formerly


def _positions(marks: Iterable[_Mark]) -> tuple[int, ...]:
    return tuple(sorted(mark.position for mark in marks))
