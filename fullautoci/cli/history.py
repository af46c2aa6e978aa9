"""`history`: runs, newest first."""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from fullautoci.cli.here import Here
from fullautoci.cli.naming import repo_option
from fullautoci.cli.output import age, console, headline, job_name, json_option, news, print_json, safe, word


@click.command("history")
@click.option("--tool", help="Show only this tool's jobs.")
@click.option("--branch", help="Only runs of this branch.")
@click.option("--all", "everywhere", is_flag=True, help="Of all repositories, not only of this one.")
@click.option("-n", "--limit", type=click.IntRange(1, 500), default=20, show_default=True, help="How many runs.")
@repo_option
@json_option
def history_command(tool: str | None, branch: str | None, everywhere: bool, limit: int, as_json: bool) -> None:
    """Runs, newest first, with what came of them."""
    here = Here()
    client = here.reading_api()
    repository = None if everywhere else here.repository(client)["id"]
    runs = client.runs(repository=repository, branch=branch, limit=limit)
    if tool is not None:
        for run in runs:
            run["jobs"] = [job for job in run["jobs"] if job["tool"] == tool]
        runs = [run for run in runs if run["jobs"]]
    if as_json:
        print_json(runs)
    else:
        console().print(table(runs, with_repository=everywhere))


def table(runs: Sequence[Mapping[str, Any]], *, with_repository: bool) -> Any:
    """Runs as a table, one line a job."""
    from rich.table import Table

    shown = Table(box=None, header_style="dim", pad_edge=False)
    for heading in (
        "run",
        *(["repository"] if with_repository else []),
        "commit",
        "branch",
        "outcome",
        "tool",
        "",
        "when",
    ):
        shown.add_column(heading, overflow="fold")
    for run in runs:
        repository = [safe(run["repository"], 40)] if with_repository else []
        head = [
            str(run["id"]),
            *repository,
            f"{run['commit'][:10]} {safe(run['subject'], 50)}",
            safe(run["branch"], 30),
        ]
        first = [*head, word(run)]
        for job in run["jobs"] or [None]:
            told = "; ".join(filter(None, [headline(job), news(job)])) if job else safe(run["reason"])
            cells = [f"{job_name(job)} {word(job)}" if job else "", told]
            shown.add_row(*first, *cells, age(run["queued_at"]) if first[0] else "")
            first = [""] * len(first)
    return shown
