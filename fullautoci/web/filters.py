"""How values are shown on the page."""

from flask import Flask

from fullautoci import wording
from fullautoci.text import counted, described_environment, number, one_line, plain


def install(app: Flask) -> None:
    """Make the filters known to the templates."""
    app.jinja_env.filters.update(
        number=number, seconds=seconds, metric=metric, line=one_line, plain=plain, ranges=ranges, counted=counted,
        environment=described_environment, job_name=wording.job_name, delta=wording.delta, news=wording.news,
        verdict=wording.verdict, held=wording.metric, mood=wording.mood, provenance=wording.provenance,
        own_reason=wording.own_reason, outcome=wording.outcome,
    )  # fmt: skip


def seconds(value: float | None) -> str:
    """A duration for people: `0.8 s`, `2 min 5 s`."""
    if value is None:
        return ""
    if value < 60:
        return f"{value:.1f} s"
    return f"{int(value // 60)} min {int(value % 60)} s"


def metric(name: str) -> str:
    """A metric's name for people."""
    return name.replace("_", " ").replace("percent ", "% ")


def ranges(lines: list[int]) -> str:
    """Line numbers, successive ones joined: `3, 7-9`."""
    found: list[list[int]] = []
    for line in lines:
        if found and line == found[-1][1] + 1:
            found[-1][1] = line
        else:
            found.append([line, line])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in found)
