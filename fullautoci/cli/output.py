"""How commands speak: JSON or tables on stdout, everything else on stderr."""

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from fullautoci import wording
from fullautoci.text import counted, number

if TYPE_CHECKING:
    from rich.console import Console

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")

STYLES = {
    "passed": "green", "failed": "red", "errored": "red", "timed_out": "red", "quarantined": "red",
    "skipped": "yellow", "superseded": "yellow", "cancelled": "yellow",
    "queued": "cyan", "preparing": "cyan", "running": "cyan",
}  # fmt: skip

MOODS = {wording.BAD: "red", wording.WAIVED: "yellow", wording.GOOD: "green", wording.QUIET: "dim"}


def print_json(value: Any) -> None:
    """A value as JSON."""
    click.echo(json.dumps(value, indent=2))


def console() -> "Console":
    """Where tables go; plain and as wide as it takes where that is no terminal."""
    from rich.console import Console

    terminal = sys.stdout.isatty()
    return Console(highlight=False, soft_wrap=not terminal, width=None if terminal else 200)


def note(text: str) -> None:
    """A line for the person, beside the output."""
    click.echo(text, err=True)


def word(thing: Mapping[str, Any]) -> str:
    """A run's or job's outcome, or its state while it has none; with its colour."""
    value = wording.outcome(thing)
    return f"[{STYLES.get(value, 'default')}]{value.replace('_', ' ')}[/]"


def safe(value: object, limit: int = 200) -> str:
    """Text from outside on one line, without markup and terminal sequences."""
    from rich.markup import escape

    from fullautoci.text import one_line

    return escape(one_line(str(value), limit))


def job_name(job: Mapping[str, Any]) -> str:
    """How a job is called: its tool, which of several variants, and which of several projects."""
    return safe(wording.job_name(job))


def headline(job: Mapping[str, Any]) -> str:
    """A job's one figure that says most, or why there is none."""
    metrics, counts = job["metrics"], job["counts"]
    parts = []
    if "score" in metrics:
        parts.append(f"{number(metrics['score'])}/10, {counted(counts['findings'], 'finding')}")
    if "percent_lines" in metrics:
        parts.append(f"{number(metrics['percent_lines'])}% of lines")
    if counts["tests"]:
        failed = f", {counts['failed']} failed" if counts["failed"] else ""
        skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
        parts.append(f"{counted(counts['tests'], 'test')}{failed}{skipped}")
    if not parts or job["outcome"] not in ("passed", "failed"):
        parts.append(safe(job["reason"] or (job["activity"] if job["state"] != "done" else "")))
    return ", ".join(part for part in parts if part)


def verdict_line(one: Mapping[str, Any]) -> str:
    """A verdict in a line, with its colour."""
    return f"[{MOODS[wording.mood(one)]}]{safe(wording.verdict(one), 400)}[/]"


def news(job: Mapping[str, Any]) -> str:
    """What a job brought, where it brought something: new and fixed findings, and verdicts that are worth a look."""
    verdicts = [
        f"[{MOODS[mood]}]{safe(wording.metric(one))} {safe(one['verdict'])}{' (waived)' * (mood == wording.WAIVED)}[/]"
        for one in job["verdicts"]
        if (mood := wording.mood(one)) != wording.QUIET
    ]
    return "; ".join(filter(None, [wording.news(job), *verdicts]))


def age(moment: str | None) -> str:
    """How long ago a moment was, in words."""
    from datetime import UTC, datetime

    if not moment:
        return ""
    seconds = (datetime.now(UTC) - datetime.fromisoformat(moment)).total_seconds()
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit} ago"
    return f"{max(0, int(seconds))} s ago"
