"""A repository's tests: which are slow, which are flaky, which fail, and how one went."""

from typing import Annotated, Any, Literal

from flask import Blueprint, request
from pydantic import Field

from fullautoci.errors import NotFoundError
from fullautoci.store import durations, flaky
from fullautoci.store.listings import tests as listed
from fullautoci.text import one_line
from fullautoci.web.access import access
from fullautoci.web.api.common import found, visible
from fullautoci.web.dashboard import forms
from fullautoci.web.dashboard.asked import Part, Word
from fullautoci.web.dashboard.figures import bars, sparkline
from fullautoci.web.dashboard.rights import may
from fullautoci.web.dashboard.shown import live, page
from fullautoci.web.operation import read_query
from fullautoci.web.schemas.base import Asked

# So many of each list; and of one that is looked for.
FEW, SHOWN = 20, 50
# So many measurements of one test.
RUNS = 100


class Tests(Part):
    """Which tests: with `name` in their names, with an outcome, of a tool; and in which order."""

    name: Word = ""
    outcome: Literal["", "passed", "failed", "errored", "skipped"] = ""
    sort: Literal["name", "failures"] = "name"


class History(Asked):
    """Which test; of which tool, where several have it."""

    name: Annotated[str, Field(min_length=1, max_length=100_000)]
    tool: Word = ""
    project: Word | None = None
    variant: Word | None = None


def install(pages: Blueprint) -> None:
    """Add the routes."""

    @pages.get("/repos/<int:identifier>/tests")
    @access("read", of="repository")
    def tests(identifier: int) -> Any:
        """Which are slow, flaky, or fail; and those that are looked for."""
        query: Tests = read_query(Tests, request.args)
        one = found(identifier)
        wanted = listed.Wanted(outcome=query.outcome, name=query.name)
        with live() as (connection, told):
            part = listed.of_repository(
                connection, identifier, wanted, visible(), cursor=query.cursor, limit=SHOWN, sort=query.sort
            )
            marked = flaky.listed(connection, identifier)
            slow = durations.slowest(connection, identifier, FEW) if query == Tests() else []
            return page(
                "tests.html", **told, repository=one, part=part, query=query, slow=slow, marked=marked[:SHOWN],
                more_marked=max(0, len(marked) - SHOWN), is_narrowed=query != Tests(), may=may,
                sparkline=sparkline,
            )  # fmt: skip

    @pages.get("/repos/<int:identifier>/tests/history")
    @access("read", of="repository")
    def test_history(identifier: int) -> Any:
        """How one test went, and how long it took, from run to run."""
        query: History = read_query(History, request.args)
        one = found(identifier)
        with live() as (connection, told):
            known = durations.known(connection, identifier, query.name)
            meant = [
                test
                for test in known
                if query.tool in ("", test["tool"])
                and query.project in (None, test["project"])
                and query.variant in (None, test["variant"])
            ]
            if not meant:
                raise NotFoundError(
                    f"there is no test '{one_line(query.name, 80)}'", "the page of tests has those there are"
                )
            went = durations.history(connection, identifier, meant[0], RUNS)
            return page(
                "test_history.html", **told, repository=one, test=meant[0], others=known, went=went,
                chart=bars(went[::-1]),
            )  # fmt: skip

    forms.add(pages, "/repos/<int:identifier>/tests/forgive", "forgive_flaky", _to_tests)


def _to_tests(_answer: Any, identifier: int) -> str:
    return f"/repos/{identifier}/tests"
