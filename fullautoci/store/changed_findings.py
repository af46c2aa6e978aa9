"""Which of a job's findings are new beside its parent's, and which are fixed: without looking at what has not changed.

Most files of a commit have the findings that they had. Those are told by SQL, a row a file, and left out; what is left
is compared as ever. The findings of a file that is left out are paired with one another before those of other files
are looked at, all of them, and it was neither renamed from nor to: the outcome is that of comparing everything.
"""

import json
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from fullautoci import findings
from fullautoci.model import Finding
from fullautoci.store import deltas

_COLUMNS = "id, path, line, column, rule, severity, message, anchor"
# In the order of places, which is the index's, and each quoted: so two files' texts are equal where their findings are.
_TOLD = "SELECT path, group_concat(quote(rule) || quote(message)) FROM findings WHERE job_id = ? GROUP BY path"


@dataclass(frozen=True)
class Changes:
    """What became of findings, by their ids.

    Attributes:
        against: the job that measured what they are compared with.
        new: those of the job that its parent's lacks.
        fixed: those of the parent's that the job lacks.
    """

    against: int
    new: frozenset[int]
    fixed: frozenset[int]

    def status(self, identifier: int) -> str:
        """What one of the job's is: `new` or `unresolved`."""
        return findings.NEW if identifier in self.new else findings.UNRESOLVED


def changes(connection: sqlite3.Connection, job_id: int) -> Changes | None:
    """What became of a job's findings; None: there is nothing to compare them with."""
    against = deltas.compared_with(connection, job_id)
    if against is None:
        return None
    own, earlier = deltas.origin(connection, job_id), deltas.origin(connection, against)
    known = deltas.counts(connection, [job_id]).get(job_id)
    if own == earlier or known == (0, 0):
        return Changes(earlier, frozenset(), frozenset())
    before, after = _told(connection, earlier), _told(connection, own)
    differing = [path for path in {**before, **after} if before.get(path) != after.get(path)]
    was, now = _findings(connection, earlier, differing), _findings(connection, own, differing)
    compared = findings.compare([one for _, one in was], [one for _, one in now])
    new, fixed = frozenset(now[one][0] for one in compared.new), frozenset(was[one][0] for one in compared.fixed)
    return Changes(earlier, new, fixed)


def _told(connection: sqlite3.Connection, origin: int) -> Mapping[str, str]:
    return {row[0]: row[1] for row in connection.execute(_TOLD, [origin])}


def _findings(connection: sqlite3.Connection, origin: int, paths: Collection[str]) -> list[tuple[int, Finding]]:
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM findings WHERE job_id = ? AND path IN (SELECT value FROM json_each(?))"
        " ORDER BY path, line, column, id",
        [origin, json.dumps([*paths])],
    )
    return [(row[0], Finding(*row[1:])) for row in map(tuple, rows)]
