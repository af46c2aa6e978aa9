"""What each commit hands on for each metric that is held, and the verdict on it."""

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlite_utils import Database

from fullautoci.ratchet.rule import Rule
from fullautoci.ratchet.standing import Act, Epoch, Judgement, Loan, Standing, Values

# Values of more files than these are kept once, however many commits have the same.
INLINE = 20


@dataclass(frozen=True)
class Series:
    """One metric of one tool that is held, in one repository."""

    tool: str
    project: str
    variant: str
    metric: str
    per: str = ""

    @property
    def group(self) -> tuple[str, str, str]:
        """The jobs that it is measured by: tool, project and variant."""
        return self.tool, self.project, self.variant


def handed_on(
    connection: sqlite3.Connection, repository_id: int, shas: Sequence[str]
) -> dict[Series, dict[str, Standing]]:
    """What some commits hand on, by series and commit."""
    marks = ",".join("?" * len(shas))
    rows = connection.execute(
        "SELECT s.tool, s.project, s.variant, s.metric, s.per, t.sha, t.standing FROM series s"
        f" JOIN standings t ON t.series_id = s.id AND t.sha IN ({marks}) WHERE s.repository_id = ?",
        [*shas, repository_id],
    )
    found: dict[Series, dict[str, Standing]] = {}
    for row in rows.fetchall():
        found.setdefault(Series(*row[:5]), {})[row[5]] = _read(connection, json.loads(row[6]))
    return found


def save(db: Database, repository_id: int, sha: str, series: Series, found: Judgement, job_id: int | None) -> bool:
    """Keep a verdict and what is handed on.

    Returns:
        Whether what is handed on is other than before.
    """
    number = _number(db, repository_id, series)
    standing = _written(db, found.standing)
    row = db.execute("SELECT standing FROM standings WHERE series_id = ? AND sha = ?", [number, sha]).fetchone()
    detail = {"by_tool": found.by_tool, "by_commit": found.by_commit} if found.by_commit is not None else {}
    db.execute(
        "INSERT OR REPLACE INTO standings (series_id, sha, standing, job_id, verdict, value, floor, target, flags,"
        " blame, reason, failing, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            number, sha, standing, job_id, found.verdict, found.value, found.floor, found.target,
            json.dumps(found.flags), found.blame, found.reason, int(found.failing), json.dumps(detail),
        ],
    )  # fmt: skip
    return row is None or row[0] != standing


def drop(db: Database, repository_id: int, sha: str, kept: Sequence[Series]) -> bool:
    """Forget what a commit handed on, but for these series; whether there was anything."""
    rows = db.execute(
        "SELECT s.id, s.tool, s.project, s.variant, s.metric, s.per FROM series s"
        " JOIN standings t ON t.series_id = s.id AND t.sha = ? WHERE s.repository_id = ?",
        [sha, repository_id],
    ).fetchall()
    gone = [number for number, *names in rows if Series(*names) not in kept]
    for number in gone:
        db.execute("DELETE FROM standings WHERE series_id = ? AND sha = ?", [number, sha])
    return bool(gone)


def _number(db: Database, repository_id: int, series: Series) -> int:
    names = [repository_id, series.tool, series.project, series.variant, series.metric, series.per]
    row = db.execute(
        "SELECT id FROM series WHERE repository_id = ? AND tool = ? AND project = ? AND variant = ? AND metric = ?"
        " AND per = ?",
        names,
    ).fetchone()
    if row is not None:
        return int(row[0])
    made = db.execute(
        "INSERT INTO series (repository_id, tool, project, variant, metric, per) VALUES (?, ?, ?, ?, ?, ?)", names
    )
    return int(made.lastrowid or 0)


def _written(db: Database, standing: Standing) -> str:
    said = asdict(standing)
    for place, name in ((said, "floor"), (said, "low"), (said, "last"), (said["loan"] or {}, "floor")):
        if len(place.get(name, ())) > INLINE:
            place[name] = _keep(db, place[name])
    return json.dumps(said, sort_keys=True)


def _keep(db: Database, values: Values) -> str:
    content = json.dumps(values, sort_keys=True)
    digest = hashlib.sha256(content.encode()).hexdigest()
    db.execute("INSERT OR IGNORE INTO parts (digest, content) VALUES (?, ?)", [digest, content])
    return digest


def _read(connection: sqlite3.Connection, said: dict[str, Any]) -> Standing:
    for name in ("floor", "low", "last"):
        said[name] = _values(connection, said[name])
    loan, waiver = said["loan"], said["waiver"]
    said["rule"] = Rule(**said["rule"]) if said["rule"] else None
    said["epoch"] = Epoch(**said["epoch"]) if said["epoch"] else None
    said["waiver"] = Act(**waiver) if waiver else None
    said["loan"] = Loan(_values(connection, loan["floor"]), Act(**loan["act"])) if loan else None
    said["others"] = tuple(_read(connection, one) for one in said.get("others", ()))
    return Standing(**said)


def _values(connection: sqlite3.Connection, said: Any) -> Values:
    if isinstance(said, str):
        said = json.loads(connection.execute("SELECT content FROM parts WHERE digest = ?", [said]).fetchone()[0])
    return dict(said)
