"""`ratchet`: what may not get worse, how it went, and what people do about it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from fullautoci.cli.here import Here
from fullautoci.cli.naming import repo_option
from fullautoci.cli.output import console, json_option, note, print_json, safe
from fullautoci.errors import FullAutoCIError

if TYPE_CHECKING:
    from fullautoci.client import Client

# Of a journal, the most that is read.
MOST = 10_000


def complete(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """The ratchets here whose names begin so."""
    here = Here()
    try:
        client = here.reading_api()
        found = client.ratchets(here.repository(client)["id"])
    except FullAutoCIError:
        return []
    return [one["name"] for one in found if one["name"].startswith(incomplete)]


ratchet_argument = click.argument("ratchet", metavar="TOOL.METRIC", shell_complete=complete)
rev_argument = click.argument("rev", default="HEAD")


@click.group("ratchet")
def ratchet_command() -> None:
    """What may not get worse than this history already was: pylint's score, the share of covered lines, and more."""


@ratchet_command.command("list")
@rev_argument
@repo_option
@json_option
def list_(rev: str, as_json: bool) -> None:
    """What is held at REV: value, floor, target, verdict."""
    from fullautoci.cli import ratchet_words as words

    here = Here()
    client = here.reading_api()
    sha = here.resolve(rev)
    found = client.ratchets(here.repository(client)["id"], sha)
    if as_json:
        print_json(found)
        return
    if not found:
        note(f"nothing is held at {sha[:10]} yet; 'fullautoci results' tells what came of it")
        return
    console().print(words.listed(found))


@ratchet_command.command("show")
@ratchet_argument
@rev_argument
@click.option("-n", "--limit", type=click.IntRange(1, 500), default=20, show_default=True, help="How many commits.")
@repo_option
@json_option
def show(ratchet: str, rev: str, limit: int, as_json: bool) -> None:
    """One ratchet: its rule, how it went up to REV, and what would bring it to its floor or target."""
    here = Here()
    client = here.reading_api()
    view = client.ratchet(here.repository(client)["id"], ratchet, commit=here.resolve(rev), limit=limit)
    if as_json:
        print_json(view)
    else:
        _show(view)


def _show(view: Mapping[str, Any]) -> None:
    from fullautoci.cli import ratchet_words as words

    out, stands = console(), view["standing"]
    if stands is None:
        out.print(f"[bold]{safe(view['name'])}[/]: not measured at this commit or before it")
    else:
        out.print(f"[bold]{safe(view['name'])}[/] {words.value(stands)}: {words.verdict(stands)}")
        out.print(words.rule(stands))
        out.print(", ".join(filter(None, [words.floor(stands), words.distance(stands), words.waived(stands)])))
    line = words.sparkline([one["value"] for one in reversed(view["history"])])
    if line:
        out.print(f"\n{line}  [dim]oldest to newest[/]")
    out.print(words.history(view["history"]))
    if view["next"]:
        out.print("[dim]--limit N shows more[/]")
    lines = words.coach(view["coach"]) if view["coach"] else []
    if lines:
        out.print("\n" + "\n".join(lines))


@ratchet_command.command("log")
@click.option("--all", "everything", is_flag=True, help="All of it, not the newest fifty.")
@repo_option
@json_option
def log(everything: bool, as_json: bool) -> None:
    """What moved ratchets here: what people did, and what happened by itself."""
    from fullautoci.cli import ratchet_words as words

    here = Here()
    client = here.reading_api()
    entries = _entries(client, here.repository(client)["id"], everything)
    if as_json:
        print_json(entries)
    elif not entries:
        note("nothing has moved a ratchet here but better values")
    else:
        console().print(words.journal(entries))


def _entries(client: "Client", repository: int, everything: bool) -> Sequence[Mapping[str, Any]]:
    found = client.ratchet_journal(repository)
    page = found
    while everything and page and len(found) < MOST:
        page = client.ratchet_journal(repository, before=found[-1]["cursor"], limit=500)
        found += page
    return found


@ratchet_command.command("waive")
@ratchet_argument
@rev_argument
@click.option("-m", "--reason", required=True, help="Why.")
@click.option("--until", metavar="DATE", help="The last day (2026-12-31), or a moment (2026-12-31T18:00).")
@click.option("--end", is_flag=True, help="Waive it no more, from REV on, whoever waived it.")
@repo_option
@json_option
def waive(ratchet: str, rev: str, reason: str, until: str | None, end: bool, as_json: bool) -> None:
    """Let REV pass though TOOL.METRIC fails, and what descends from it; the floor stays where it is.

    Said again of the same commit, it takes the place of what was said before.
    """
    _act("end" if end else "waive", ratchet, rev, reason, until, None, as_json)


@ratchet_command.command("reset")
@ratchet_argument
@rev_argument
@click.option("-m", "--reason", required=True, help="Why.")
@click.option("--to", "value", type=float, metavar="VALUE", help="The new floor; REV's own value without it.")
@click.option("--until", metavar="DATE", help="After that day or moment the old floor counts again.")
@repo_option
@json_option
def reset(ratchet: str, rev: str, reason: str, value: float | None, until: str | None, as_json: bool) -> None:
    """Have the floor of TOOL.METRIC begin anew at REV."""
    _act("reset", ratchet, rev, reason, until, value, as_json)


@ratchet_command.command("raise")
@ratchet_argument
@rev_argument
@click.option("-m", "--reason", required=True, help="Why.")
@click.option("--to", "value", type=float, metavar="VALUE", help="The new floor; REV's own value without it.")
@click.option("--until", metavar="DATE", help="After that day or moment the old floor counts again.")
@repo_option
@json_option
def raise_(ratchet: str, rev: str, reason: str, value: float | None, until: str | None, as_json: bool) -> None:
    """Hold what comes after REV to a better floor than was reached."""
    _act("raise", ratchet, rev, reason, until, value, as_json)


def _act(kind: str, ratchet: str, rev: str, reason: str, until: str | None, value: float | None, as_json: bool) -> None:
    from fullautoci.cli import ratchet_words as words

    here = Here()
    client = here.api()
    asked = {
        "kind": kind, "name": ratchet, "commit": here.resolve(rev), "reason": reason, "until": until, "value": value,
    }  # fmt: skip
    done = client.act(here.repository(client)["id"], asked)
    if as_json:
        print_json(done)
        return
    for line in words.changes(done):
        click.echo(line)
