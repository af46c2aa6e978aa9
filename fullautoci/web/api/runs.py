"""Runs."""

from typing import Any

from flask import Blueprint, jsonify

from fullautoci.errors import UsageError
from fullautoci.store import views
from fullautoci.web.access import access
from fullautoci.web.api.common import actions, body, query_filters, reading

TO_REPEAT = ("failed", "errored", "timed_out", "quarantined", "cancelled")


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.get("/runs")
    @access("owner")
    def list_runs() -> Any:
        """Runs, newest first; of one `repository`, `branch` or `commit`, those `before` an id."""
        with reading() as connection:
            return jsonify(views.runs(connection, **query_filters()))

    @api.get("/runs/<int:identifier>")
    @access("owner")
    def get_run(identifier: int) -> Any:
        """One run."""
        with reading() as connection:
            return jsonify(views.run(connection, identifier))

    @api.get("/runs/<int:identifier>/results")
    @access("owner")
    def get_results(identifier: int) -> Any:
        """One run with findings and tests."""
        with reading() as connection:
            return jsonify(views.results(connection, identifier))

    @api.post("/runs/<int:identifier>/cancel")
    @access("owner")
    def cancel_run(identifier: int) -> Any:
        """End a run."""
        _must_be_open(identifier)
        actions().cancel(identifier)
        with reading() as connection:
            return jsonify(views.run(connection, identifier))

    @api.post("/runs/<int:identifier>/rerun")
    @access("owner")
    def rerun_run(identifier: int) -> Any:
        """Queue a run's commit again, with `failed` only what did not pass."""
        tools: list[str] = []
        with reading() as connection:
            run = views.run(connection, identifier)
        if body().get("failed") is True:
            tools = [job["tool"] for job in run["jobs"] if job["outcome"] in TO_REPEAT]
            if not tools:
                raise UsageError("nothing of this run failed")
        return jsonify(runs=[actions().rerun(identifier, tools)]), 202


def _must_be_open(identifier: int) -> None:
    with reading() as connection:
        run = views.run(connection, identifier)
    if run["state"] == "done":
        raise UsageError(f"run {identifier} is over already")
