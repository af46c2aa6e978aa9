"""Repositories, and their commits."""

import re
from pathlib import Path
from typing import Any

from flask import Blueprint, jsonify, request

from fullautoci.errors import NotFoundError, UsageError
from fullautoci.store import repositories, views
from fullautoci.store.repositories import Repository
from fullautoci.web.access import access
from fullautoci.web.api.common import actions, body, number, reading, texts
from fullautoci.web.services import Trigger

_SHA = re.compile(r"[0-9a-f]{4,64}")


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.get("/repos")
    @access("owner")
    def list_repositories() -> Any:
        """All watched repositories, each with its newest run."""
        with reading() as connection:
            return jsonify(views.repositories(connection))

    @api.post("/repos")
    @access("owner")
    def add_repository() -> Any:
        """Watch a repository: `path`, and if wanted a `name`."""
        asked = body()
        path, name = asked.get("path"), asked.get("name", "")
        if not isinstance(path, str) or not path.startswith("/") or "\0" in path or not isinstance(name, str):
            raise UsageError("'path' must be an absolute path, and 'name' a text")
        return jsonify(_view(actions().register(Path(path), name))), 201

    @api.get("/repos/<int:identifier>")
    @access("owner")
    def get_repository(identifier: int) -> Any:
        """One repository with its newest run."""
        with reading() as connection:
            repositories.get(connection, identifier)
            return jsonify(next(view for view in views.repositories(connection) if view["id"] == identifier))

    @api.delete("/repos/<int:identifier>")
    @access("owner")
    def remove_repository(identifier: int) -> Any:
        """Stop watching a repository; its results stay, and come back when it is registered again."""
        actions().unregister(_found(identifier))
        return "", 204

    @api.post("/repos/<int:identifier>/scan")
    @access("owner")
    def scan_repository(identifier: int) -> Any:
        """Look at the repository's refs soon."""
        actions().scan(_found(identifier).id)
        return jsonify(scanning=identifier), 202

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
        return jsonify(runs=actions().trigger(_found(identifier), wish)), 202

    @api.get("/repos/<int:identifier>/commits")
    @access("owner")
    def list_commits(identifier: int) -> Any:
        """Commits that have runs, newest first."""
        _found(identifier)
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


def _found(identifier: int) -> Repository:
    with reading() as connection:
        return repositories.get(connection, identifier)


def _view(repository: Repository) -> dict[str, Any]:
    with reading() as connection:
        return next(view for view in views.repositories(connection) if view["id"] == repository.id)


def _runs_of(identifier: int, sha: str) -> list[dict[str, Any]]:
    _found(identifier)
    found: list[dict[str, Any]] = []
    if _SHA.fullmatch(sha):
        with reading() as connection:
            found = views.runs(connection, repository_id=identifier, sha=sha, limit=number("limit", 50) or 50)
    if not found:
        raise NotFoundError(f"commit {sha[:12]} has no run", f"'fullautoci run {sha[:12]}' makes one")
    return found


def query_filters() -> dict[str, Any]:
    """The filters that a listing's query names."""
    return {
        "repository_id": number("repository"),
        "branch": request.args.get("branch"),
        "sha": request.args.get("commit"),
        "before": number("before"),
        "limit": number("limit", 50) or 50,
    }
