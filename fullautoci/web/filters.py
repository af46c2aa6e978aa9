"""How values are shown on the page."""

from dataclasses import dataclass

from flask import Flask

from fullautoci import wording
from fullautoci.text import counted, described_environment, number, one_line, plain


def install(app: Flask) -> None:
    """Make the filters known to the templates."""
    app.jinja_env.filters.update(
        number=number, seconds=seconds, metric=metric, line=one_line, plain=plain, ranges=ranges, counted=counted,
        environment=described_environment, job_name=wording.job_name, delta=wording.delta, news=wording.news,
        verdict=wording.verdict, held=wording.metric, mood=wording.mood, provenance=wording.provenance,
        own_reason=wording.own_reason, act=wording.act, outcome=wording.outcome, sign=sign, person=person,
    )  # fmt: skip


@dataclass(frozen=True)
class Sign:
    """How an outcome or state looks.

    Attributes:
        mood: `good`, `bad`, `warn`, `busy`, or empty.
        sign: which of the signs of `signs.html`.
        turns: whether it is under way.
    """

    mood: str
    sign: str
    turns: bool = False


_NONE = Sign("", "none")
_GOOD, _BAD, _WARN = Sign("good", "good"), Sign("bad", "bad"), Sign("warn", "warn")
_BUSY, _WAITS = Sign("busy", "busy", turns=True), Sign("", "wait")
_SIGNS = {
    "passed": _GOOD, "probed": _GOOD, "improved": _GOOD, "met": _GOOD, "newly passing": _GOOD, "fixed": _GOOD,
    "failed": _BAD, "errored": _BAD, "timed_out": _BAD, "quarantined": _BAD, "regressed": _BAD, "inherited": _BAD,
    "unjudged": _BAD, "newly failing": _BAD, "still failing": _BAD, "new": _BAD,
    "waived": _WARN, "flaky": _WARN, "newly skipped": _WARN, "gone": _WARN,
    "cancelled": _NONE, "skipped": _NONE, "superseded": _NONE,
    "queued": _WAITS, "preparing": _BUSY, "running": _BUSY,
}  # fmt: skip


def sign(word: str) -> Sign:
    """How an outcome, a state, or a verdict looks."""
    return _SIGNS.get(word, _NONE)


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


def person(author: str) -> str:
    """Whose name it is: `Ada Lovelace` of `Ada Lovelace <ada@example.org>`; the address of whoever has no name."""
    name, _, address = author.partition("<")
    return name.strip() or address.rstrip("> ")


def ranges(lines: list[int]) -> str:
    """Line numbers, successive ones joined: `3, 7-9`."""
    found: list[list[int]] = []
    for line in lines:
        if found and line == found[-1][1] + 1:
            found[-1][1] = line
        else:
            found.append([line, line])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in found)
