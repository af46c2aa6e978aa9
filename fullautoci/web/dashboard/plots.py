"""What a chart is drawn of: points of one or two branches, in one order."""

from collections.abc import Mapping, Sequence
from typing import Any

from fullautoci.text import one_line

View = dict[str, Any]


def laid_out(lines: Mapping[str, Sequence[View]]) -> View:
    """What the script of the chart takes.

    Commits that both branches have stand in one place; from where they part, each goes on by itself, side by side.

    Args:
        lines: of each branch its points, oldest first, as `trends.points` has them.

    Returns:
        `branches`: each with its `name` and `points`; a point has its place `x`, and what is told of it.
    """
    return {
        "branches": [
            {"name": name, "points": [_point(point, place) for point, place in zip(points, places, strict=True)]}
            for (name, points), places in zip(lines.items(), _places([*lines.values()]), strict=True)
        ]
    }


def _places(lines: Sequence[Sequence[View]]) -> list[list[int]]:
    """The place of each point; what is shared has the same, wherever a line begins."""
    if len(lines) < 2:
        return [[*range(len(points))] for points in lines]
    first, second = ([point["commit"] for point in points] for points in lines)
    shared = set(first) & set(second)
    if not shared:
        most = max(len(first), len(second))
        return [[*range(most - len(first), most)], [*range(most - len(second), most)]]
    before = max(_until(first, shared), _until(second, shared))
    return [[*range(before - _until(own, shared), before - _until(own, shared) + len(own))] for own in (first, second)]


def _until(commits: Sequence[str], shared: set[str]) -> int:
    """How many commits there are up to the last that is shared, with it."""
    return max(number for number, commit in enumerate(commits) if commit in shared) + 1


def _point(point: View, place: int) -> View:
    mark = "bad" if point["failing"] else {"improved": "good", "met": "good"}.get(point["verdict"] or "", "")
    if "waived" in point["flags"] or any(act["kind"] == "waive" for act in point["acts"]):
        mark = "warn"
    return {
        "x": place, "commit": point["commit"][:10], "subject": one_line(point["subject"], 100), "run": point["run"],
        "value": point["value"], "floor": point["floor"], "target": point["target"], "mark": mark,
        "verdict": ", ".join(filter(None, [point["verdict"], *point["flags"]])), "epoch": one_line(point["epoch"], 120),
    }  # fmt: skip
