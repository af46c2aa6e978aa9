"""Pages over a repository whose texts are as hostile as they can be, looked at by those who may and may not."""

import re
from collections.abc import Callable

from sqlite_utils import Database

from fullautoci.model import Commit, Finding, Outcome, Priority, Result, TestCase, ToolPlan
from fullautoci.store import jobs, runs
from tests.unit.store.parts import sha, watch

# Markup, terminal colours and titles, turned writing, a line's end, what ends an attribute, and what a template is.
HOSTILE = "<img src=x onerror=alert(1)>\"'&\x1b[31m\x1b]0;t\x07\u202e\nX-Y: z {{ 7 * 7 }} </script>é🦊"
BRANCH, TOOL = "b/<b>\"'&%", "pylint"
COMMITS = 4


def fill(db: Database) -> None:
    """A repository with commits in a line on a branch, whose tests differ and whose score is measured."""
    number = watch(db, "/<i>.git", HOSTILE)
    db.execute("UPDATE repositories SET problem = ? WHERE id = ?", [HOSTILE, number])
    for one in range(COMMITS):
        add(db, number, one)
    db.execute("INSERT INTO refs VALUES (1, ?, ?)", [f"refs/heads/{BRANCH}", sha(COMMITS - 1)])
    db.execute("DELETE FROM refs WHERE name = 'refs/heads/main'")


def add(db: Database, repository: int, number: int) -> None:
    """One commit with the result of a tool."""
    parents = (sha(number - 1),) if number else ()
    commit = Commit(sha(number), f"{number:040x}", parents, f"{HOSTILE} <a@b.c>", f"{number} {HOSTILE}", HOSTILE,
                    "2026-01-01T00:00:00.000Z")  # fmt: skip
    run, _ = runs.wish(db, repository, runs.Wish(commit, BRANCH, "post-commit", Priority.NOW))
    jobs.plan(db, runs.Unplanned(run, repository, commit.sha, 0, ()), {}, "d", [(ToolPlan(TOOL), "")])
    due = jobs.start_next(db)
    assert due is not None
    tests = (
        TestCase(f"test_wombat {HOSTILE}", "failed" if number == 2 else "passed", 0.25 * (number + 1), HOSTILE),
        TestCase("test_plain", "passed", 0.01, ""),
    )
    finding = Finding(f"{HOSTILE}.py", 1, 1, HOSTILE, "error", f"wombat {HOSTILE}")
    jobs.record(db, due.id, due.attempt, Result(
        Outcome.FAILED if number == 2 else Outcome.PASSED, HOSTILE,
        metrics={"score": 9.0 + number / 10, "percent <b>/x.y": 1.0}, findings=(finding,), tests=tests, identity="same",
    ), 600.0)  # fmt: skip


_TAG = re.compile(r"<(/?[a-zA-Z][\w-]*)((?:[^\"'>]|\"[^\"]*\"|'[^']*')*)>")


def assert_harmless(text: str) -> None:
    """That nothing of what is hostile became markup, a control, or a direction."""
    for bad in ("\x1b", "\x07", "\u202e", "<img", "<b>", "<i>", "7 * 7 = 49", ">49 "):
        assert bad not in text, bad
    for name, attributes in _TAG.findall(text):
        assert name.lower().lstrip("/") not in ("img", "iframe", "object", "embed", "base"), name
        assert not re.search(r"\s(?:on\w+|style)\s*=", re.sub(r"\"[^\"]*\"|'[^']*'", '""', attributes)), attributes


Fill = Callable[[Database], None]
