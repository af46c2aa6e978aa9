"""`doctor`: what is wrong, and what to do."""

import sys
from collections.abc import Iterator
from dataclasses import asdict

import click

from fullautoci.cli.checks.row import Row
from fullautoci.cli.here import Here
from fullautoci.cli.output import console, json_option, print_json, safe
from fullautoci.errors import FullAutoCIError

STYLES = {"ok": "green", "warning": "yellow", "problem": "red"}


@click.command("doctor")
@json_option
def doctor_command(as_json: bool) -> None:
    """Look at everything that has to work, and say what to do about what does not. Exit code 1: a problem."""
    found = []
    out = console()
    for row in _rows(Here()):
        found.append(row)
        if not as_json:  # each as it is found: trying hooks takes a moment
            out.print(f"[{STYLES[row.state]}]{row.state:8}[/] {safe(row.what, 40):12} {safe(row.found, 500)}")
            if row.hint and row.state != "ok":
                out.print(f"{'':22}{safe(row.hint, 500)}")
    if as_json:
        print_json([asdict(row) for row in found])
    sys.exit(any(row.state == "problem" for row in found))


def _rows(here: Here) -> Iterator[Row]:
    from fullautoci.cli.checks import hooks, machine, service

    yield from machine.rows(here.paths)
    try:
        info = here.api().status()
    except FullAutoCIError as error:
        yield from service.rows(here.paths, error)
        running = False
    else:
        yield from service.rows(here.paths, info)
        running = True
    try:
        repositories = here.reading_api().repositories()
    except FullAutoCIError as error:
        yield Row("database", "problem" if running else "warning", error.message, error.hint)
    else:
        yield from hooks.rows(here, repositories, running=running)
