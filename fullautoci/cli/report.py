"""`report`: what a week, a month, or what lies between two commits brought."""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fullautoci import wording
from fullautoci.cli.here import Here
from fullautoci.cli.naming import repo_option
from fullautoci.cli.output import STYLES, age, console, job_name, json_option, note, print_json, safe
from fullautoci.errors import FullAutoCIError
from fullautoci.reporting.periods import DAYS, LAST_WEEK, THIS_WEEK
from fullautoci.text import counted, number

if TYPE_CHECKING:
    from rich.console import Console

    from fullautoci.client.types.reports import Report

# So many of each are printed; all that is known with --json.
SHOWN = 10
_ZONE_FILE = Path("/etc/localtime")


def complete(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """The periods that have a name and begin so."""
    return [name for name in (THIS_WEEK, LAST_WEEK) if name.startswith(incomplete)]


@click.command("report")
@click.argument("period", default=THIS_WEEK, shell_complete=complete)
@click.option("--html", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write it as a page.")
@click.option("--zone", metavar="NAME", help="Where days begin, as in Europe/Berlin; default: where you are.")
@repo_option
@json_option
def report_command(period: str, html: Path | None, zone: str | None, as_json: bool) -> None:
    """What a PERIOD brought: what improved, broke, was mended, flaked and was waived.

    PERIOD is this-week, last-week, a week (2026-W48), a month (2026-11), days (2026-11-01..2026-11-15), or two commits,
    branches or tags (v1.0..v1.1): what came after the first up to the second.
    """
    here = Here()
    client = here.reading_api()
    repository = here.repository(client)["id"]
    wanted, where = _meant(here, period), own_zone() if zone is None else zone
    if html is not None:
        _write(html, client.report_file(repository, wanted, where))
        note(f"written to {safe(html)}")
        return
    found = client.report(repository, wanted, where)
    if as_json:
        print_json(found)
    else:
        show(console(), found)


def own_zone() -> str:
    """The name of this machine's time zone; empty where it is not known."""
    named = os.environ.get("TZ", "").removeprefix(":")
    if not named:
        try:
            named = os.readlink(_ZONE_FILE).rpartition("zoneinfo/")[2]  # noqa: PTH115 - text, of which a part counts
        except OSError:
            return ""
    return named if re.fullmatch(r"[A-Za-z][A-Za-z0-9_+/-]{1,59}", named) else ""


def _meant(here: Here, period: str) -> str:
    """A period as the service knows it: of two revisions their commits."""
    begin, dots, end = period.partition("..")
    if not dots or DAYS.fullmatch(period):
        return period
    return f"{here.resolve(begin)}..{here.resolve(end or 'HEAD')}"


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise FullAutoCIError(f"cannot write {safe(path)}: {error.strerror}") from error


def show(out: "Console", found: "Report") -> None:
    """Print a report."""
    period, runs = found["period"], found["runs"]
    days = f", {period['first']} to {period['last']}, {safe(period['zone'], 60)}" if period["first"] else ""
    out.print(f"[bold]{safe(found['repository']['name'], 80)}: {safe(period['title'])}[/]{days}")
    if not runs["total"]:
        out.print("nothing was tested then")
        return
    ends = ", ".join(
        f"[{STYLES.get(word, 'default')}]{count} {word.replace('_', ' ')}[/]"
        for word, count in runs["outcomes"].items()
    )
    findings = found["findings"]
    out.print(f"{counted(runs['total'], 'run')} of {counted(runs['commits'], 'commit')}: {ends}")
    out.print(f"findings: {findings['new']} new, {findings['fixed']} fixed")
    for title, part, line in (
        ("improved", found["improved"], _moved),
        ("got worse", found["regressed"], _moved),
        ("broke", found["broke"], _turn),
        ("was mended", found["mended"], _turn),
        ("tests that failed", found["tests"], _test),
        ("flaked", found["flaky"], _flaked),
        ("was waived, reset or raised", found["acts"], _act),
    ):
        _part(out, title, part, line)
    _metrics(out, found)


def _part(out: "Console", title: str, part: Mapping[str, Any], line: Callable[[Mapping[str, Any]], str]) -> None:
    if not part["items"]:
        return
    out.print(f"\n[bold]{title}[/]")
    for one in part["items"][:SHOWN]:
        out.print(f"  {line(one)}")
    rest = part["more"] + max(0, len(part["items"]) - SHOWN)
    if rest:
        out.print(f"  [dim]and {rest} more[/]")


def _moved(one: Mapping[str, Any]) -> str:
    begin = "" if one["begin"] is None else f"{number(one['begin'])} → "
    end = "none" if one["end"] is None else number(one["end"])
    why = f": {safe(one['reason'])}" if one["reason"] and one["verdict"] != "improved" else ""
    waived = " [yellow]waived[/]" if one["waived"] else ""
    return (
        f"{safe(one['name'])} {begin}{end}, {counted(one['times'], 'time')}, last at {one['commit'][:10]}{waived}{why}"
    )


def _turn(one: Mapping[str, Any]) -> str:
    why = f": {safe(one['reason'])}" if one["reason"] else ""
    return f"{job_name(one)} at {one['commit'][:10]} {safe(one['subject'], 60)}{why} [dim]({age(one['at'])})[/]"


def _test(one: Mapping[str, Any]) -> str:
    return f"{safe(one['name'])} ({job_name(one)}) {counted(one['times'], 'time')}, last in run {one['run']}"


def _flaked(one: Mapping[str, Any]) -> str:
    return f"{safe(one['name'])} ({job_name(one)}) differed {counted(one['times'], 'time')}"


def _act(one: Mapping[str, Any]) -> str:
    what = f"{safe(wording.act(one['kind']))} {safe(one['name'])}"
    return f"{what} by {safe(one['actor'], 60)} at {one['commit'][:10]}: {safe(one['reason'])}"


def _metrics(out: "Console", found: "Report") -> None:
    from rich.table import Table

    changed = [one for one in found["metrics"]["items"] if one["change"]]
    if not changed:
        return
    table: Table = Table(box=None, header_style="dim", pad_edge=False)
    for heading in ("metric", "at the beginning", "at the end", "change"):
        table.add_column(heading, justify="left" if heading == "metric" else "right", overflow="fold")
    for one in changed[:SHOWN]:
        colour = {"good": "green", "bad": "red"}.get(one["mood"], "default")
        begin, end = (_figure(value) for value in (one["begin"], one["end"]))
        change = one["change"] or 0.0
        told = f"[{colour}]{'+' if change > 0 else '−'}{wording.figure(abs(change))}[/]"
        table.add_row(safe(one["name"]), begin, end, told)
    out.print("\n[bold]metrics[/]")
    out.print(table)
    if len(changed) > SHOWN:
        out.print(f"[dim]and {len(changed) - SHOWN} more[/]")


def _figure(value: float | None) -> str:
    return "–" if value is None else wording.figure(value)
