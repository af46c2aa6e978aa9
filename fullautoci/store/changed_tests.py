"""What became of a job's tests beside its parent's: without comparing those that passed in both.

Whatever there is to say of a test that is in both is so because it did not pass in one of them; there are few of those.
"""

import json
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from fullautoci import cases
from fullautoci.store import deltas

_NAMES = "SELECT json_group_array(name) FROM tests WHERE job_id = ?"  # one text is read faster than many rows


@dataclass(frozen=True)
class Changes:
    """What became of tests.

    Attributes:
        statuses: of those that did not pass, here or there: by name, as `cases.compare` has it.
        gone: names that only the parent's job has.
        new: names that only the job has.
    """

    statuses: Mapping[str, str]
    gone: tuple[str, ...]
    new: tuple[str, ...]


def changes(connection: sqlite3.Connection, job_id: int) -> Changes | None:
    """What became of a job's tests; None: there is nothing to compare them with."""
    pair = _pair(connection, job_id)
    if pair is None:
        return None
    own, earlier = pair
    if own == earlier:
        return Changes(_compared(connection, own, own, _not_passed(connection, own)), (), ())
    names = _not_passed(connection, own) | _not_passed(connection, earlier)
    here, there = _names(connection, own), _names(connection, earlier)
    return Changes(_compared(connection, earlier, own, names), tuple(sorted(there - here)), tuple(sorted(here - there)))


def of_names(connection: sqlite3.Connection, job_id: int, names: Collection[str]) -> Mapping[str, str]:
    """What became of some of a job's tests, by name; empty where there is nothing to compare with."""
    pair = _pair(connection, job_id)
    return {} if pair is None else _compared(connection, pair[1], pair[0], names)


def _pair(connection: sqlite3.Connection, job_id: int) -> tuple[int, int] | None:
    """The jobs that measured a job's tests and those that they are compared with."""
    against = deltas.compared_with(connection, job_id)
    return None if against is None else (deltas.origin(connection, job_id), deltas.origin(connection, against))


def _compared(connection: sqlite3.Connection, earlier: int, own: int, names: Collection[str]) -> Mapping[str, str]:
    return cases.compare(_cases(connection, earlier, names), _cases(connection, own, names)) if names else {}


def _cases(connection: sqlite3.Connection, origin: int, names: Collection[str]) -> list[tuple[str, str]]:
    rows = connection.execute(
        "SELECT name, outcome FROM tests WHERE job_id = ? AND name IN (SELECT value FROM json_each(?))",
        [origin, json.dumps([*names])],
    )
    return [(row[0], row[1]) for row in rows]


def _not_passed(connection: sqlite3.Connection, origin: int) -> set[str]:
    rows = connection.execute("SELECT name FROM tests WHERE job_id = ? AND outcome <> 'passed'", [origin])
    return {row[0] for row in rows}


def _names(connection: sqlite3.Connection, origin: int) -> set[str]:
    return set(json.loads(connection.execute(_NAMES, [origin]).fetchone()[0]))
