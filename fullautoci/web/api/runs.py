"""Runs."""

from typing import Any

from flask import Blueprint

from fullautoci.errors import ConflictError
from fullautoci.store import views
from fullautoci.store.listings import runs as listed
from fullautoci.web.api.common import actions, reading, visible
from fullautoci.web.api.listing import narrowed
from fullautoci.web.audited import tell
from fullautoci.web.operation import operation
from fullautoci.web.schemas.runs import Made, Rerun, Run, RunResults, RunsQuery

WANTED = (
    "repository", "branch", "author", "commit", "tool", "state", "outcome", "trigger", "since", "until", "text",
)  # fmt: skip
TO_REPEAT = ("failed", "errored", "timed_out", "quarantined", "cancelled")


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.get("/runs")
    @operation("known", query=RunsQuery, answer=list[Run])
    def list_runs(query: RunsQuery) -> Any:
        """Runs, newest first, of all repositories that one may see; those `before` an id."""
        wanted = listed.Wanted(**narrowed(query, *WANTED))
        with reading() as connection:
            return listed.page(
                connection, wanted, visible(), cursor=query.cursor, limit=query.limit, sort=query.sort,
                before=query.before,
            )  # fmt: skip

    @api.get("/runs/<int:identifier>")
    @operation("read", of="run", answer=Run)
    def get_run(identifier: int) -> Any:
        """One run."""
        with reading() as connection:
            return views.run(connection, identifier)

    @api.get("/runs/<int:identifier>/results")
    @operation("read", of="run", answer=RunResults)
    def get_results(identifier: int) -> Any:
        """One run with findings and tests."""
        with reading() as connection:
            return views.results(connection, identifier)

    @api.post("/runs/<int:identifier>/cancel")
    @operation("act", of="run", answer=Run, audit="run.cancel")
    def cancel_run(identifier: int) -> Any:
        """End a run."""
        _must_be_open(identifier)
        actions().cancel(identifier)
        with reading() as connection:
            run = views.run(connection, identifier)
        tell(identifier, repository=run["repository_id"])
        return run

    @api.post("/runs/<int:identifier>/rerun")
    @operation("act", of="run", body=Rerun, answer=Made, status=202, audit="run.rerun")
    def rerun_run(identifier: int, body: Rerun) -> Any:
        """Queue a run's commit again, with `failed` only what did not pass."""
        tools: list[str] = []
        with reading() as connection:
            run = views.run(connection, identifier)
        if body.failed:
            tools = [job["tool"] for job in run["jobs"] if job["outcome"] in TO_REPEAT]
            if not tools:
                raise ConflictError("nothing of this run failed")
        made = actions().rerun(identifier, tools)
        tell(identifier, repository=run["repository_id"], runs=[made])
        return {"runs": [made]}


def _must_be_open(identifier: int) -> None:
    with reading() as connection:
        run = views.run(connection, identifier)
    if run["state"] == "done":
        raise ConflictError(f"run {identifier} is over already")
