"""`repo`: the repositories that are watched."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from fullautoci.cli.here import Here
from fullautoci.cli.naming import complete_repository, find_repository
from fullautoci.cli.output import age, console, json_option, note, print_json, safe, word
from fullautoci.client import Client
from fullautoci.client.types.repositories import Repository
from fullautoci.errors import UsageError
from fullautoci.text import one_line


@click.group("repo")
def repo_command() -> None:
    """Add, list and remove repositories."""


@repo_command.command("add")
@click.argument("path", type=click.Path(file_okay=False, path_type=Path))
@click.option("--name", default="", help="What to call it; default: its folder's name.")
def add(path: Path, name: str) -> None:
    """Watch the repository at PATH by its refs alone; 'init' puts hooks in as well."""
    here = Here(path if path.is_dir() else None)
    if here.way is not None:
        if not path.is_absolute():
            raise UsageError(f"{path} is no place on the service's machine", "a path there begins with /")
        view = here.api().register(path, name)
    else:
        location = Here(path).location()
        view = here.api().register(location.worktree or location.git_dir, name)
    note(f"watching {one_line(view['name'])} (number {view['id']})")


@repo_command.command("list")
@json_option
def list_(as_json: bool) -> None:
    """All repositories, each with its newest run."""
    from rich.table import Table

    views = Here().reading_api().repositories()
    if as_json:
        print_json(views)
        return
    if not views:
        note("no repository is watched; 'fullautoci init' in one starts that")
    table = Table("number", "name", "newest run", "when", "place", box=None, header_style="dim", pad_edge=False)
    for view in views:
        latest = view["latest"]
        run = f"{word(latest)} {latest['commit'][:10]}" if latest else "none yet"
        place = safe(view["problem"] or view["worktree"] or view["path"])
        table.add_row(str(view["id"]), safe(view["name"]), run, age(latest["queued_at"]) if latest else "", place)
    console().print(table)


@repo_command.command("show")
@click.argument("name", required=False, shell_complete=complete_repository)
@json_option
def show(name: str | None, as_json: bool) -> None:
    """One repository: by name or number, or the one you stand in."""
    here = Here()
    view = _find(here, here.reading_api(), name)
    if as_json:
        print_json(view)
        return
    shown: Mapping[str, Any] = view
    for key in ("id", "name", "kind", "path", "worktree", "created_at", "scanned_at", "problem"):
        if shown[key]:
            click.echo(f"{key.replace('_', ' '):12} {safe(shown[key], 1000)}")


@repo_command.command("remove")
@click.argument("name", shell_complete=complete_repository)
def remove(name: str) -> None:
    """Stop watching a repository, by name or number; its results are kept, and so are its hooks ('deinit')."""
    here = Here()
    client = here.api()
    view = _find(here, client, name)
    client.unregister(view["id"])
    note(f"{view['name']} is not watched any more")


def _find(here: Here, client: Client, name: str | None) -> Repository:
    return here.repository(client) if name is None else find_repository(client, name)
