"""How SQLite goes about every query of the listings: by an index, and without sorting what may be much."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from sqlite3 import Connection

import pytest

from fullautoci.store import job_views, run_views, views
from fullautoci.store.database import reading
from fullautoci.store.listings import commits, events, findings, jobs, journal, metrics, named, runs, search, tests
from tests.unit.store.listings.conftest import MINE, THEIRS

# Of these there is one row or a few for each repository; a listing may go through them.
# Indexes that hold only what is open.
PARTIAL = ("runs_open", "jobs_open")
SMALL = ("repositories", "series", "acts", "flaky", "pauses", "settings")
# What is sorted after it was narrowed to one run, one job's rows, or one repository's ratchets.
FEW = (
    "FROM jobs j LEFT JOIN jobs o",  # the jobs of the runs of one part
    "FROM series s",  # what is held, by name
    "FROM acts a",
    "FROM standings t JOIN series s",  # the verdicts on the jobs of one part
    "FROM metrics",  # the metrics of the jobs of one part, as they were written
    "FROM lineage l",  # a commit's parents
    "FROM jobs j JOIN repositories p ON p.id = j.repository_id WHERE j.state",  # what is running
    "(SELECT at, 'a'",  # the journal
    "FROM repositories WHERE removed_at IS NULL AND (",
)
_SCAN = re.compile(r"SCAN (\w+)(?: (?!VIRTUAL).*)?$")
_FIRST = re.compile(r"SELECT [\w, ]+ FROM \w+ WHERE (\w+) (?:=|IS) ")
_ANY = re.compile(r"SEARCH (?:runs|jobs|events|test_histories)\b")
Listing = Callable[[Connection], object]
EVERY: list[Listing] = []
for seen in (None, {MINE}, {MINE, THEIRS}):
    for sort in ("newest", "oldest"):
        EVERY += [
            lambda c, v=seen, s=sort, w=wanted: runs.page(c, w, v, sort=s)
            for wanted in (
                runs.Wanted(), runs.Wanted(MINE), runs.Wanted(branch="main"), runs.Wanted(author="ada"),
                runs.Wanted(commit="0000"), runs.Wanted(tool="pylint"), runs.Wanted(outcome="failed"),
                runs.Wanted(state="queued"), runs.Wanted(since="2026", until="2027"), runs.Wanted(text="wombat"),
                runs.Wanted(MINE, branch="main", tool="pylint", outcome="failed", text="wombat"),
                runs.Wanted(newest_of_commit=True),
            )
        ]  # fmt: skip
        EVERY += [
            lambda c, v=seen, s=sort, w=wanted: jobs.page(c, w, v, sort=s)
            for wanted in (
                jobs.Wanted(), jobs.Wanted(MINE), jobs.Wanted(run=3), jobs.Wanted(branch="main"),
                jobs.Wanted(commit="0000"), jobs.Wanted(tool="pylint"), jobs.Wanted(outcome="failed"),
                jobs.Wanted(state="queued"), jobs.Wanted(since="2026", until="2027"),
            )
        ]  # fmt: skip
        EVERY += [
            lambda c, v=seen, s=sort: commits.page(c, runs.Wanted(MINE), v, sort=s),
            lambda c, v=seen, s=sort: events.page(c, events.Wanted(), v, sort=s),
            lambda c, v=seen, s=sort: metrics.page(c, MINE, metrics.Wanted(tool="pylint"), v, sort=s),
            lambda c, v=seen, s=sort: metrics.page(c, MINE, metrics.Wanted(since="2026"), v, sort=s),
        ]
    EVERY += [
        lambda c, v=seen: search.page(c, "wombat change", v),
        lambda c, v=seen: named.page(c, "test", v),
        lambda c, v=seen: search.page(c, "0000", v, repository=MINE),
        lambda c, v=seen: findings.of_repository(c, MINE, findings.Wanted(path="src", rule="bad-name"), v),
        lambda c, v=seen: findings.of_repository(c, MINE, findings.Wanted(), v, branch="main", tool="pylint"),
        lambda c, v=seen: tests.of_repository(c, THEIRS, tests.Wanted(), v),
        lambda c, v=seen: tests.of_repository(c, THEIRS, tests.Wanted(), v, sort="failures"),
        lambda c, v=seen: journal.page(c, MINE, v),
        lambda c, v=seen: views.repositories(c, v),
        lambda c, v=seen: views.activity(c, v),
    ]
EVERY += [
    lambda c: run_views.results(c, 3),
    lambda c: findings.of_job(c, job_views.job(c, 1), findings.Wanted(text="x")),
    lambda c: tests.of_job(c, job_views.job(c, 1), tests.Wanted(name="x")),
]


def queries(filled: Path) -> Iterator[tuple[str, list[str]]]:
    """Every query of every listing, with what SQLite does about it."""
    said: set[str] = set()
    with reading(filled) as connection:
        connection.set_trace_callback(said.add)
        for listing in EVERY:
            listing(connection)
        connection.set_trace_callback(None)
        for query in sorted(said):
            if query.startswith("SELECT"):
                yield query, [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}")]


def test_no_query_goes_through_a_large_table_or_sorts_one(filled: Path) -> None:
    wrong = []
    count = 0
    for query, plan in queries(filled):
        count += 1
        aliases = {alias: table for table, alias in re.findall(r"(?:FROM|JOIN) (\w+) (\w+)\b", query)}
        for step in plan:
            found = _SCAN.match(step)
            table = aliases.get(found[1], found[1]) if found else ""
            if found and table not in (*SMALL, "json_each", "CONSTANT") and not step.endswith(PARTIAL):
                wrong.append(f"{step}\n    {query}")
            first = _FIRST.match(query)
            if first and _ANY.match(step) and f"{first[1]}=" not in step:
                # All rows from there on, whosever they are.
                wrong.append(f"SCAN: {step}\n    {query}")
            if "TEMP B-TREE" in step and not any(few in query for few in FEW):
                wrong.append(f"{step}\n    {query}")
    assert not wrong, "\n".join(wrong)
    assert count > 100, "the queries were seen"


@pytest.mark.parametrize(
    "index",
    "runs_in_order jobs_in_order runs_by_time jobs_by_time events_in_order findings_in_order"
    " test_histories_failing".split(),
)
def test_the_check_itself_notices_a_missing_index(tmp_path: Path, filled: Path, index: str) -> None:
    copy = changed(filled, tmp_path / "copy.db", f"DROP INDEX {index}")
    with pytest.raises(AssertionError, match=r"SCAN|TEMP B-TREE"):
        test_no_query_goes_through_a_large_table_or_sorts_one(copy)


def test_it_is_so_too_where_every_repository_is_watched(tmp_path: Path, filled: Path) -> None:
    copy = changed(filled, tmp_path / "copy.db", "UPDATE repositories SET removed_at = NULL")
    test_no_query_goes_through_a_large_table_or_sorts_one(copy)
    for index in ("runs_of_outcome", "jobs_of_outcome", "events_by_time"):
        other = changed(copy, tmp_path / f"{index}.db", f"DROP INDEX {index}")
        with pytest.raises(AssertionError, match=r"SCAN|TEMP B-TREE"):
            test_no_query_goes_through_a_large_table_or_sorts_one(other)


def changed(source: Path, copy: Path, statement: str) -> Path:
    """A copy of a database in which one thing is other."""
    with reading(source) as connection:
        connection.execute("COMMIT")
        connection.execute("VACUUM INTO ?", [str(copy)])
    with sqlite3.connect(copy) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute(statement)
    other.close()
    return copy
