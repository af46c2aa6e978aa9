"""A run with its results: what changed first."""

from typing import Any

from flask import Blueprint, request

from fullautoci.store.pages import run as runs
from fullautoci.web.access import access
from fullautoci.web.dashboard import forms, run_parts
from fullautoci.web.dashboard.rights import may
from fullautoci.web.dashboard.shown import live, page
from fullautoci.web.operation import read_query
from fullautoci.web.schemas.base import Asked


def install(pages: Blueprint) -> None:
    """Add the routes."""

    @pages.get("/runs/<int:identifier>")
    @access("read", of="run")
    def run(identifier: int) -> Any:
        """One run with its results."""
        read_query(Asked, request.args)
        with live() as (connection, told):
            shown = runs.shown(connection, identifier)
        return page("run.html", **told, run=shown, parts=run_parts, anchors=run_parts.anchors(shown["jobs"]), may=may)

    forms.add(pages, "/runs/<int:identifier>/rerun", "rerun_run", _made)
    forms.add(pages, "/runs/<int:identifier>/cancel", "cancel_run", _again)
    forms.add(pages, "/repos/<int:identifier>/waive", "add_act", _judged_anew)


def _made(answer: dict[str, Any], **_: int) -> str:
    return f"/runs/{answer['runs'][0]}"


def _again(answer: dict[str, Any], **_: int) -> str:
    return f"/runs/{answer['id']}"


def _judged_anew(answer: dict[str, Any], identifier: int) -> str:
    return f"/repos/{identifier}/commits/{answer['act']['commit']}"
