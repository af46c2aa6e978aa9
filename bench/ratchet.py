"""What a verdict costs, and how that grows with the results that are there already.

A database is filled with a straight line of commits, each measured by two tools with four metrics that are held. Then
one more commit is recorded again and again (and rolled back), and its verdicts are timed apart from all else.
"""

import json
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from sqlite_utils import Database

from bench.harness import CALIBRATION, Figure, Report, interleave, spread
from fullautoci.config.ratchets import DEFAULTS
from fullautoci.ratchet.standing import Epoch, Judgement, Standing, Verdict
from fullautoci.store import judging, standings
from fullautoci.store.database import open_for_writing
from fullautoci.store.standings import Series

ROUNDS = 200
SIZES = (1_000, 10_000, 100_000)
GOAL_MS = 10.0
EPOCH = Epoch("configuration", "1.0", "venv")
METRICS = {
    "pylint": {"score": 9.0, "suppressions": 3.0, "errors": 0.0, "warnings": 9.0, "refactors": 4.0, "conventions": 7.0},
    "coverage": {"percent_lines": 90.0, "suppressions": 2.0, "missing_lines": 120.0, "tests_passed": 300.0},
}


def measure(rounds: int) -> Report:
    """Time the verdicts on one commit beside 1,000, 10,000 and 100,000 earlier results."""
    with tempfile.TemporaryDirectory(prefix="fac-bench-") as folder:
        filled = {size: _filled(Path(folder) / f"{size}.db", size) for size in SIZES}
        series = interleave([lambda size=size: _sample(filled[size], size) for size in SIZES], rounds)  # type: ignore[misc]
        for database in filled.values():
            database.close()
    medians = {size: spread(series[_name(size)]).median for size in SIZES}
    return Report(
        "ratchet", rounds, "ms", series,
        [
            Figure(f"verdicts of a commit, {SIZES[-1]:,} results", medians[SIZES[-1]], "ms", GOAL_MS),
            Figure(f"growth from {SIZES[0]:,} to {SIZES[-1]:,}", medians[SIZES[-1]] / medians[SIZES[0]], "x"),
            Figure("in calibration loops", medians[SIZES[-1]] / spread(series[CALIBRATION]).median, "x"),
        ],
        ["a result is one job: a commit has two, and four metrics that are held"],
    )  # fmt: skip


def _name(size: int) -> str:
    return f"verdicts, {size:,} results before"


def _sample(database: Database, size: int) -> Mapping[str, float]:
    with _rolled_back(database):
        _commit(database, size, handed=False)
        began = time.perf_counter()
        judging.settle(database, 1, _sha(size))
        took = time.perf_counter() - began
        verdicts = database.execute("SELECT count(*) FROM standings WHERE sha = ?", [_sha(size)]).fetchone()[0]
    assert verdicts == 4, "something else than verdicts was timed"
    return {_name(size): 1000 * took}


@contextmanager
def _rolled_back(database: Database) -> Iterator[None]:
    database.conn.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        database.conn.execute("ROLLBACK")


def _filled(path: Path, size: int) -> Database:
    database = open_for_writing(path)
    database.conn.execute("BEGIN IMMEDIATE")
    database.execute("INSERT INTO repositories (id, name, path, kind, created_at) VALUES (1, 'r', '/r', 'bare', 'now')")
    for number in range(size - size // 2, size):
        _commit(database, number, handed=True)
    database.conn.execute("COMMIT")
    database.execute("ANALYZE")
    return database


def _sha(number: int) -> str:
    return f"{number:040x}"


def _commit(database: Database, number: int, *, handed: bool) -> None:
    """A commit with its run and results, and with what it hands on."""
    sha, parent = _sha(number), _sha(number - 1)
    policy = [
        {"tool": tool, "project": ".", "variant": "", "rules": [asdict(rule) for rule in rules]}
        for tool, rules in DEFAULTS.items()
    ]
    database.execute(
        "INSERT INTO commits VALUES (1, ?, ?, ?, 'a', 's', 'm', '2026-01-01T00:00:00Z')",
        [sha, sha, json.dumps([parent])],
    )
    database.execute("INSERT INTO lineage VALUES (1, ?, 0, ?, 0)", [sha, parent])
    run = database.execute(
        "INSERT INTO runs (repository_id, sha, branch, source, priority, state, outcome, queued_at, policy)"
        " VALUES (1, ?, 'main', 'post-commit', 0, 'done', 'passed', '2026-01-01T00:00:00Z', ?)",
        [sha, json.dumps(policy)],
    ).lastrowid
    environment = json.dumps({"kind": EPOCH.environment})
    for tool, metrics in METRICS.items():
        job = database.execute(
            "INSERT INTO jobs (run_id, repository_id, sha, config_digest, generation, tool, plan, state, outcome,"
            " own_outcome, tool_version, environment, configuration, identity, queued_at)"
            " VALUES (?, 1, ?, 'd', 0, ?, '{}', 'done', 'passed', 'passed', ?, ?, ?, ?, 'now')",
            [
                run,
                sha,
                tool,
                EPOCH.version,
                environment,
                EPOCH.configuration,
                f"{tool}{sha}",
            ],
        ).lastrowid
        rows = [[job, name, value] for name, value in metrics.items()]
        database.conn.executemany("INSERT INTO metrics (job_id, name, value) VALUES (?, ?, ?)", rows)
        for rule in DEFAULTS[tool] if handed else ():
            value = {"": metrics[rule.metric]}
            standing = Standing(rule, EPOCH, sha, value, value, value, None, sha)
            found = Judgement(standing, Verdict.HELD, value[""], value[""])
            standings.save(database, 1, sha, Series(tool, ".", "", rule.metric), replace(found), job)
    if handed:
        database.execute("INSERT INTO settled VALUES (1, ?)", [sha])
