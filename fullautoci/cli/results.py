"""`results` and `log`: what came of a commit."""

import sys
from typing import TYPE_CHECKING, Any

import click

from fullautoci.cli.here import Here
from fullautoci.cli.output import console, headline, job_name, json_option, note, print_json, safe, word
from fullautoci.errors import NotFoundError, UsageError
from fullautoci.text import described_environment

if TYPE_CHECKING:
    from fullautoci.client import Client

SHOWN = 20
SEVERITIES = {word: rank for rank, word in enumerate(("fatal", "error", "warning", "refactor", "convention"))}


@click.command("results")
@click.argument("rev", default="HEAD")
@click.option("--all", "everything", is_flag=True, help="Every finding, not the first twenty of each tool.")
@json_option
def results_command(rev: str, everything: bool, as_json: bool) -> None:
    """The results of REV: findings, failed tests, figures."""
    here = Here()
    client = here.reading_api()
    run = newest(here, client, rev)
    view = client.results(run["id"])
    if as_json:
        print_json(view)
    else:
        show(client, view["id"], limit=None if everything else SHOWN)


def newest(here: Here, client: "Client", rev: str) -> dict[str, Any]:
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
        version = f" {job['tool_version']}" if job["tool_version"] else ""
        took = f"  ({job['duration_s']:.1f} s)" if job["duration_s"] is not None else ""
        out.print(f"\n[bold]{job_name(job)}[/]{version}: {word(job)}  {headline(job)}{took}")
        _details(out, job, limit)


def _details(out: Any, job: dict[str, Any], limit: int | None) -> None:
    if environment := described_environment(job["environment"]):
        out.print(f"  [dim]in {safe(environment, 300)}[/]")
    if job["hint"]:
        for line in job["hint"].splitlines()[-SHOWN:]:
            out.print(f"  [dim]{safe(line, 300)}[/]")
    failed = [test for test in job["tests"] if test["outcome"] in ("failed", "errored")]
    for test in failed[:limit]:
        lines = [line for line in test["message"].strip().splitlines() if line.strip()]
        out.print(f"  [red]{test['outcome']}[/] {safe(test['name'])}  [dim]{safe(lines[-1]) if lines else ''}[/]")
    for finding in sorted(job["findings"], key=lambda one: SEVERITIES.get(one["severity"], 9))[:limit]:
        where = f"{safe(finding['path'])}:{finding['line']}"
        out.print(f"  {where}  {safe(finding['message'])} [dim]({safe(finding['rule'])})[/]")
    left = max(len(failed), len(job["findings"])) - (limit or 10**9)
    if left > 0:
        out.print(f"  [dim]and {left} more: 'fullautoci results --all'[/]")


@click.command("log")
@click.argument("arguments", nargs=-1, required=True, metavar="[REV] TOOL")
@click.option("-f", "--follow", is_flag=True, help="Go on until the tool has ended.")
def log_command(arguments: tuple[str, ...], follow: bool) -> None:
    """What TOOL printed when it checked REV (default: HEAD); of several variants, TOOL@VARIANT."""
    if len(arguments) > 2:
        raise UsageError("too many arguments", "fullautoci log [REV] TOOL")
    rev, tool = ("HEAD", arguments[0]) if len(arguments) == 1 else arguments
    here = Here()
    client = here.reading_api()
    run = newest(here, client, rev)
    jobs = {job_name(job): job for job in run["jobs"]}
    of_tool = [job for job in run["jobs"] if job["tool"] == tool]
    if len(of_tool) == 1:
        jobs.setdefault(tool, of_tool[0])
    if tool not in jobs:
        raise NotFoundError(f"run {run['id']} has no job '{tool}'", f"it has: {', '.join(jobs) or 'none'}")
    _print_log(client, jobs[tool]["id"], follow)


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
            time.sleep(0.2)
