"""`watch`: follow runs as they happen."""

import time
from collections.abc import Mapping
from typing import Any

import click

from fullautoci.cli.here import Here
from fullautoci.cli.naming import repo_option
from fullautoci.cli.output import console, headline, job_name, safe, word

POLL_S = 0.25


@click.command("watch")
@click.option("--all", "everywhere", is_flag=True, help="All repositories, not only this one.")
@repo_option
@click.option("--runs", "count", type=click.IntRange(1), default=None, help="End after this many finished runs.")
def watch_command(everywhere: bool, count: int | None) -> None:
    """Print what happens to runs and jobs, until Ctrl-C."""
    here = Here()
    client = here.api()
    repository = None if everywhere else here.repository(client)["id"]
    out = console()
    told: dict[str, str] = {}
    first, finished = True, 0
    while count is None or finished < count:
        for run in reversed(client.runs(repository=repository, limit=50)):
            for line, is_end in _changes(run, told):
                if not first:
                    out.print(line)
                    finished += is_end
        first = False
        time.sleep(max(POLL_S, client.pace_s))


def _changes(run: Mapping[str, Any], told: dict[str, str]) -> list[tuple[str, bool]]:
    lines = []
    name = f"{safe(run['repository'], 40)} {run['commit'][:10]}"
    for thing, key, is_run in [(job, f"job {job['id']}", False) for job in run["jobs"]] + [
        (run, f"run {run['id']}", True)
    ]:
        now = f"{thing['outcome'] or thing['state']} {'' if is_run else thing['activity']}"
        if told.get(key) == now:
            continue
        told[key] = now
        if is_run:
            lines.append((f"{name}  run {run['id']} {word(run)}  {safe(run['subject'], 60)}", run["state"] == "done"))
        elif thing["state"] != "queued":
            lines.append((f"{name}  {job_name(thing)} {word(thing)}  {headline(thing)}", False))
    return lines
