"""`run`, `cancel` and `rerun`."""

import sys

import click

from fullautoci.cli.here import Here
from fullautoci.cli.naming import repo_option
from fullautoci.cli.output import json_option, note, print_json
from fullautoci.cli.results import newest, show
from fullautoci.cli.wait import EXIT_CODES, NO_EVIDENCE, follow
from fullautoci.client import Client
from fullautoci.errors import UsageError
from fullautoci.text import counted


@click.command("run")
@click.argument("rev", required=False, metavar="[REV|A..B]")
@click.option("--tool", "tools", multiple=True, help="Only this tool; may be given again.")
@click.option("--force", is_flag=True, help="Measure anew what has results.")
@click.option("--dirty", is_flag=True, help="Test the working copy as it is, uncommitted changes included.")
@repo_option
@click.option("--wait", is_flag=True, help="Wait for the results, and print them.")
@json_option
def run_command(rev: str | None, tools: tuple[str, ...], force: bool, dirty: bool, wait: bool, as_json: bool) -> None:
    """Test REV (default: HEAD), or every commit of A..B, or with --dirty the working copy as it is."""
    if dirty and rev is not None:
        raise UsageError(f"--dirty tests the working copy as it is, not {rev}", "leave out one of them")
    here = Here()
    client = here.api()
    place = here.clone()
    if dirty and here.way is not None:
        raise UsageError("--dirty tests a working copy of whoever runs the service, where that runs")
    revisions = [_resolved(here, rev or "HEAD") if place is not None else rev or "HEAD"]
    worktree = place.worktree if place is not None and here.way is None else None
    wish = {
        "revisions": revisions, "tools": list(tools), "fresh": force, "dirty": dirty,
        "worktree": str(worktree) if worktree else "",
    }  # fmt: skip
    runs = client.trigger(here.repository(client)["id"], wish)
    if not wait:
        if as_json:
            print_json(runs)
        else:
            _tell(client, runs)
        return
    finished = [client.results(follow(client, run, None)) for run in runs]
    if as_json:
        print_json(finished)
    else:
        for run in finished:
            show(client, run["id"])
    sys.exit(max(EXIT_CODES.get(run["outcome"], NO_EVIDENCE) for run in finished))


def _resolved(here: Here, rev: str) -> str:
    """A revision or range with ids in place of names, which may mean something else in another worktree."""
    if ".." not in rev:
        return here.resolve(rev)
    dots = "..." if "..." in rev else ".."
    return dots.join(here.resolve(side or "HEAD") for side in rev.split(dots, 1))


def _tell(client: Client, runs: list[int]) -> None:
    known = [run for run in runs if client.run(run)["state"] == "done"]
    queued = [str(run) for run in runs if run not in known]
    if queued:
        note(f"queued as run {', '.join(queued)}")
    for run in known:
        note(f"run {run} has its results already; --force measures anew")


def _run_id(here: Here, run: int | None) -> int:
    """The run that was named, else the newest of HEAD."""
    return run if run is not None else int(newest(here, here.api(), "HEAD")["id"])


@click.command("cancel")
@click.argument("run", type=click.IntRange(1), required=False)
@click.option("--backfill", is_flag=True, help="All runs here that arrived in a batch and have not started.")
@repo_option
def cancel_command(run: int | None, backfill: bool) -> None:
    """End RUN (default: the newest of HEAD): what waits never starts, what runs is ended."""
    here = Here()
    if backfill:
        client = here.api()
        note(f"{counted(client.cancel_backfill(here.repository(client)['id']), 'run')} cancelled")
        return
    identifier = _run_id(here, run)
    here.api().cancel(identifier)
    note(f"run {identifier} is cancelled")


@click.command("rerun")
@click.argument("run", type=click.IntRange(1), required=False)
@click.option("--failed", is_flag=True, help="Only the tools that did not pass.")
@repo_option
@click.option("--wait", is_flag=True, help="Wait for the results, and print them.")
def rerun_command(run: int | None, failed: bool, wait: bool) -> None:
    """Test the commit of RUN (default: the newest of HEAD) again."""
    here = Here()
    client = here.api()
    made = client.rerun(_run_id(here, run), failed=failed)
    note(f"queued as run {made[0]}")
    if wait:
        follow(client, made[0], None)
        show(client, made[0])
        sys.exit(EXIT_CODES.get(client.run(made[0])["outcome"], NO_EVIDENCE))
