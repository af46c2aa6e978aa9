"""Ratchets: how they stand at a commit, how they went, and what people do about them."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint
from werkzeug.routing import BaseConverter

from fullautoci.store import journal, ratchets, series
from fullautoci.store.ratchet_history import history
from fullautoci.store.standings import Series
from fullautoci.web.advice import advice
from fullautoci.web.api import acting
from fullautoci.web.api.common import actions, actor, caller, found, reading
from fullautoci.web.audited import tell
from fullautoci.web.operation import operation
from fullautoci.web.schemas.ratchets import (
    Acted,
    Held,
    JournalEntry,
    JournalQuery,
    NewAct,
    Ratchet,
    RatchetQuery,
)  # fmt: skip
from fullautoci.web.schemas.repositories import AtCommit


class RatchetName(BaseConverter):
    """A ratchet's name in a path: any but those that are paths of their own."""

    regex = "(?!(?:acts|journal)$)[^/]+"


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.get("/repos/<int:identifier>/ratchets")
    @operation("read", of="repository", query=AtCommit, answer=list[Held])
    def list_ratchets(identifier: int, query: AtCommit) -> Any:
        """What is held at a `commit`, or at the one that was tested last, each with how it stands."""
        found(identifier)
        with reading() as connection:
            return ratchets.listed(connection, identifier, series.commit(connection, identifier, query.commit))

    @api.get("/repos/<int:identifier>/ratchets/<ratchet:name>")
    @operation("read", of="repository", query=RatchetQuery, answer=Ratchet)
    def get_ratchet(identifier: int, name: str, query: RatchetQuery) -> Any:
        """How one went up to a `commit`, the newest first, at most `limit` commits, those `before` one; and advice."""
        found(identifier)
        with reading() as connection:
            one = series.one(connection, identifier, _narrowed(name, query))
            sha = series.commit(connection, identifier, query.commit)
            begin = series.commit(connection, identifier, query.before) if query.before else sha
            went, following = history(connection, identifier, one, begin, query.limit, before=query.before is not None)
            shown = ratchets.listed(connection, identifier, sha, [one])
            stands = shown[0] if shown else None
            told = advice(connection, identifier, sha, one, stands) if stands else None
        return {"name": series.name(one), "standing": stands, "history": went, "next": following, "coach": told}

    @api.get("/repos/<int:identifier>/ratchets/journal")
    @operation("read", of="repository", query=JournalQuery, answer=list[JournalEntry])
    def list_journal(identifier: int, query: JournalQuery) -> Any:
        """What people did and what happened by itself, the newest first; those `before` an entry's cursor."""
        found(identifier)
        with reading() as connection:
            return journal.entries(connection, identifier, before=query.before, limit=query.limit)

    @api.post("/repos/<int:identifier>/ratchets/acts")
    @operation("admin", of="repository", body=NewAct, answer=Acted, status=201, audit="ratchet.act")
    def add_act(identifier: int, body: NewAct) -> Any:
        """Waive, reset or raise: `kind`, `tool` and `metric` (or `name`), `commit`, `reason`, `value`, `until`."""
        repository, hands = found(identifier), actions()
        with reading() as connection:
            asked = body.model_dump(exclude_unset=True)
            what = acting.meant(connection, identifier, asked)
            before = ratchets.listed(connection, identifier, acting.commit(connection, identifier, asked), what.series)
            wanted = acting.wanted(asked, what, before, actor(), "cli" if caller().via == "socket" else "api")
        journalled = hands.act(repository, wanted)
        with reading() as connection:
            after = ratchets.listed(connection, identifier, wanted.sha, what.series)
        act = {**asdict(wanted), "id": journalled, "commit": wanted.sha}
        del act["sha"]
        name = f"{wanted.tool}.{wanted.metric}"
        tell(
            name, repository=repository.id, kind=wanted.kind, commit=wanted.sha, reason=wanted.reason, entry=journalled
        )
        return {"act": act, "before": before, "verdicts": after}


def _narrowed(name: str, query: RatchetQuery) -> str:
    """A name in full where `project` and `variant` are told beside it."""
    tool, dot, metric = name.partition(".")
    if not dot or (query.project is None and query.variant is None):
        return name
    return series.name(Series(tool, query.project or ".", query.variant or "", metric))
