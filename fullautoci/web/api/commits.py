"""Commits and their results, and runs on request."""

import re
from typing import Any

from flask import Blueprint

from fullautoci.errors import NotFoundError, UsageError
from fullautoci.store import users, views
from fullautoci.store.listings import commits, runs
from fullautoci.text import one_line
from fullautoci.web.api.common import actions, caller, found, reading, visible
from fullautoci.web.api.listing import narrowed
from fullautoci.web.audited import tell
from fullautoci.web.operation import operation
from fullautoci.web.schemas.repositories import Commit, CommitsQuery, RunsOfCommitQuery
from fullautoci.web.schemas.runs import Made, Run, RunResults, Trigger
from fullautoci.web.services import Trigger as Wish

_SHA = re.compile(r"[0-9a-f]{4,64}")

WANTED = ("branch", "author", "commit", "tool", "state", "outcome", "trigger", "since", "until", "text")


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.post("/trigger/<int:identifier>")
    @operation("act", of="repository", body=Trigger, answer=Made, status=202, audit="run.trigger")
    def trigger_run(identifier: int, body: Trigger) -> Any:
        """Queue runs of `revisions`, of all `tools` or some; `fresh` measures anew, `dirty` takes the copy as it is."""
        repository = found(identifier)
        if body.dirty or body.worktree:  # files of whoever runs the service, which nobody has given away
            caller().must_be(users.ADMIN)
        wish = Wish(
            tuple(dict.fromkeys(body.revisions)),
            tuple(dict.fromkeys(body.tools)),
            body.fresh,
            body.dirty,
            body.worktree,
        )
        runs = actions().trigger(repository, wish)
        tell(repository.name, repository=repository.id, runs=runs[:100], revisions=list(wish.revisions)[:20])
        return {"runs": runs}

    @api.get("/repos/<int:identifier>/commits")
    @operation("read", of="repository", query=CommitsQuery, answer=list[Commit])
    def list_commits(identifier: int, query: CommitsQuery) -> Any:
        """Commits that have runs, newest first."""
        wanted = runs.Wanted(found(identifier).id, **narrowed(query, *WANTED))
        with reading() as connection:
            return commits.page(connection, wanted, visible(), cursor=query.cursor, limit=query.limit, sort=query.sort)

    @api.get("/repos/<int:identifier>/commits/<sha>")
    @operation("read", of="repository", query=RunsOfCommitQuery, answer=list[Run])
    def get_commit(identifier: int, sha: str, query: RunsOfCommitQuery) -> Any:
        """A commit's runs, newest first; the beginning of its id will do."""
        return _runs_of(identifier, sha, query.limit)

    @api.get("/repos/<int:identifier>/commits/<sha>/results")
    @operation("read", of="repository", answer=RunResults)
    def get_commit_results(identifier: int, sha: str) -> Any:
        """The newest run of a commit, with findings and tests."""
        newest = _runs_of(identifier, sha, 50)[0]
        with reading() as connection:
            return views.results(connection, newest["id"])


def _runs_of(identifier: int, sha: str, limit: int) -> list[dict[str, Any]]:
    found(identifier)
    seen: list[dict[str, Any]] = []
    if _SHA.fullmatch(sha):
        with reading() as connection:
            seen = views.runs(connection, repository_id=identifier, sha=sha, limit=limit)
    if not seen:
        named = one_line(sha, 12)
        raise NotFoundError(f"commit {named} has no run", f"'fullautoci run {named}' makes one")
    if len({run["commit"] for run in seen}) > 1:
        raise UsageError(f"several commits begin with {sha}", "give more of its id")
    return seen
