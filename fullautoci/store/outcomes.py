"""How jobs and runs count once verdicts are considered."""

from sqlite_utils import Database

from fullautoci.model import Outcome, State, run_outcome
from fullautoci.text import one_line, timestamp

# What a verdict can turn into a failure: that which would else be good, or be nothing.
JUDGED = (Outcome.PASSED, Outcome.SKIPPED)
# Why a run without checks is skipped; there may have been probes.
NO_TOOL = "every tool is switched off; 'fullautoci config show' tells where"


def apply(db: Database, run_id: int) -> None:
    """Have a run and its jobs count as the verdicts on them say; the run that is over stays so."""
    rows = db.execute(
        "SELECT id, own_outcome, own_reason, outcome, reason FROM jobs WHERE run_id = ? AND purpose = 'check'"
        " AND state = 'done' AND own_outcome IS NOT NULL",
        [run_id],
    ).fetchall()
    failing = _failing(db, run_id)
    changed = False
    for job, own, own_reason, outcome, reason in rows:
        bad = own in JUDGED and job in failing
        now = (Outcome.FAILED if bad else own, failing[job] if bad else own_reason)
        if (outcome, reason) != now:
            db.execute("UPDATE jobs SET outcome = ?, reason = ? WHERE id = ?", [*now, job])
            changed = True
    for job, reason in failing.items():  # what stands for a tool that was switched off
        db.execute(
            "UPDATE jobs SET reason = ? WHERE id = ? AND purpose = 'probe' AND reason <> ?", [reason, job, reason]
        )
    if changed or failing:
        over = db.execute("SELECT 1 FROM runs WHERE id = ? AND state = 'done'", [run_id]).fetchone()
        if over is not None:
            settle(db, run_id)


def _failing(db: Database, run_id: int) -> dict[int, str]:
    """The jobs of a run that fail by a verdict, each with the reason."""
    rows = db.execute(
        "SELECT t.job_id, s.metric, t.verdict, t.reason FROM jobs j JOIN standings t ON t.job_id = j.id"
        " JOIN series s ON s.id = t.series_id WHERE j.run_id = ? AND t.failing = 1 ORDER BY s.id",
        [run_id],
    ).fetchall()
    found: dict[int, str] = {}
    for job, metric, verdict, reason in rows:
        found.setdefault(job, one_line(f"{metric} {verdict}: {reason}", 500))
    return found


def settle(db: Database, run_id: int) -> Outcome | None:
    """Bring a run up to date with its jobs; probes are waited for, and count only where they stand for a check.

    Returns:
        Its outcome, when the last of its jobs is over now, for the first time.
    """
    rows = db.execute("SELECT id, state, outcome, reason, purpose FROM jobs WHERE run_id = ?", [run_id]).fetchall()
    run = db.execute("SELECT state, outcome, finished_at FROM runs WHERE id = ?", [run_id]).fetchone()
    called_off = run[1] in (Outcome.CANCELLED, Outcome.SUPERSEDED)
    if any(row[1] != State.DONE for row in rows) or called_off or (run[0] == State.DONE and not rows):
        return None
    failing = _failing(db, run_id)
    ends = [(Outcome(row[2]), row[3]) for row in rows if row[4] == "check"]
    ends += [(Outcome.FAILED, failing[row[0]]) for row in rows if row[4] == "probe" and row[0] in failing]
    outcome = run_outcome(one for one, _ in ends)
    reason = next((why for one, why in ends if one == outcome and why), "" if ends else NO_TOOL)
    if (run[1], run[0]) == (outcome, State.DONE) and not reason:
        return None
    # What was said of a run before it began is kept where nothing else is to be said.
    kept = "''" if run[0] == State.DONE else "reason"
    db.execute(
        f"UPDATE runs SET state = 'done', outcome = ?, reason = coalesce(nullif(?, ''), {kept}),"
        " finished_at = coalesce(finished_at, ?) WHERE id = ?",
        [outcome, reason, timestamp(), run_id],
    )
    return outcome if run[2] is None else None
