"""What a period brought, put in order: what broke, what was mended, improved, flaked and was waived."""

from collections.abc import Iterable, Sequence
from typing import Any

from fullautoci.reporting.facts import Facts, Row

View = dict[str, Any]

GOOD = "passed"
# So many of each are told; how many more there are is told, too.
MOST = 30
EPSILON = 1e-9


def compiled(facts: Facts) -> View:
    """A report: numbers, texts, lists and mappings, as JSON has them."""
    total = sum(facts.outcomes.values())
    broke = [row for row in facts.turns if row["before"] == GOOD]
    mended = [row for row in facts.turns if row["before"] != GOOD]
    better, worse = ratchets(facts.verdicts)
    return {
        "runs": {
            "total": total, "commits": facts.commits, "detailed": min(total, facts.detailed),
            "sample": min(total, facts.sample),
            "outcomes": dict(sorted(facts.outcomes.items(), key=lambda one: (-one[1], one[0]))),
        },
        "broke": told(broke), "mended": told(mended), "improved": told(better), "regressed": told(worse),
        "tests": told(facts.tests), "flaky": told(facts.flaky), "acts": told(facts.acts),
        "metrics": told(metrics(facts)), "tools": told(tools(facts.tools)), "findings": dict(facts.findings),
    }  # fmt: skip


def told(rows: Iterable[Row]) -> View:
    """The first of some rows, and how many more there are."""
    there = [dict(row) for row in rows]
    return {"items": there[:MOST], "more": max(0, len(there) - MOST)}


def ratchets(verdicts: Sequence[Row]) -> tuple[list[View], list[View]]:
    """The ratchets that improved, and those that got worse, one row each.

    Returns:
        Of each the floor at its first such verdict (`begin`), the value at its last (`end`), how often that was
        (`times`), the last of these commits with its run, and whether it was waived then. What improved and got worse
        is in both.
    """
    found: dict[tuple[bool, str], View] = {}
    for row in verdicts:
        key = row["verdict"] == "improved", row["name"]
        one = found.setdefault(key, {"name": row["name"], "begin": row["floor"], "times": 0})
        one |= {
            "end": row["value"], "times": one["times"] + 1, "commit": row["commit"], "run": row["run"],
            "verdict": row["verdict"], "reason": row["reason"], "waived": "waived" in row["flags"],
        }  # fmt: skip
    return tuple([view for (good, _), view in found.items() if good is wanted] for wanted in (True, False))  # type: ignore[return-value]


def metrics(facts: Facts) -> list[View]:
    """Metrics at both ends, what changed first; `mood` is good or bad where it is known which is better."""
    found = []
    for name in dict.fromkeys([*facts.end, *facts.begin]):
        begin, end = facts.begin.get(name), facts.end.get(name)
        change = None if begin is None or end is None else round(end - begin, 6)
        found.append({"name": name, "begin": begin, "end": end, "change": change, "mood": _mood(facts, name, change)})
    return sorted(found, key=lambda one: (not one["mood"], not one["change"], one["name"]))


def _mood(facts: Facts, name: str, change: float | None) -> str:
    if not change or abs(change) < EPSILON or name not in facts.directions:
        return ""
    return "good" if (change > 0) is facts.directions[name] else "bad"


def tools(rows: Sequence[Row]) -> list[View]:
    """Tools with what they took as a rule, the slowest first."""
    found = []
    for row in rows:
        mean = row["total_s"] / row["measured"] if row["measured"] else None
        found.append({**row, "mean_s": mean})
    return sorted(found, key=lambda one: (-(one["mean_s"] or 0.0), one["tool"], one["project"], one["variant"]))
