"""A commit: its newest run, or that it has none."""

import re
from typing import Any

from flask import Blueprint, redirect, request

from fullautoci.errors import NotFoundError
from fullautoci.store.pages import run as runs
from fullautoci.web.access import access
from fullautoci.web.api.common import found, reading
from fullautoci.web.dashboard import forms
from fullautoci.web.dashboard.rights import may
from fullautoci.web.dashboard.shown import page
from fullautoci.web.operation import read_query
from fullautoci.web.schemas.base import Asked

_SHA = re.compile(r"[0-9a-f]{4,64}")


def install(pages: Blueprint) -> None:
    """Add the routes."""

    @pages.get("/repos/<int:identifier>/commits/<sha>")
    @access("read", of="repository")
    def commit(identifier: int, sha: str) -> Any:
        """On to a commit's newest run; the beginning of its id will do."""
        read_query(Asked, request.args)
        repository = found(identifier)
        if not _SHA.fullmatch(sha):
            raise NotFoundError("that is no commit's id", "it has at least four of the digits 0 to 9 and a to f")
        with reading() as connection:
            there = runs.beginning_with(connection, repository.id, sha)
        if len(there) == 1:
            return redirect(f"/runs/{there[0]['run']}", 303)
        shown = page("commit.html", repository=repository, sha=sha, commits=there, may=may)
        return shown, 200 if there else 404

    forms.add(pages, "/repos/<int:identifier>/run", "trigger_run", _made)


def _made(answer: dict[str, Any], identifier: int) -> str:
    return f"/runs/{answer['runs'][0]}" if answer["runs"] else f"/repos/{identifier}"
