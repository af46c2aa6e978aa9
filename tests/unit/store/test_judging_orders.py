"""Verdicts on random histories, in whichever order their commits become known and their results come."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from fullautoci.model import Outcome, ToolPlan
from fullautoci.store import jobs, judging
from fullautoci.store.database import open_for_writing
from fullautoci.store.jobs import Due
from tests.unit.store.ratcheting import History, sha

NAMES = "abcdef"


@dataclass(frozen=True)
class Tree:
    """A commit.

    Attributes:
        scores: by configuration and version; one that is missing cannot be measured.
    """

    name: str
    parents: tuple[str, ...]
    configuration: str
    version: str
    scores: Mapping[tuple[str, str], float]


@st.composite
def histories(draw: st.DrawFn) -> list[Tree]:
    """Some commits, each after its parents."""
    found: list[Tree] = []
    epochs = [(c, v) for c in ("c1", "c2") for v in ("v1", "v2")]
    scores = st.sampled_from([8.0, 8.5, 9.0, 9.02, 9.5])
    for number in range(draw(st.integers(2, 6))):
        parents = draw(st.lists(st.sampled_from(NAMES[:number]), min_size=1, max_size=2, unique=True)) if number else []
        where = draw(st.sampled_from([*epochs[:1] * 3, *epochs]))
        yields = {one: draw(scores) for one in epochs if one == where or draw(st.integers(0, 5))}
        if draw(st.integers(0, 7)) == 0:
            yields.pop(where)
        found.append(Tree(NAMES[number], tuple(parents), *where, yields))
    return found


@contextmanager
def recording() -> Iterator[History]:
    """A repository of which nothing is known."""
    with tempfile.TemporaryDirectory() as folder:
        db = open_for_writing(Path(folder) / "test.db")
        db.execute("PRAGMA synchronous = OFF")  # nothing here hangs on what a power cut leaves
        try:
            yield History(db)
        finally:
            db.close()


def verdicts(history: History) -> dict[str, tuple[object, ...]]:
    """All verdicts, and all that is handed on."""
    rows = history.db.execute(
        "SELECT sha, verdict, value, floor, flags, blame, reason, failing, standing FROM standings ORDER BY sha"
    ).fetchall()
    return {bytes.fromhex(row[0]).rstrip(b"\0").decode(): tuple(row[1:]) for row in rows}


def happen(history: History, trees: Sequence[Tree], order: Sequence[int]) -> None:
    """Have commits become known and results come: as `order` says, and what is left as it comes.

    Probes yield what the tree that they are of yields there.
    """
    by_sha = {sha(one.name): one for one in trees}
    unknown = list(trees)
    held: list[Due] = []
    for choice in order:
        if unknown and choice % 3 == 0:
            one = unknown.pop(choice % len(unknown))
            history.commit(one.name, *one.parents, plan=ToolPlan("pylint", args=(one.configuration,)))
        elif choice % 3 == 1:
            held += started(history)
        elif held:
            finish(history, by_sha, held.pop(choice % len(held)))
        if choice % 5 == 0:
            judging.work(history.db, 1)
    for one in unknown:
        history.commit(one.name, *one.parents, plan=ToolPlan("pylint", args=(one.configuration,)))
    for _ in range(500):
        held += started(history)
        history.work()
        if held:
            finish(history, by_sha, held.pop())
        elif history.db.execute("SELECT 1 FROM jobs WHERE state = 'queued'").fetchone() is None:
            return
    raise AssertionError("there is no end to it")


def started(history: History) -> list[Due]:
    """The next job."""
    due = jobs.start_next(history.db)
    return [due] if due is not None else []


def finish(history: History, by_sha: Mapping[str, Tree], due: Due) -> None:
    """Have a job yield what it does: in its environment, under its configuration."""
    configured = by_sha[due.plan.configured_by or due.sha]
    around = by_sha[due.plan.environment_of or due.sha]
    score = by_sha[due.sha].scores.get((configured.configuration, around.version))
    history.record(
        due, score, configuration=configured.configuration, version=around.version,
        outcome=Outcome.ERRORED if score is None else Outcome.PASSED,
    )  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(histories(), st.lists(st.integers(0, 59), max_size=40), st.lists(st.integers(0, 59), max_size=40))
def test_verdicts_do_not_depend_on_the_order_in_which_things_come(
    trees: list[Tree], one: list[int], other: list[int]
) -> None:
    seen = []
    for order in (one, other):
        with recording() as history:
            happen(history, trees, order)
            seen.append(verdicts(history))
    assert seen[0] == seen[1]


@settings(max_examples=40, deadline=None)
@given(histories(), st.integers(0, 5), st.lists(st.integers(0, 59), max_size=30))
def test_what_is_not_among_its_ancestors_does_not_concern_a_commit(
    trees: list[Tree], which: int, order: list[int]
) -> None:
    last = trees[which % len(trees)].name
    needed = {last}
    for one in reversed(trees):
        if one.name in needed:
            needed |= set(one.parents)
    with recording() as history:
        happen(history, trees, order)
        everything = verdicts(history)
    with recording() as history:
        happen(history, [one for one in trees if one.name in needed], [])
        alone = verdicts(history)
    assert alone == {name: found for name, found in everything.items() if name in needed}
