"""Commits and runs."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlite_utils import Database

from fullautoci.model import Commit, Outcome, Priority, State
from fullautoci.text import iso, one_line, storable, timestamp

# Sources by which a person asks for a run, whether or not a branch reaches the commit; such runs are not superseded.
ASKED = ("init", "api", "rerun", "register")
# How late a hook's event may come for a commit that the scan has seen.
HOOK_LATE_S = 60
# Among so many of the newest runs it is looked for those.
RECENT = 300
OVERTAKEN = "overtaken by "
UNASKED = f"dirty = 0 AND source NOT IN {ASKED}"


@dataclass(frozen=True)
class Wish:
    """A commit that is to have a run: on which branch it was seen, what told us, and how urgent it is.

    Attributes:
        again: it is to have another run, where it has one; what is known may stand for its results.
        fresh: it is to have another run, in which all is measured anew.
        back: a branch was set back to it: it gets a run only if its last one was superseded.
    """

    commit: Commit
    branch: str
    source: str
    priority: int
    dirty: bool = False
    tools: tuple[str, ...] = ()
    again: bool = False
    fresh: bool = False
    back: bool = False


@dataclass(frozen=True)
class Unplanned:
    """A run whose configuration is not frozen yet; with its commit's message."""

    id: int
    repository_id: int
    sha: str
    generation: int
    tools: tuple[str, ...]
    branch: str = ""
    source: str = ""
    message: str = ""


def save_commit(db: Database, repository_id: int, commit: Commit) -> None:
    """Remember a commit."""
    values = {
        "repository_id": repository_id,
        "sha": commit.sha,
        "tree": commit.tree,
        "parents": json.dumps(commit.parents),
        "author": commit.author,
        "subject": commit.subject,
        "message": commit.message,
        "committed_at": commit.committed_at,
    }
    db.table("commits").insert(values, ignore=True)
    for slot, parent in enumerate(commit.parents):
        db.execute("INSERT OR IGNORE INTO lineage VALUES (?, ?, ?, ?, 0)", [repository_id, commit.sha, slot, parent])


def wish(db: Database, repository_id: int, wanted: Wish) -> tuple[int, bool]:
    """Queue a run of a commit, unless it has one: then that one is made as urgent as this wish.

    A commit whose last run was superseded, or that is to be run again, gets a new generation; and so does one whose
    run was skipped as a whole, when a person asks for it or another branch brings it.

    Returns:
        The run's id, and whether it is new.
    """
    save_commit(db, repository_id, wanted.commit)
    last = db.execute(
        "SELECT id, generation, outcome, priority, branch, config, reason FROM runs WHERE repository_id = ? AND sha = ?"
        " ORDER BY generation DESC LIMIT 1",
        [repository_id, wanted.commit.sha],
    ).fetchone()
    branch = one_line(storable(wanted.branch))
    unwanted = last is not None and last[2] == Outcome.SKIPPED and last[5] == ""  # by the planner, before any job
    if wanted.back and (last is None or last[2] != Outcome.SUPERSEDED):
        return int(last[0]) if last else 0, False
    # What told of a commit may come after what overtook it: that is no new wish.
    late = last is not None and last[6].startswith(OVERTAKEN) and branch == last[4]
    if late and last[2] == Outcome.SUPERSEDED and not wanted.back and wanted.source not in ASKED:
        return int(last[0]), False
    again = wanted.again or wanted.fresh or (unwanted and (wanted.source in ASKED or branch != last[4]))
    if last is not None and not again and last[2] != Outcome.SUPERSEDED:
        if wanted.priority < last[3] or wanted.source in ASKED:
            db.execute(
                "UPDATE runs SET priority = ?, source = ? WHERE id = ? AND state = 'queued'",
                [wanted.priority, wanted.source, last[0]],
            )
        # On a busy machine the scan sees a commit before its hook has told of it: the hook's word says more.
        if wanted.source not in ASKED:
            db.execute(
                "UPDATE runs SET source = ? WHERE id = ? AND source = 'scan'"
                " AND (julianday('now') - julianday(queued_at)) * 86400 < ?",
                [wanted.source, last[0], HOOK_LATE_S],
            )
        return int(last[0]), False
    values = {
        "repository_id": repository_id,
        "sha": wanted.commit.sha,
        "generation": last[1] + 1 if last is not None else 0,
        "branch": branch,
        "source": wanted.source,
        "dirty": int(wanted.dirty),
        "fresh": int(wanted.fresh),
        "wanted": json.dumps(wanted.tools),
        "priority": wanted.priority,
        "state": State.QUEUED,
        "queued_at": timestamp(),
        "reason": "",
    }
    if last is not None and last[2] == Outcome.SUPERSEDED:
        values["reason"] = one_line(f"wanted again; it was superseded: {last[6]}")
    return int(db.table("runs").insert(values).last_pk or 0), True


