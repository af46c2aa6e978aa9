"""Probes: measurements that are made for a ratchet's sake, as jobs of the run that needs them."""

import hashlib
import json
import sqlite3
from dataclasses import asdict
from typing import Any

from sqlite_utils import Database

from fullautoci.model import State
from fullautoci.ratchet.bridge import Find
from fullautoci.ratchet.standing import Measured, Missing, Probe
from fullautoci.store import measurements
from fullautoci.store.measurements import Measurement
from fullautoci.store.standings import Series
from fullautoci.text import timestamp

# Of another commit's plan, what is its configuration of the tool.
_CONFIGURATION = ("command", "args", "reports")
# And what is its environment.
_ENVIRONMENT = ("environment", "options")


def finder(connection: sqlite3.Connection, repository_id: int, run_id: int, series: Series) -> Find:
    """Looks measurements up for a commit whose newest run that is."""

    def find(probe: Probe) -> Measured | Missing | None:
        job = measurements.under(connection, repository_id, probe.commit, series, probe.epoch)
        if job is None:
            job = tried(connection, run_id, series, probe)
        if job is None and _plan(connection, repository_id, series, probe) is None:
            return Missing(f"what {series.tool} was told at {probe.settings[:10]} is not known any more")
        if job is None or job.state != State.DONE:
            return None
        if not job.complete:
            return Missing(f"{series.tool} {job.outcome}{': ' if job.reason else ''}{job.reason}")
        if job.configuration != probe.epoch.configuration:
            return Missing(f"{series.tool} does not take that configuration any more")
        values = measurements.metrics(connection, job.origin)
        return measurements.measured(connection, probe.commit, series, job, values)

    return find


def tried(connection: sqlite3.Connection, run_id: int, series: Series, probe: Probe) -> Measurement | None:
    """The job by which a run makes a measurement; None: it does not yet."""
    row = connection.execute(
        f"SELECT {measurements.COLUMNS} FROM jobs WHERE run_id = ? AND purpose = 'probe' AND config_digest = ?"
        " AND tool = ? AND project = ? AND variant = ?",
        [run_id, _digest(run_id, series, probe), *series.group],
    ).fetchone()
    return Measurement(*row) if row else None


def of_commit(connection: sqlite3.Connection, run_id: int, series: Series, sha: str) -> int | None:
    """The newest probe of a run's own commit, for a tool that it does not run itself."""
    row = connection.execute(
        "SELECT id FROM jobs WHERE run_id = ? AND purpose = 'probe' AND sha = ? AND tool = ? AND project = ?"
        " AND variant = ? ORDER BY id DESC LIMIT 1",
        [run_id, sha, *series.group],
    ).fetchone()
    return int(row[0]) if row else None


def make(db: Database, repository_id: int, run_id: int, series: Series, probe: Probe) -> bool:
    """Queue the job that makes a measurement; whether there is now one more that is not over."""
    if tried(db.conn, run_id, series, probe) is not None:
        return False
    plan = _plan(db.conn, repository_id, series, probe)
    if plan is None:
        return False
    generation = db.execute("SELECT generation FROM runs WHERE id = ?", [run_id]).fetchone()[0]
    db.table("jobs").insert(
        {
            "run_id": run_id,
            "repository_id": repository_id,
            "sha": probe.commit,
            "config_digest": _digest(run_id, series, probe),
            "generation": generation,
            "tool": series.tool,
            "project": series.project,
            "variant": series.variant,
            "purpose": "probe",
            "plan": json.dumps(plan),
            "state": State.QUEUED,
            "queued_at": timestamp(),
        }
    )
    # A run that was over has something to do again; when that is done, nobody is told a second time.
    db.execute("UPDATE runs SET state = 'running', outcome = NULL WHERE id = ? AND state = 'done'", [run_id])
    return True


def _digest(run_id: int, series: Series, probe: Probe) -> str:
    said = [run_id, *series.group, probe.commit, list(asdict(probe.epoch).values())]
    return "probe:" + hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _plan(connection: sqlite3.Connection, repository_id: int, series: Series, probe: Probe) -> dict[str, Any] | None:
    """The commit's own plan, with another's configuration and environment."""

    def of(sha: str) -> dict[str, Any] | None:
        raw = measurements.settings(connection, repository_id, sha, series.group)
        return json.loads(raw) if raw else None

    configuring = of(probe.settings)
    own = of(probe.commit) or configuring
    if own is None or configuring is None:
        return None
    surrounding = of(probe.environment) or configuring
    plan = {**own, **{name: configuring[name] for name in _CONFIGURATION}}
    plan |= {name: surrounding[name] for name in _ENVIRONMENT}
    if configuring.get("said") or own is configuring:
        plan |= {"paths": configuring["paths"], "said": configuring.get("said", False)}
    elif own.get(
        "said"
    ):  # the paths that its own configuration gives do not count: what the files suggest is not known
        plan |= {"paths": configuring["paths"], "said": False}
    plan["configured_by"] = "" if probe.settings == probe.commit else probe.settings
    plan["environment_of"] = "" if probe.environment == probe.commit else probe.environment
    return plan
