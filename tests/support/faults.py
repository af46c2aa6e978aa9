"""How much is tried, and from which seed, so that what failed can be tried again.

`FULLAUTOCI_FAULTS=all` asks for the full sizes, which `make faults` does; `FULLAUTOCI_SEED` repeats a run.
"""

import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.home import Home

FULL = os.environ.get("FULLAUTOCI_FAULTS") == "all"


def sized(small: int, full: int) -> int:
    """How many: in `make test`, or in `make faults`."""
    return full if FULL else small


@contextmanager
def seeded(capsys: pytest.CaptureFixture[str], what: str) -> Iterator[random.Random]:
    """Chance that can be repeated; says seed and time at the end."""
    seed = int(os.environ.get("FULLAUTOCI_SEED") or random.SystemRandom().randrange(10**9))
    began = time.monotonic()
    try:
        yield random.Random(seed)
    finally:
        with capsys.disabled():
            print(f"\n{what}: FULLAUTOCI_SEED={seed}, {time.monotonic() - began:.0f} s")


def rows(home: Home, sql: str, *values: object) -> list[tuple[object, ...]]:
    """What a query finds in a home's database."""
    return home.rows(sql, *values)


def check_sound(home: Home) -> None:
    """The database is whole, however its daemon ended."""
    assert rows(home, "PRAGMA integrity_check") == [("ok",)]
    assert rows(home, "PRAGMA foreign_key_check") == []


def check_once(home: Home, shas: list[str]) -> int:
    """Each commit has one run that is over, with one result a job; what is quarantined was lost three times.

    Returns:
        How many were quarantined.
    """
    quarantined = 0
    for sha in shas:
        found = rows(home, "SELECT id, state, outcome, reason FROM runs WHERE sha = ?", sha)
        wanted = [run for run in found if run[2] != "superseded"]
        assert len(wanted) == 1, f"{sha}: {found}"
        run, state, outcome, reason = wanted[0]
        assert (state, outcome in ("passed", "quarantined")) == ("done", True), f"{sha}: {wanted[0]}"
        for job, job_outcome, losses in rows(home, "SELECT id, outcome, losses FROM jobs WHERE run_id = ?", run):
            tests = rows(home, "SELECT count(*) FROM tests WHERE job_id = ?", job)[0][0]
            endings = [e for (e,) in rows(home, "SELECT ending FROM attempts WHERE job_id = ? ORDER BY attempt", job)]
            assert (tests, endings.count("passed")) == ((1, 1) if job_outcome == "passed" else (0, 0)), endings
            assert job_outcome == "passed" or losses == 3, f"{sha}: {reason}: {endings}"
        quarantined += outcome == "quarantined"
    return quarantined
