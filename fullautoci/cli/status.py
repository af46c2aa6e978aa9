"""`status`: this repository at a glance, and what is running now."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from fullautoci.cli.here import Here
from fullautoci.cli.history import table
from fullautoci.cli.naming import named, repo_option
from fullautoci.cli.output import console, job_name, json_option, note, print_json, safe
from fullautoci.errors import FullAutoCIError, NotFoundError, UsageError
from fullautoci.text import counted, number

if TYPE_CHECKING:
    from fullautoci.client import Client
    from fullautoci.client.types.runs import Run


@click.command("status")
@repo_option
@json_option
def status_command(as_json: bool) -> None:
    """This repository at a glance, and what is running now."""
    here = Here()
    client = here.reading_api()
    info = client.status()
    runs, problem = _here(here, client)
    bypassed = _bypassed(here) if here.way is None and named() is None and (runs or not problem) else []
    if as_json:
        print_json({**info, "runs": runs, "here": problem or "watched", "hooks_bypassed": bypassed})
        return
    _print_service(info, here.way.place if here.way else info.get("url", ""))
    out = console()
    for job in info["running"]:
        what = safe(job["activity"] or job["state"])
        out.print(
            f"{safe(job['repository'], 40)} {job['commit'][:10]} {job_name(job)}: {what} for {number(job['seconds'])} s"
        )
    if problem:
        note(problem)
    elif runs:
        out.print(table(runs, with_repository=False))
    else:
        note("no commit of this repository was tested yet")
    for line in bypassed:
        note(f"{line}: the scan finds its commits a little later; 'fullautoci hooks status --repair' puts ours back")


def _print_service(info: Mapping[str, Any], place: str) -> None:
    if info["daemon"] != "running":
        click.secho(f"the daemon is not running; waiting: {counted(info['spool_waiting'], 'event')}", fg="yellow")
        note("'fullautoci daemon start' starts it")
    elif info.get("jobs_queued") or info["running"]:
        click.echo(f"{counted(len(info['running']), 'job')} running, {info['jobs_queued']} waiting; {place}")
    else:
        click.echo(f"idle; {place}")
    _print_withheld(info)
    if info.get("problem"):
        note(info["problem"])
    if info.get("jobs_quarantined"):
        note(f"{info['jobs_quarantined']} jobs are quarantined: each lost its worker three times")
    if info.get("spool_rejected"):
        note(f"{info['spool_rejected']} files in the spool were no events and are set aside: 'fullautoci doctor'")


def _print_withheld(info: Mapping[str, Any]) -> None:
    """What does not start, and why."""
    paused = info.get("paused")
    if paused:
        until = f" until {paused['until']}" if paused["until"] else ""
        what = "the backfill is" if paused["what"] == "backfill" else "testing is"
        click.secho(f"{what} paused{until}; 'fullautoci resume' goes on", fg="yellow")
    if info.get("backfill_queued"):
        why = " (not on battery)" if info.get("on_battery") else ""
        note(f"backfill: {counted(info['backfill_queued'], 'commit')} that arrived in a batch, when there is time{why}")


def _bypassed(here: Here) -> list[str]:
    """What keeps our hooks from telling of commits here."""
    from fullautoci.vcs.git import hooks

    try:
        return hooks.problems(here.location(), here.paths)
    except (FullAutoCIError, OSError) as error:
        return [f"the hooks cannot be read: {error}"]


def _here(here: Here, client: "Client") -> "tuple[list[Run], str]":
    """The newest runs of the repository one stands in, or why there are none."""
    try:
        repository = here.repository(client)
        runs = client.runs(repository=repository["id"], limit=5)
    except (UsageError, NotFoundError) as error:
        return [], f"{error.message}: {error.hint}" if error.hint else error.message
    except FullAutoCIError as error:
        return [], error.message
    kind = client.status().get("under_way", {}).get(str(repository["id"]))
    held = f"a {kind} is under way: what it leaves on a branch is tested at its end" if kind else ""
    return runs, repository["problem"] or held
