"""Ratchets: what is held at a commit, and how one of them went, with advice and what may be done about it."""

from collections.abc import Mapping
from typing import Annotated, Any

from flask import Blueprint, request, url_for
from pydantic import Field

from fullautoci.ratchet.standing import FAILING
from fullautoci.store import ratchets, series
from fullautoci.store.pages import ratchets as commits
from fullautoci.store.ratchet_history import history
from fullautoci.web.access import access
from fullautoci.web.advice import advice
from fullautoci.web.api.common import found
from fullautoci.web.dashboard import forms
from fullautoci.web.dashboard.figures import sparkline
from fullautoci.web.dashboard.ratchet_bar import bar
from fullautoci.web.dashboard.rights import may
from fullautoci.web.dashboard.shown import live, page
from fullautoci.web.operation import read_query
from fullautoci.web.schemas.base import Asked, Sha

# So many are shown at once: of ratchets, of commits at which one went, and of advice.
MOST, SHOWN, STEPS = 200, 30, 12

View = Mapping[str, Any]
Commit = Annotated[Sha | None, Field()]


class At(Asked):
    """At which commit; without it, at the newest that was judged."""

    commit: Commit = None


class Part(At):
    """How one went up to a commit: those before one of them."""

    before: Commit = None


def install(pages: Blueprint) -> None:
    """Add the routes."""

    @pages.get("/repos/<int:identifier>/ratchets")
    @access("read", of="repository")
    def all_ratchets(identifier: int) -> Any:
        """What is held at a commit: what fails first, then what is nearest to its target."""
        query: At = read_query(At, request.args)
        one = found(identifier)
        with live() as (connection, told):
            at = commits.shown_at(connection, identifier, query.commit)
            held = ratchets.listed(connection, identifier, at["commit"]) if at else []
            shown = sorted((each for each in held if each["verdict"] is not None), key=urgency)
            return page(
                "ratchets.html", **told, repository=one, at=at, shown=shown[:MOST], more=max(0, len(shown) - MOST),
                bar=bar, query=query,
            )  # fmt: skip

    @pages.get("/repos/<int:identifier>/ratchets/<path:name>")
    @access("read", of="repository")
    def one_ratchet(identifier: int, name: str) -> Any:
        """How one went, the smallest next steps, and what may be done about it."""
        query: Part = read_query(Part, request.args)
        one = found(identifier)
        with live() as (connection, told):
            which = series.one(connection, identifier, name)
            at = commits.shown_at(connection, identifier, query.commit)
            if at is None:
                return page("ratchet.html", **told, repository=one, name=series.name(which), at=None)
            begin = series.commit(connection, identifier, query.before) if query.before else at["commit"]
            went, following = history(connection, identifier, which, begin, SHOWN, before=query.before is not None)
            shown = ratchets.listed(connection, identifier, at["commit"], [which])
            stands = shown[0] if shown else None
            coach = advice(connection, identifier, at["commit"], which, stands) if stands else None
            values = [row["value"] for row in reversed(went) if row["value"] is not None]
            return page(
                "ratchet.html", **told, repository=one, name=series.name(which), which=which, at=at, stands=stands,
                went=went, following=following, advice=coach, steps=STEPS, query=query, bar=bar, may=may,
                failing=FAILING, spark=sparkline(values, stands["floor"] if stands else None),
            )  # fmt: skip

    forms.add(pages, "/repos/<int:identifier>/ratchets/acts", "add_act", _judged_anew)


def urgency(one: View) -> tuple[int, float, str]:
    """What comes first: what fails and is not waived, what is waived, what is near its target, what has none, is met.

    How near is a share of the target (of one, where that is less), so that a score and a percentage can be compared.
    """
    failing = one["verdict"] in FAILING
    left = one["left"]
    share = 0.0 if left is None else left / max(1.0, abs(one["target"]))
    if failing:
        return (0 if one["failing"] else 1, -share, one["name"])
    if left is None:
        return 3, 0.0, one["name"]
    return (2 if left > 0 else 4), share, one["name"]


def _judged_anew(answer: Mapping[str, Any], identifier: int) -> str:
    """On to the ratchet that was acted on, at that commit; to all where it was several."""
    concerned = answer["verdicts"]
    if len(concerned) != 1:
        return url_for("pages.all_ratchets", identifier=identifier)
    where = {"identifier": identifier, "name": concerned[0]["name"], "commit": answer["act"]["commit"]}
    return url_for("pages.one_ratchet", **where)
