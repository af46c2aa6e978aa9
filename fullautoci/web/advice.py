"""The coach's advice on a ratchet, for the API and the page alike."""

from dataclasses import asdict
from typing import Any

from fullautoci.coach.advice import advise
from fullautoci.coach.steps import goal
from fullautoci.ratchet.rule import HIGHER
from fullautoci.store import coaching
from fullautoci.store.database import Connection
from fullautoci.store.standings import Series


def advice(
    connection: Connection, repository_id: int, sha: str, one: Series, stands: dict[str, Any]
) -> dict[str, Any] | None:
    """What would bring a metric to its floor or target; None where it was not measured.

    Args:
        stands: the series as it is listed at that commit.
    """
    facts = coaching.facts(connection, repository_id, sha, one, stands)
    if facts is None:
        return None
    wanted = goal(facts.value, stands["next_floor"], stands["target"], higher=stands["direction"] == HIGHER)
    return asdict(advise(one.metric, facts, wanted))
