"""What people ask for about ratchets, looked through before it is done."""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fullautoci.config.schema import BUILT_IN_TOOLS
from fullautoci.errors import FullAutoCIError, NotFoundError, UsageError
from fullautoci.ratchet.rule import HIGHER, Rule
from fullautoci.ratchet.shifting import bounds
from fullautoci.ratchet.standing import FAILING, Flag
from fullautoci.store import series
from fullautoci.store.acts import KINDS, MOVING, Wanted
from fullautoci.store.database import Connection
from fullautoci.store.standings import Series
from fullautoci.text import one_line
from fullautoci.web.moments import end
from fullautoci.wording import figure

View = Mapping[str, Any]

_SHA = re.compile(r"[0-9a-f]{4,64}")
SHORTEST_REASON = 3


@dataclass(frozen=True)
class Meant:
    """The series that are meant, and how that is written down: None is every project, or variant."""

    series: Sequence[Series]
    project: str | None
    variant: str | None


def meant(connection: Connection, repository_id: int, asked: View) -> Meant:
    """The series that are meant: by `name`, or by `tool`, `metric` and, where wanted, `project` and `variant`.

    Raises:
        NotFoundError: there is none.
        UsageError: that is no name.
    """
    if asked.get("name") is not None:
        said = _text(asked, "name")
        found = series.meant(connection, repository_id, said)
        if [series.name(one) for one in found] == [said]:
            return Meant(found, found[0].project, found[0].variant)
        return Meant(found, None, None)
    tool, metric = _text(asked, "tool"), _text(asked, "metric")
    project, variant = (_text(asked, key) if asked.get(key) else None for key in ("project", "variant"))
    series.meant(connection, repository_id, f"{tool}.{metric}")
    found = [
        one
        for one in series.every(connection, repository_id)
        if (one.tool, one.metric) == (tool, metric)
        and project in (None, one.project)
        and variant in (None, one.variant)
    ]
    if not found:
        raise NotFoundError(f"there is no {tool}.{metric} in that project or variant", "'fullautoci ratchet list'")
    return Meant(found, project, variant)


def commit(connection: Connection, repository_id: int, asked: View) -> str:
    """The commit that is meant.

    Raises:
        NotFoundError: it was not tested.
        UsageError: that is none.
    """
    said = _text(asked, "commit")
    if not _SHA.fullmatch(said):
        raise UsageError("'commit' must be a commit's id, or at least four digits of it")
    return series.commit(connection, repository_id, said)


def wanted(asked: View, what: Meant, shown: Collection[View], actor: str, source: str) -> Wanted:
    """What is asked for, where it makes sense.

    Args:
        shown: how the series stand at the commit that is meant.
        actor: who asks, by name.
        source: which way they came, `cli` or `api`.

    Raises:
        UsageError: it makes none.
        FullAutoCIError: there is nothing to be done.
    """
    kind = asked.get("kind")
    if kind not in KINDS:
        raise UsageError(f"'kind' must be one of {', '.join(KINDS)}")
    judged = _judged(shown, what)
    reason = one_line(_text(asked, "reason").strip(), 500)
    if len(reason) < SHORTEST_REASON:
        raise UsageError("a reason is needed, of three letters at least", "-m 'why this is so'")
    if kind == "end" and not any(one["waived"] or Flag.WAIVED in one["flags"] for one in judged):
        raise FullAutoCIError(f"there is no waiver of {series.name(what.series[0])} at that commit to be ended")
    if kind == "waive" and not any(one["verdict"] in FAILING for one in judged):
        told = ", ".join(f"{one['name']} {one['verdict']}" for one in judged)
        raise FullAutoCIError(f"there is nothing to waive: {told}")
    if kind == "end" and asked.get("until"):
        raise UsageError("the end of a waiver is at once; a waiver with an end takes an earlier one's place")
    value = _value(asked.get("value"), kind, what.series)
    if value is not None:
        _must_be_possible(value, judged)
    if kind == "raise":
        _must_rise(value, judged)
    first = what.series[0]
    return Wanted(
        kind, first.tool, first.metric, judged[0]["commit"], reason, actor, source, what.project, what.variant,
        value, end(asked.get("until")),
    )  # fmt: skip


def _judged(shown: Collection[View], what: Meant) -> list[View]:
    """The series on which there is a verdict."""
    found = [one for one in shown if one["verdict"] is not None]
    if not found:
        why = "; ".join(one["reason"] for one in shown if one["reason"])
        name = series.name(what.series[0])
        raise FullAutoCIError(
            f"there is no verdict on {name} at that commit{f' yet: {why}' if why else ''}",
            "'fullautoci wait' waits for one; 'fullautoci results' tells what came of the commit",
        )
    return found


def _text(asked: View, name: str) -> str:
    value = asked.get(name, "")
    if not isinstance(value, str) or len(value) > 4096:
        raise UsageError(f"'{name}' must be a text")
    if not value and name != "reason":
        raise UsageError(f"'{name}' is missing")
    return value


def _value(said: object, kind: str, concerned: Sequence[Series]) -> float | None:
    if said is None:
        return None
    if kind not in MOVING:
        raise UsageError("a waiver takes no value: it moves no floor")
    if all(one.per for one in concerned):
        raise UsageError("each file has a floor of its own: there is no one value for them")
    if isinstance(said, bool) or not isinstance(said, int | float) or not math.isfinite(said):
        raise UsageError("'value' must be a finite number")
    return float(said)


def _must_be_possible(value: float, judged: Collection[View]) -> None:
    """A floor is one that a value can have; of a metric whose values lie beyond that, we know no bounds."""
    for one in judged:
        if one["tool"] not in BUILT_IN_TOOLS and not one["metric"].startswith("percent_"):
            continue  # of what another tool counts nothing is known
        low, high = bounds(one["metric"])
        seen = [there for there in (one["value"], one["next_floor"]) if there is not None]
        if low is not None and value < low and all(there >= low for there in seen):
            raise UsageError(f"{one['name']} is never below {figure(low)}")
        if high is not None and value > high and all(there <= high for there in seen):
            raise UsageError(f"{one['name']} is never above {figure(high)}")


def _must_rise(value: float | None, judged: Collection[View]) -> None:
    """A raised floor is a better one, of a metric as a whole, and not beyond the target."""
    whole = [one for one in judged if not one["per"]]
    if not whole:
        raise UsageError("the floors of single files are not raised by hand: they follow what is reached")
    for one in whole:
        rule = Rule(one["metric"], one["direction"] or HIGHER, one["target"])
        to, now = one["value"] if value is None else value, one["next_floor"]
        if to is None or now is None:
            raise UsageError("there is no value to raise the floor to", "--to VALUE says which")
        if rule.worse(rule.capped(to), to):
            hint = "the target is where it is good enough: change that in .fullautoci.yml"
            raise UsageError(f"a floor is no better than the target, {figure(one['target'])}", hint)
        if not rule.worse(now, to):
            raise FullAutoCIError(f"the floor of {one['name']} is {figure(now)} already", "'reset' lowers a floor")
