"""Tools: which ran lately in a repository, in which version and where, and what they measured."""

from typing import Any

from flask import Blueprint, request

from fullautoci.store import repositories
from fullautoci.store.pages import tools
from fullautoci.tools import BUILT_IN
from fullautoci.web.access import access
from fullautoci.web.api.common import caller, found, reading
from fullautoci.web.dashboard.settings.configuration import Of
from fullautoci.web.dashboard.settings.shared import section
from fullautoci.web.operation import read_query


def install(pages: Blueprint) -> None:
    """Add the route."""

    @pages.get("/settings/tools")
    @access("known")
    def settings_tools() -> Any:
        """The tools of a repository, or of the first."""
        query: Of = read_query(Of, request.args)
        with reading() as connection:
            watched = [one for one in repositories.watched(connection) if caller().sees(one.id)]
            one = found(query.repository) if query.repository is not None else next(iter(watched), None)
            shown = tools.used(connection, one.id) if one else []
        return section("Tools", "tools.html", watched=watched, one=one, shown=shown, built_in=BUILT_IN)
