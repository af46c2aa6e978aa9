"""A repository's commits."""

from typing import Any

from flask import Blueprint, request

from fullautoci.store import choices
from fullautoci.store.listings import runs
from fullautoci.store.pages import rows
from fullautoci.web.access import access
from fullautoci.web.api.common import found, visible
from fullautoci.web.api.listing import narrowed
from fullautoci.web.dashboard import forms
from fullautoci.web.dashboard.asked import Commits, day_after
from fullautoci.web.dashboard.rights import may
from fullautoci.web.dashboard.shown import live, page
from fullautoci.web.filters import sign
from fullautoci.web.instants import instant
from fullautoci.web.operation import read_query

SHOWN = 30
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
            shown, following = rows.commits(connection, wanted, visible(), query.cursor, SHOWN)
            return page(
                "repository.html", **told, repository=one, shown=shown, following=following, query=query,
                is_narrowed=any(query.model_dump(exclude={"cursor"}).values()), mood=_mood(shown, query),
                tools=choices.tools(connection, identifier), branches=choices.branches(connection, identifier),
                may=may,
            )  # fmt: skip

    forms.add(pages, "/repos/<int:identifier>/scan", "scan_repository", _to_commits)


def _mood(shown: list[rows.Run], query: Commits) -> str:
    """How the page's icon looks: as the newest commit stands, where all are shown."""
    if query != Commits() or not shown:
        return ""
    look = sign(shown[0].outcome)
    return look.mood or ("busy" if shown[0].outcome == "queued" else "")


def _to_commits(_answer: Any, identifier: int) -> str:
    return f"/repos/{identifier}"
