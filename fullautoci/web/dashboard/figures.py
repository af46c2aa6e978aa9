"""Small figures that need no script: SVG that is made here, of numbers alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from fullautoci.web.filters import sign

WIDE, HIGH, EDGE = 120, 28, 3
_STRETCHED = ' preserveAspectRatio="none"'


def sparkline(values: Sequence[float], floor: float | None = None, least: float | None = None) -> Markup:
    """How values went, oldest first; what it shows stands beside it in words.

    Args:
        floor: drawn too, where there is one.
        least: a value that the figure reaches down to, whatever is shown.
    """
    if not values:
        return Markup()
    known = [*values, *(one for one in (floor, least) if one is not None)]
    low, high = min(known), max(known)
    parts = []
    if floor is not None:
        y = _height(floor, low, high)
        parts.append(f'<line class="floor" x1="0" x2="{WIDE}" y1="{y:.1f}" y2="{y:.1f}"/>')
    step = (WIDE - 2 * EDGE) / max(1, len(values) - 1)
    places = [(EDGE + step * number, _height(value, low, high)) for number, value in enumerate(values)]
    if len(values) == 1:
        places = [(EDGE, places[0][1]), (WIDE - EDGE, places[0][1])]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    parts.append(f'<polyline points="{points}"/><circle cx="{places[-1][0]:.1f}" cy="{places[-1][1]:.1f}" r="2.4"/>')
    return svg("spark", WIDE, HIGH, parts, _STRETCHED)


def _height(value: float, low: float, high: float) -> float:
    """Where a value is, from above; what never differs is in the middle."""
    if high <= low:
        return HIGH / 2
    return EDGE + (HIGH - 2 * EDGE) * (high - value) / (high - low)


def bars(went: Sequence[Mapping[str, Any]]) -> Markup:
    """How long something took each time, oldest first, each time with how it ended; the table beside it says the same.

    Args:
        went: each with `duration_s` and `outcome`.
    """
    width, height, step = 800, 120, 800 / max(40, len(went))
    most = max((one["duration_s"] for one in went), default=0.0) or 1.0
    parts = []
    for number, one in enumerate(went):
        tall = max(2.0, (height - 4) * one["duration_s"] / most)
        mood = sign(one["outcome"]).mood or "none"
        parts.append(
            f'<rect class="{mood}" x="{number * step + step * 0.1:.1f}" width="{step * 0.8:.1f}"'
            f' y="{height - tall:.1f}" height="{tall:.1f}"/>'
        )
    return svg("bars", width, height, parts, _STRETCHED)


def svg(name: str, width: int, height: int, parts: Sequence[str], more: str = "") -> Markup:
    """A figure of such a size, which nobody needs to see; of parts and attributes that were made here."""
    return Markup(  # noqa: S704 - of numbers and of words that stand here: nothing that anybody else may have said
        f'<svg class="{name}" width="{width}" height="{height}" viewBox="0 0 {width} {height}" aria-hidden="true"'
        f"{more}>{''.join(parts)}</svg>"
    )
