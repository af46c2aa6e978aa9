"""A repository's commits."""

from typing import Any

from flask import Blueprint, request

from fullautoci.store import choices
from fullautoci.store.listings import commits, runs
from fullautoci.web.access import access
from fullautoci.web.api.common import found, visible
from fullautoci.web.api.listing import narrowed
from fullautoci.web.dashboard import forms
from fullautoci.web.dashboard.asked import Commits, day_after
from fullautoci.web.dashboard.rights import may
from fullautoci.web.dashboard.shown import live, page
from fullautoci.web.instants import instant
from fullautoci.web.operation import read_query

SHOWN = 40
_WANTED = ("text", "branch", "author", "tool", "outcome", "since")


def install(pages: Blueprint) -> None:
    """Add the routes."""

    @pages.get("/repos/<int:identifier>")
    @access("read", of="repository")
    def repository(identifier: int) -> Any:
        """Its commits, newest first."""
        query: Commits = read_query(Commits, request.args)
        one = found(identifier)
        until = instant(day_after(query.until), "until")
        wanted = runs.Wanted(identifier, until=until, **narrowed(query, *_WANTED))
        with live() as (connection, told):
            part = commits.page(connection, wanted, visible(), cursor=query.cursor, limit=SHOWN)
            return page(
                "repository.html", **told, repository=one, part=part, query=query,
                is_narrowed=any(query.model_dump(exclude={"cursor"}).values()), mood=_mood(part.items, query),
                tools=choices.tools(connection, identifier), branches=choices.branches(connection, identifier),
                may=may,
            )  # fmt: skip

    forms.add(pages, "/repos/<int:identifier>/scan", "scan_repository", _to_commits)


def _mood(shown: list[dict[str, Any]], query: Commits) -> str:
    """How the page's icon looks: as the newest commit stands, where all are shown."""
    if query != Commits() or not shown:
        return ""
    newest = shown[0]["latest"]
    if newest["outcome"] is None:
        return "busy"
    return {"passed": "good"}.get(newest["outcome"], "" if newest["outcome"] in ("superseded", "cancelled") else "bad")


def _to_commits(_answer: Any, identifier: int) -> str:
    return f"/repos/{identifier}"
