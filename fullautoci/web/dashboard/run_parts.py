"""What the page of a run works out of what the store tells."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from fullautoci.config.held import HIGHER_IS_BETTER, LOWER_IS_BETTER
from fullautoci.web import filters
from fullautoci.web.api.runs import TO_REPEAT
from fullautoci.wording import figure, job_name

View = Mapping[str, Any]

_NO_ANCHOR = re.compile(r"[^\w.@-]+")
# Of a job's time, in the order in which it passes.
PHASES = ("checkout", "environment", "setup", "tool")
# Less than that is no difference, but how numbers are written.
_EPSILON = 1e-6


def anchor(job: View) -> str:
    """By what a job is linked to on its run's page, where no other job has its name."""
    return _NO_ANCHOR.sub("-", job_name(job))[:80]


def anchors(jobs: Sequence[View]) -> dict[int, str]:
    """By what each job is linked to on its run's page, by its id: its name, and its id where another has that."""
    found: dict[int, str] = {}
    for job in jobs:
        name = anchor(job)
        found[job["id"]] = f"{name}-{job['id']}" if name in found.values() else name
    return found


def took(thing: View) -> float | None:
    """How long a run or job was under way, in seconds; None: it did not begin, or is not over."""
    if not thing["started_at"] or not thing["finished_at"]:
        return None
    between = datetime.fromisoformat(thing["finished_at"]) - datetime.fromisoformat(thing["started_at"])
    return max(0.0, between.total_seconds())


def has_failed(run: View) -> bool:
    """Whether there is something of a run to be done again by itself."""
    return any(job["outcome"] in TO_REPEAT for job in run["jobs"])


def body(run: View) -> str:
    """A commit's message without its first line, where it says more."""
    message = run["message"].strip()
    return message.removeprefix(run["subject"]).strip() if message != run["subject"] else ""


def change(name: str, value: float, before: float | None) -> dict[str, Any] | None:
    """How a metric moved: `text`, its `arrow`, `word` and `mood`; None: it did not, or there is nothing before it."""
    if before is None or abs(value - before) < _EPSILON:
        return None
    rose = value > before
    mood = ""
    if name in (*HIGHER_IS_BETTER, *LOWER_IS_BETTER):
        mood = "good" if rose == (name in HIGHER_IS_BETTER) else "bad"
    word = {"good": "better", "bad": "worse"}.get(mood, "more" if rose else "less")
    return {"text": figure(abs(value - before)), "arrow": "▲" if rose else "▼", "word": word, "mood": mood}


def measures(job: View) -> list[dict[str, Any]]:
    """A job's metrics that no ratchet holds, each with how it moved."""
    held = {one["metric"] for one in job["verdicts"] if not one["per"]}
    before = job["against"]["metrics"] if job["against"] else {}
    return [
        {"name": name, "value": value, "change": change(name, value, before.get(name))}
        for name, value in job["metrics"].items()
        if name not in held
    ]


def moved(job: View, one: View) -> dict[str, Any] | None:
    """How the value of a verdict moved against the parent's."""
    if one["value"] is None or one["per"] or not job["against"]:
        return None
    return change(one["metric"], one["value"], job["against"]["metrics"].get(one["metric"]))


def phases(job: View) -> list[dict[str, Any]]:
    """For what a job took its time: `name`, `text`, and where that is in the whole, in percent: `x` and `width`."""
    timings = job["timings"]
    found = [(name, float(timings.get(f"{name}_s") or 0.0)) for name in PHASES]
    whole = max(job["duration_s"] or 0.0, sum(seconds for _, seconds in found))
    if whole <= 0:
        return []
    found.append(("other", whole - sum(seconds for _, seconds in found)))
    shown, at = [], 0.0
    for name, seconds in found:
        width = 100 * seconds / whole
        if width >= 0.5:
            shown.append({"name": name, "text": _short(seconds), "x": round(at, 2), "width": round(width, 2)})
        at += width
    return shown


def _short(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else filters.seconds(seconds)


def reason(run: View, one: View) -> dict[str, Any]:
    """Why a verdict is what it is, taken apart at the commit that it names and blames.

    Returns:
        `before` and `after`, and between them `commit`, with its newest `run`; where it blames none, or this one, all
        is `before`, and `commit` is empty.
    """
    blame, said = one["blame"], one["reason"]
    if not blame or blame == run["commit"]:
        return {"before": said, "commit": "", "run": None, "after": ""}
    before, found, after = said.partition(blame[:10])
    if not found:
        before = f"{said}; since " if said else "since "
    return {"before": before, "commit": blame, "run": run["runs"].get(blame), "after": after}
