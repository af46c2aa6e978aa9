"""Tests over time: which fail that did not, which pass again, which are skipped, which came and which went."""

from collections.abc import Iterable, Mapping

NEWLY_FAILING, STILL_FAILING, NEWLY_PASSING = "newly failing", "still failing", "newly passing"
NEWLY_SKIPPED = "newly skipped"
NEW, GONE = "new", "gone"
BAD = ("failed", "errored")
# Of several results under one name, the first of these counts.
_ORDER = ("errored", "failed", "passed", "skipped")

Case = tuple[str, str]


def compare(before: Iterable[Case], after: Iterable[Case]) -> Mapping[str, str]:
    """What became of each test, by name; empty for those of which there is nothing to say.

    A new test that fails is `newly failing`. One that is skipped and failed before is not `newly passing`: nothing
    shows that it would. It is `newly skipped`, like one that passed before.

    Args:
        before: names and outcomes of the older run's tests.
        after: those of the newer one's.
    """
    old, new = _by_name(before), _by_name(after)
    told = {name: _status(old.get(name), outcome) for name, outcome in new.items()}
    return told | dict.fromkeys((name for name in old if name not in new), GONE)


def _by_name(cases: Iterable[Case]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, outcome in cases:
        known = found.get(name, outcome)
        found[name] = min(known, outcome, key=_rank)
    return found


def _rank(outcome: str) -> int:
    return _ORDER.index(outcome) if outcome in _ORDER else len(_ORDER)


def _status(before: str | None, after: str) -> str:
    if after in BAD:
        return STILL_FAILING if before in BAD else NEWLY_FAILING
    if before is None:
        return NEW
    if after == "skipped":
        return "" if before == after else NEWLY_SKIPPED
    return NEWLY_PASSING if before in BAD and after == "passed" else ""