def unplanned(connection: sqlite3.Connection, limit: int) -> list[Unplanned]:
    """Queued runs without a frozen configuration, most urgent first."""
    rows = connection.execute(
        "SELECT r.id, r.repository_id, r.sha, r.generation, r.wanted, r.branch, r.source, c.subject, c.message"
        " FROM runs r"
        " JOIN commits c ON c.repository_id = r.repository_id AND c.sha = r.sha"
        " WHERE r.state <> 'done' AND r.config = '' ORDER BY r.priority, r.id DESC LIMIT ?",
        [limit],
    )
    return [
        Unplanned(
            row[0], row[1], row[2], row[3], tuple(json.loads(row[4] or "[]")), row[5], row[6], f"{row[7]}\n{row[8]}"
        )
        for row in rows
    ]


def told_late(connection: sqlite3.Connection, sources: Sequence[str], words: str) -> list[Unplanned]:
    """Recent runs that were planned, that these sources tell of, whose commits' messages have these words, and of
    which none proposed a waiver yet: when they were planned, it may have been a scan that told of them.
    """
    marks = ", ".join("?" * len(sources))
    rows = connection.execute(
        "SELECT r.id, r.repository_id, r.sha, r.generation, r.source, c.subject, c.message FROM runs r"
        " CROSS JOIN commits c ON c.repository_id = r.repository_id AND c.sha = r.sha"
        " WHERE r.id > (SELECT max(id) FROM runs) - ? AND r.queued_at > ?"
        f" AND r.source IN ({marks}) AND r.config <> ''"
        " AND c.message LIKE ? AND NOT EXISTS (SELECT 1 FROM acts a WHERE a.repository_id = r.repository_id"
        " AND a.sha = r.sha AND a.source = 'trailer')",
        [RECENT, iso(datetime.now(UTC) - timedelta(seconds=HOOK_LATE_S)), *sources, f"%{words}%"],
    )
    return [Unplanned(row[0], row[1], row[2], row[3], (), source=row[4], message=f"{row[5]}\n{row[6]}") for row in rows]


def waiting_shas(connection: sqlite3.Connection, repository_id: int) -> list[str]:
    """Commits of a repository's runs none of whose jobs was started."""
    rows = connection.execute(
        "SELECT sha FROM runs INDEXED BY runs_open"
        f" WHERE state <> 'done' AND repository_id = ? AND state = 'queued' AND {UNASKED}",
        [repository_id],
    )
    return [row[0] for row in rows]


def supersede(db: Database, repository_id: int, unreached: Mapping[str, str]) -> None:
    """End the runs of commits before they start, each with its reason."""
    for sha, reason in unreached.items():
        rows = db.execute(
            f"SELECT id FROM runs WHERE repository_id = ? AND sha = ? AND state = 'queued' AND {UNASKED}",
            [repository_id, sha],
        ).fetchall()
        for (identifier,) in rows:
            end(db, identifier, Outcome.SUPERSEDED, reason)


