"""`results` and `log`: what came of a commit."""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from fullautoci.cli.details import SHOWN, show_job
from fullautoci.cli.here import Here
from fullautoci.cli.naming import repo_option
from fullautoci.cli.output import console, job_name, json_option, note, print_json, safe, word
from fullautoci.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from fullautoci.client import Client
    from fullautoci.client.types.runs import Run


@click.command("results")
@click.argument("rev", default="HEAD")
@click.option("--all", "everything", is_flag=True, help="All of it: unresolved findings too, not twenty of a kind.")
@repo_option
@json_option
def results_command(rev: str, everything: bool, as_json: bool) -> None:
    """The results of REV: verdicts, what is new and what is fixed, failed tests, figures."""
    here = Here()
    client = here.reading_api()
    run = newest(here, client, rev)
    view = client.results(run["id"])
    if as_json:
        print_json(view)
    else:
        show(client, view["id"], limit=None if everything else SHOWN)


def newest(here: Here, client: "Client", rev: str) -> "Run":
    """The newest run of the commit that a revision names.

    Raises:
        NotFoundError: it has none.
    """
    sha = here.resolve(rev)
    found = client.runs(repository=here.repository(client)["id"], commit=sha, limit=1)
    if not found:
        raise NotFoundError(f"{rev} ({sha[:10]}) has no run", f"'fullautoci run {rev}' makes one")
    return found[0]


def show(client: "Client", run_id: int, limit: int | None = SHOWN) -> None:
    """Print a run with its results."""
    view = client.results(run_id)
    out = console()
    branch = f" on {safe(view['branch'], 60)}" if view["branch"] else ""
    out.print(f"{view['commit'][:10]}{branch}: {safe(view['subject'], 100)}")
    out.print(f"run {view['id']}: {word(view)} {safe(view['reason'])}")
    if view["hint"]:
        out.print(f"  {safe(view['hint'], 2000)}")
    for job in view["jobs"]:
        show_job(out, job, limit)


@click.command("log")
@click.argument("arguments", nargs=-1, required=True, metavar="[REV] TOOL")
@click.option("-f", "--follow", is_flag=True, help="Go on until the tool has ended.")
@repo_option
def log_command(arguments: tuple[str, ...], follow: bool) -> None:
    """What TOOL printed when it checked REV (default: HEAD).

    Of several variants, TOOL@VARIANT; of a project, PROJECT:TOOL.
    """
    if len(arguments) > 2:
        raise UsageError("too many arguments", "fullautoci log [REV] TOOL")
    rev, tool = ("HEAD", arguments[0]) if len(arguments) == 1 else arguments
    here = Here()
    client = here.reading_api()
    _print_log(client, job_of(newest(here, client, rev), tool)["id"], follow)


def job_of(run: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The job of a run that is called so; by its tool alone, where that has but one.

    Raises:
        NotFoundError: there is none.
    """
    jobs: dict[str, Mapping[str, Any]] = {job_name(job): job for job in run["jobs"]}
    of_tool = [job for job in run["jobs"] if job["tool"] == name]
    if len(of_tool) == 1:
        jobs.setdefault(name, of_tool[0])
    if name not in jobs:
        hint = f"it has: {', '.join(jobs)}" if jobs else f"it ran nothing: {run['outcome'] or run['state']}"
        reason = f": {run['reason']}" if run["reason"] and not jobs else ""
        raise NotFoundError(f"run {run['id']} has no job '{name}'", f"{hint}{reason}")
    return jobs[name]


def _print_log(client: "Client", job: int, follow: bool) -> None:
    import time

    from fullautoci.text import decode, plain

    offset, done = 0, False
    while not done:
        data, offset, done = client.log(job, offset)
        if sys.stdout.isatty():  # what a test printed must not drive the terminal
            click.echo(plain(decode(data)), nl=False)
        else:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        if not data and not follow and not done:
            note("the tool has not ended; --follow goes on until it has")
            return
        if not data and not done:
            time.sleep(max(0.2, client.pace_s))
