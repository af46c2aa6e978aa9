"""Commits and their results, and runs on request."""

import re
from typing import Any

from flask import Blueprint, jsonify

from fullautoci.errors import NotFoundError, UsageError
from fullautoci.store import views
from fullautoci.web.access import access
from fullautoci.web.api.common import actions, body, found, number, reading, texts
from fullautoci.web.services import Trigger

_SHA = re.compile(r"[0-9a-f]{4,64}")


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.post("/trigger/<int:identifier>")
    @access("owner")
    def trigger_run(identifier: int) -> Any:
        """Queue runs of `revisions`, of all `tools` or some; `fresh` measures anew, `dirty` takes the copy as it is."""
        asked = body()
        worktree = asked.get("worktree", "")
        if not isinstance(worktree, str):
            raise UsageError("'worktree' must be a path")
        wish = Trigger(
            texts(asked.get("revisions", ["HEAD"]), "revisions"),
            texts(asked.get("tools", []), "tools"),
            asked.get("fresh") is True,
            asked.get("dirty") is True,
            worktree,
        )
        return jsonify(runs=actions().trigger(found(identifier), wish)), 202

    @api.get("/repos/<int:identifier>/commits")
    @access("owner")
    def list_commits(identifier: int) -> Any:
        """Commits that have runs, newest first."""
        found(identifier)
        with reading() as connection:
            return jsonify(views.commits(connection, identifier, number("limit", 50) or 50))

    @api.get("/repos/<int:identifier>/commits/<sha>")
    @access("owner")
    def get_commit(identifier: int, sha: str) -> Any:
        """A commit's runs, newest first; the beginning of its id will do."""
        return jsonify(_runs_of(identifier, sha))

    @api.get("/repos/<int:identifier>/commits/<sha>/results")
    @access("owner")
    def get_commit_results(identifier: int, sha: str) -> Any:
        """The newest run of a commit, with findings and tests."""
        newest = _runs_of(identifier, sha)[0]
        with reading() as connection:
            return jsonify(views.results(connection, newest["id"]))


def _runs_of(identifier: int, sha: str) -> list[dict[str, Any]]:
    found(identifier)
    seen: list[dict[str, Any]] = []
    if _SHA.fullmatch(sha):
        with reading() as connection:
            seen = views.runs(connection, repository_id=identifier, sha=sha, limit=number("limit", 50) or 50)
    if not seen:
        raise NotFoundError(f"commit {sha[:12]} has no run", f"'fullautoci run {sha[:12]}' makes one")
    if len({run["commit"] for run in seen}) > 1:
        raise UsageError(f"several commits begin with {sha}", "give more of its id")
    return seen
