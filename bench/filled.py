"""Databases as they are after many commits: made row by row in SQL, for what grows with what is stored."""

import json
from collections.abc import Sequence
from pathlib import Path

from sqlite_utils import Database

from fullautoci.ratchet.rule import HIGHER, Rule
from fullautoci.ratchet.standing import Epoch, Judgement, Standing, Verdict
from fullautoci.store import standings
from fullautoci.store.database import open_for_writing
from fullautoci.store.migrations import views, words
from fullautoci.store.standings import Series

# A result is one job; a run has so many.
TOOLS = ("pylint", "coverage", "mypy")
COMMITS_A_REPOSITORY = 1_000
_SERIES = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :last)"
_DERIVED = (
    "TRIGGER tests_counted", "TRIGGER findings_counted", "TRIGGER runs_worded", "TRIGGER runs_unworded",
    "TABLE finding_words", "TABLE finding_texts", "TABLE run_words", "TABLE test_histories", "TABLE tallies",
    "TABLE test_words", "TABLE test_names", "INDEX tests_by_name",
)  # fmt: skip
# Of commit number i: its repository, its id, and its parent's; ids are spread as digests are.
_REPOSITORY = "1 + i / :per"
_SHA = "printf('%08x%032x', ({0} * 2654435761) % 4294967296, {0})"
_FILL = (
    f"{_SERIES} INSERT INTO commits SELECT {_REPOSITORY}, {_SHA.format('i')}, {_SHA.format('i')},"
    f" CASE WHEN i % :per THEN '[\"' || {_SHA.format('(i - 1)')} || '\"]' ELSE '[]' END,"
    " 'Author ' || (i % 40) || ' <author' || (i % 40) || '@example.org>', 'Change number ' || i || ' of module m' ||"
    " (i % 500), 'Change number ' || i || ' of module m' || (i % 500) || char(10) || char(10) || 'It makes part p' ||"
    " (i % 7000) || ' simpler, so that what comes of it is told in one place, and word w' || (i * 7919 % 50000) ||"
    " ' is used for it.', strftime('%Y-%m-%dT%H:%M:%S.000Z', 1700000000 + i * 60, 'unixepoch') FROM n",
    f"{_SERIES} INSERT INTO lineage SELECT {_REPOSITORY}, {_SHA.format('i')}, 0, {_SHA.format('(i - 1)')}, 0 FROM n"
    f" WHERE i % :per",
    f"{_SERIES} INSERT INTO runs (id, repository_id, sha, config_digest, config, branch, source, priority, state,"
    f" outcome, queued_at, started_at, finished_at) SELECT i + 1, {_REPOSITORY}, {_SHA.format('i')}, 'd', '{{}}',"
    " CASE WHEN i % 10 THEN 'main' ELSE 'topic/' || (i / 10 % 20) END, 'post-commit', 0, 'done',"
    " CASE WHEN i % 8 THEN 'passed' ELSE 'failed' END, t, t, t FROM"
    " (SELECT i, strftime('%Y-%m-%dT%H:%M:%S.000Z', 1700000000 + i * 60, 'unixepoch') AS t FROM n)",
    "INSERT INTO jobs (id, run_id, repository_id, sha, config_digest, generation, tool, plan, state, outcome,"
    " own_outcome, attempt, log, tool_version, environment, identity, configuration, timings, duration_s, queued_at,"
    " started_at, finished_at) SELECT (r.id - 1) * :size + t.key + 1, r.id, r.repository_id, r.sha, 'd', 0,"
    " t.value, '{\"tool\": \"x\", \"timeout\": 600.0}', 'done', CASE WHEN t.key THEN 'passed' ELSE r.outcome END,"
    " CASE WHEN t.key THEN 'passed' ELSE r.outcome END, 1, r.id || '/1-1.log', '3.1', '{\"kind\": \"venv\","
    " \"fingerprint\": \"f\", \"interpreter\": \"python3.13\", \"detail\": {}}', r.sha || t.key, 'c',"
    " '{\"checkout_s\": 0.01, \"tool_s\": 2.5}', 2.75, r.queued_at, r.queued_at, r.queued_at"
    " FROM runs r, json_each(:tools) t ORDER BY r.id, t.key",
    "INSERT INTO metrics SELECT j.id, j.tool || m.value, (j.id * 31 + m.key) % 1000 / 10.0 FROM jobs j,"
    " json_each('[\"_a\", \"_b\", \"_c\"]') m ORDER BY j.id, m.key",
    "INSERT INTO findings (job_id, path, line, column, rule, severity, message, anchor) SELECT j.id, 'src/m' ||"
    " ((j.id + f.value) % 300) || '.py', 1 + (j.id * 7 + f.value) % 400, 1, 'rule-' || (f.value % 12), 'warning',"
    " 'Name n' || ((j.id + f.value) % 3000) || ' is used before it is there', 'a' || f.value FROM jobs j,"
    " json_each('[0, 1, 2, 3, 4]') f WHERE j.tool = 'pylint' ORDER BY j.id, f.value",
    "INSERT INTO tests (job_id, name, outcome, duration_s, message) SELECT j.id, 'tests/test_m' || (t.value % 3) ||"
    " '.py::test_' || t.value, CASE WHEN (j.id + t.value) % 97 THEN 'passed' ELSE 'failed' END, 0.01, '' FROM jobs j,"
    " json_each('[0, 1, 2, 3, 4, 5]') t WHERE j.tool = 'coverage' ORDER BY j.id, t.value",
    "INSERT INTO refs SELECT repository_id, 'refs/heads/' || branch, max(sha) FROM runs GROUP BY repository_id, branch",
    "INSERT INTO deltas SELECT j.id, j.id - :size, 1, 1 FROM jobs j WHERE j.id > :size",
    "INSERT INTO events SELECT printf('e%09d', r.id), r.repository_id, 'post-commit', '/r', '[]', r.queued_at,"
    " 'queued', '', '[' || r.id || ']' FROM runs r",
    "INSERT INTO series SELECT p.id, p.id, 'pylint', '.', '', 'pylint_a', '' FROM repositories p",
    "INSERT INTO standings (series_id, sha, standing, job_id, verdict, value, floor, target) SELECT j.repository_id,"
    " j.sha, :standing, j.id, 'held', 9.0, 9.0, 9.5 FROM jobs j WHERE j.tool = 'pylint' AND j.id > 1",
)  # fmt: skip


