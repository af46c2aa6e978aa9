"""Ratchets: how they stand at a commit, how they went, and what people do about them."""

import re
from dataclasses import asdict
from typing import Any

from flask import Blueprint, jsonify, request

from fullautoci.coach.advice import advise
from fullautoci.coach.steps import goal
from fullautoci.errors import UsageError
from fullautoci.ratchet.rule import HIGHER
from fullautoci.store import coaching, journal, ratchets, series
from fullautoci.store.database import Connection
from fullautoci.store.ratchet_history import history
from fullautoci.store.standings import Series
from fullautoci.web.access import access
from fullautoci.web.api import acting
from fullautoci.web.api.common import actions, body, found, number, reading

_SHA = re.compile(r"[0-9a-f]{4,64}")
PAGE = 50


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.get("/repos/<int:identifier>/ratchets")
    @access("owner")
    def list_ratchets(identifier: int) -> Any:
        """What is held at a `commit`, or at the one that was tested last, each with how it stands."""
        found(identifier)
        with reading() as connection:
            return jsonify(ratchets.listed(connection, identifier, _commit(connection, identifier)))

    @api.get("/repos/<int:identifier>/ratchets/<name>")
    @access("owner")
    def get_ratchet(identifier: int, name: str) -> Any:
        """How one went up to a `commit`, the newest first, at most `limit` commits, those `before` one; and advice."""
        found(identifier)
        with reading() as connection:
            one = series.one(connection, identifier, _narrowed(name))
            before = request.args.get("before")
            sha = _commit(connection, identifier)
            went, following = history(
                connection, identifier, one, _full(connection, identifier, before) if before else sha,
                number("limit", PAGE) or PAGE, before=bool(before),
            )  # fmt: skip
            shown = ratchets.listed(connection, identifier, sha, [one])
            stands = shown[0] if shown else None
            told = _advice(connection, identifier, sha, one, stands) if stands else None
        return jsonify(name=series.name(one), standing=stands, history=went, next=following, coach=told)

    @api.get("/repos/<int:identifier>/ratchets/journal")
    @access("owner")
    def list_journal(identifier: int) -> Any:
        """What people did and what happened by itself, the newest first; those `before` an entry's cursor."""
        found(identifier)
        with reading() as connection:
            limit = number("limit", PAGE) or PAGE
            return jsonify(journal.entries(connection, identifier, before=request.args.get("before"), limit=limit))

    @api.post("/repos/<int:identifier>/ratchets/acts")
    @access("owner")
    def add_act(identifier: int) -> Any:
        """Waive, reset or raise: `kind`, `tool` and `metric` (or `name`), `commit`, `reason`, `value`, `until`."""
        repository, hands = found(identifier), actions()
        with reading() as connection:
            asked = body()
            what = acting.meant(connection, identifier, asked)
            before = ratchets.listed(connection, identifier, acting.commit(connection, identifier, asked), what.series)
            wanted = acting.wanted(asked, what, before)
        journalled = hands.act(repository, wanted)
        with reading() as connection:
            after = ratchets.listed(connection, identifier, wanted.sha, what.series)
        act = {**asdict(wanted), "id": journalled, "commit": wanted.sha}
        del act["sha"]
        return jsonify(act=act, before=before, verdicts=after), 201


def _narrowed(name: str) -> str:
    """A name in full where `project` and `variant` are told beside it."""
    project, variant = request.args.get("project"), request.args.get("variant")
    tool, dot, metric = name.partition(".")
    if not dot or (project is None and variant is None):
        return name
    return series.name(Series(tool, project or ".", variant or "", metric))


def _commit(connection: Connection, identifier: int) -> str:
    said = request.args.get("commit")
    return series.commit(connection, identifier, None) if said is None else _full(connection, identifier, said)


def _full(connection: Connection, identifier: int, said: str) -> str:
    if not _SHA.fullmatch(said):
        raise UsageError("a commit is named by its id, or at least four digits of it")
    return series.commit(connection, identifier, said)


def _advice(connection: Connection, identifier: int, sha: str, one: Series, stands: dict[str, Any]) -> Any:
    """What would bring a metric to its floor or target; None where it was not measured."""
    facts = coaching.facts(connection, identifier, sha, one, stands)
    if facts is None:
        return None
    wanted = goal(facts.value, stands["next_floor"], stands["target"], higher=stands["direction"] == HIGHER)
    return asdict(advise(one.metric, facts, wanted))
