"""Where a value stands between its floor and its target, as a bar: SVG of numbers alone."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from fullautoci import wording
from fullautoci.ratchet.rule import HIGHER
from fullautoci.web.dashboard.figures import svg
from fullautoci.wording import BAD, WAIVED

WIDE, HIGH, EDGE = 160, 18, 8
# Where there is no target, this share of the bar lies open beyond what was reached.
OPEN = 0.18


def bar(one: Mapping[str, Any]) -> Markup:
    """A bar on which better is further right; empty where there is nothing to compare.

    Args:
        one: with `value`, `floor`, `next_floor`, `target`, `direction`, `verdict` and `flags`; the same is told
            beside it in words.
    """
    value, target = one["value"], one["target"]
    floor = one["next_floor"] if one["floor"] is None else one["floor"]
    if value is None or floor is None:
        return Markup()
    at = places(value, floor, target, higher=one["direction"] == HIGHER)
    mood = {BAD: "bad", WAIVED: "warn"}.get(wording.mood(one), "good")
    left, right = sorted((at["value"], at["floor"]))
    parts = [
        f'<rect class="track" x="0" y="7" width="{WIDE}" height="4" rx="2"/>',
        f'<rect class="{mood}" x="{left:.1f}" y="7" width="{right - left:.1f}" height="4"/>',
        f'<path class="floor" d="M{at["floor"]:.1f} 3v12"/>',
        f'<path class="goal" d="M{at["target"]:.1f} 1v16"/>' if target is not None else "",
        f'<circle class="{mood}" cx="{at["value"]:.1f}" cy="9" r="4.5"/>',
    ]
    return svg("between", WIDE, HIGH, parts)


def places(value: float, floor: float, target: float | None, *, higher: bool) -> dict[str, float]:
    """How far from the left each point is, in units of the bar; what never differs is at its right end."""
    points = {"value": value, "floor": floor, "target": floor if target is None else target}
    good = {name: point if higher else -point for name, point in points.items()}
    low, high = min(good.values()), max(good.values())
    room = WIDE - 2 * EDGE
    width = room * (1 - OPEN) if target is None else room
    if high <= low:
        return dict.fromkeys(points, EDGE + width)
    return {name: EDGE + width * (point - low) / (high - low) for name, point in good.items()}