def fill(
    path: Path, results: int, *, tools: Sequence[str] = TOOLS, commits_a_repository: int = COMMITS_A_REPOSITORY
) -> None:
    """Make a database with so many results, of commits in a line in many repositories.

    Args:
        tools: what each commit has a result of; those that have findings, tests and metrics are among `TOOLS`.
    """
    database = open_for_writing(path)
    try:
        database.execute("PRAGMA synchronous = OFF")
        database.execute("PRAGMA cache_size = -200000")
        _rows(database, results // len(tools), tools, commits_a_repository)
    finally:
        database.close()


def _rows(database: Database, commits: int, tools: Sequence[str], commits_a_repository: int) -> None:
    """What is counted and worded is made at the end, as a migration makes it."""
    for derived in _DERIVED:
        database.execute(f"DROP {derived}")
    repositories = -(-commits // commits_a_repository)
    database.conn.execute("BEGIN IMMEDIATE")
    database.execute(
        f"{_SERIES} INSERT INTO repositories (id, name, path, kind, created_at)"
        " SELECT i + 1, 'repository' || (i + 1), '/nowhere/' || (i + 1), 'bare', '2026-01-01T00:00:00.000Z' FROM n",
        {"last": repositories - 1},
    )
    given: dict[str, object] = {
        "last": commits - 1, "tools": json.dumps(tools), "per": commits_a_repository, "size": len(tools),
    }  # fmt: skip
    for statement in _FILL:
        if ":standing" in statement:
            given["standing"] = _standing(database)
        database.execute(statement, {name: value for name, value in given.items() if f":{name}" in statement})
    views.m018_tallies(database)
    views.m019_words(database)
    words.m020_test_names(database)
    database.conn.execute("COMMIT")


def _standing(database: Database) -> str:
    """The first commit's standing, saved as the recorder does; that of all others is the same."""
    (sha,) = database.execute("SELECT sha FROM jobs WHERE id = 1").fetchone()
    rule, epoch, value = Rule("pylint_a", HIGHER, target=9.5), Epoch("c", "3.1", "venv"), {"": 9.0}
    found = Judgement(Standing(rule, epoch, sha, value, value, value, None, sha), Verdict.HELD, 9.0, 9.0)
    standings.save(database, 1, sha, Series("pylint", ".", "", "pylint_a"), found, 1)
    return str(database.execute("SELECT standing FROM standings").fetchone()[0])
