"""How each tool of a run went, in a few words; made ready here, since lists have hundreds."""

import functools
from collections.abc import Mapping
from typing import Any, NamedTuple

from flask import Blueprint

from fullautoci import wording
from fullautoci.store.pages.rows import Job, Verdict
from fullautoci.text import number, one_line
from fullautoci.web.filters import Sign, metric, sign

_MOODS: Mapping[str, str] = {wording.BAD: "bad", wording.WAIVED: "warn", wording.GOOD: "good"}


class Mark(NamedTuple):
    """A tool's result.

    Attributes:
        column: project, tool and variant.
        word: its outcome, or state.
        look: how that looks.
        figure: its main one, as it is shown; empty: it has none.
        news: of new and fixed findings: how each looks, and how many.
        verdicts: those to look at: how each looks, and which.
        whole: all of it in a line.
    """

    id: int
    column: tuple[str, str, str]
    name: str
    word: str
    look: Sign
    figure: str
    news: tuple[tuple[str, str], ...]
    verdicts: tuple[tuple[str, str], ...]
    whole: str


def install(pages: Blueprint) -> None:
    """Make the marks known to the templates."""
    pages.add_app_template_filter(mark, "marked")


def mark(job: Job) -> Mark:
    """A job's mark."""
    outcome = _outcome(job)
    word = outcome.replace("_", " ")
    name = job_name(job.project, job.tool, job.variant)
    figure = _figure(job.figure)
    news = tuple((mood, f"{count} {said}") for mood, count, said in
                 (("bad", job.new, "new"), ("good", job.fixed, "fixed")) if count)  # fmt: skip
    verdicts = tuple(said for one in job.verdicts if (said := _verdict(one)) is not None)
    whole = ", ".join([f"{name}: {word}", *filter(None, [figure]), *(said for _, said in (*news, *verdicts))])
    if job.reason:
        whole = f"{whole} ({one_line(job.reason, 120)})"
    column = (job.project, job.tool, job.variant)
    return Mark(job.id, column, name, word, sign(outcome), figure, news, verdicts, whole)


@functools.lru_cache(maxsize=4096)
def job_name(project: str, tool: str, variant: str) -> str:
    """How a job is called, on one short line."""
    return one_line(wording.job_name({"project": project, "tool": tool, "variant": variant}), 40)


def _outcome(job: Job) -> str:
    view: dict[str, Any] = {
        "purpose": job.purpose, "outcome": job.outcome, "verdicts": [{"failing": one.failing} for one in job.verdicts],
    }  # fmt: skip
    return wording.outcome(view)


def _figure(said: str) -> str:
    name, _, value = said.partition(" ")
    if not value:
        return ""
    return number(float(value)) + (" %" if name.startswith("percent") else "")


def _verdict(one: Verdict) -> tuple[str, str] | None:
    look = _MOODS.get(wording.mood({"verdict": one.verdict, "flags": one.flags}))
    if look is None:
        return None
    held = metric(one_line(wording.metric({"metric": one.metric, "per": one.per}), 40))
    return look, f"{held} {one.verdict}{' (waived)' if look == 'warn' else ''}"