def overtake(db: Database, run: Unplanned) -> bool:
    """End what waits of the older commits of a run's branch, as `policy: latest` wants it; what is running goes on.

    Returns:
        Whether the run itself was ended, because its branch has a newer commit.
    """
    if run.source in ASKED or run.branch in ("", "HEAD"):
        return False
    of_branch = f"repository_id = ? AND branch = ? AND sha <> ? AND {UNASKED}"
    where = [run.repository_id, run.branch, run.sha]
    newer = db.execute(
        f"SELECT sha FROM runs WHERE {of_branch} AND id > ? AND outcome IS NOT 'superseded'"
        " AND NOT (outcome IS 'skipped' AND config = '') ORDER BY id DESC LIMIT 1",
        [*where, run.id],
    ).fetchone()
    if newer is not None:
        end(db, run.id, Outcome.SUPERSEDED, _overtaken(newer[0], run.branch))
        return True
    older = db.execute(
        "SELECT id FROM runs INDEXED BY runs_open"
        f" WHERE state <> 'done' AND {of_branch} AND id < ? AND state = 'queued'",
        [*where, run.id],
    )
    for (identifier,) in older.fetchall():
        end(db, identifier, Outcome.SUPERSEDED, _overtaken(run.sha, run.branch))
    return False


def _overtaken(by: str, branch: str) -> str:
    return f"{OVERTAKEN}{by[:10]} on {branch} (policy: latest)"


def explain(db: Database, repository_id: int, reasons: Mapping[str, str], instead_of: str) -> None:
    """Give a better reason to runs that were superseded for another."""
    for sha, reason in reasons.items():
        db.execute(
            "UPDATE runs SET reason = ? WHERE repository_id = ? AND sha = ? AND outcome = ? AND reason = ?",
            [one_line(storable(reason)), repository_id, sha, Outcome.SUPERSEDED, instead_of],
        )


def end(db: Database, identifier: int, outcome: Outcome, reason: str, hint: str = "") -> None:
    """End a run as a whole, with its jobs that are not over."""
    now = timestamp()
    db.execute(
        "UPDATE attempts SET ended_at = ?, ending = ? WHERE ended_at IS NULL"
        " AND job_id IN (SELECT id FROM jobs WHERE run_id = ? AND state <> 'done')",
        [now, outcome, identifier],
    )
    db.execute(
        "UPDATE jobs SET state = 'done', outcome = ?, own_outcome = ?, reason = ?, own_reason = ?, finished_at = ?,"
        " activity = '' WHERE run_id = ? AND state <> 'done'",
        [outcome, outcome, one_line(storable(reason)), one_line(storable(reason)), now, identifier],
    )
    db.execute(
        "UPDATE runs SET state = 'done', outcome = ?, reason = ?, hint = ?, finished_at = ?"
        " WHERE id = ? AND state <> 'done'",
        [outcome, one_line(storable(reason)), storable(hint), now, identifier],
    )


def cancel_backfill(db: Database, repository_id: int) -> int:
    """End a repository's runs that arrived in a batch and have not started.

    Returns:
        How many that were.
    """
    rows = db.execute(
        "SELECT id FROM runs WHERE repository_id = ? AND state = 'queued' AND priority >= ?",
        [repository_id, Priority.BACKFILL],
    ).fetchall()
    for (identifier,) in rows:
        end(db, identifier, Outcome.CANCELLED, "the backfill was cancelled on request")
    return len(rows)


def latest(connection: sqlite3.Connection, repository_id: int, sha: str) -> int | None:
    """The id of a commit's newest run."""
    row = connection.execute(
        "SELECT id FROM runs WHERE repository_id = ? AND sha = ? ORDER BY generation DESC LIMIT 1", [repository_id, sha]
    ).fetchone()
    return int(row[0]) if row else None


def finished(connection: sqlite3.Connection, repository_id: int, pinned: Sequence[str]) -> list[str]:
    """Of these commits those that have runs, all of which are over: they may lose their pins."""
    over = "SELECT sum(state <> 'done') = 0 FROM runs WHERE repository_id = ? AND sha = ?"
    return [sha for sha in pinned if connection.execute(over, [repository_id, sha]).fetchone()[0]]
