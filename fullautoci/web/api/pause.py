"""Pausing, and what waits behind it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, jsonify

from fullautoci.errors import UsageError
from fullautoci.store.pauses import BACKFILL, EVERYTHING
from fullautoci.text import iso
from fullautoci.web.access import access
from fullautoci.web.api.common import actions, body, found

LONGEST_S = 366 * 86400


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.post("/pause")
    @access("owner")
    def pause() -> Any:
        """Start no more jobs: `what` is `everything` or `backfill`; `seconds`, if wanted, for how long."""
        asked = body()
        what, seconds = asked.get("what", EVERYTHING), asked.get("seconds")
        if what not in (EVERYTHING, BACKFILL):
            raise UsageError(f"'what' must be '{EVERYTHING}' or '{BACKFILL}'")
        actions().pause(what, None if seconds is None else _end(seconds))
        return "", 204

    @api.post("/resume")
    @access("owner")
    def resume() -> Any:
        """Start jobs again."""
        actions().resume()
        return "", 204

    @api.delete("/repos/<int:identifier>/backfill")
    @access("owner")
    def cancel_backfill(identifier: int) -> Any:
        """End what arrived in a batch and has not started."""
        return jsonify(cancelled=actions().cancel_backfill(found(identifier)))


def _end(seconds: object) -> str:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds <= LONGEST_S:
        raise UsageError("'seconds' must be a number above 0, and a year at most")
    return iso(datetime.now(UTC) + timedelta(seconds=seconds))
