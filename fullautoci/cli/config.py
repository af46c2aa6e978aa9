"""`config`: what is configured, and where."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from fullautoci.cli.here import Here
from fullautoci.cli.output import json_option, note, print_json
from fullautoci.errors import ConfigError, UsageError
from fullautoci.text import one_line

service_option = click.option(
    "--service", "of_service", is_flag=True, help="The service's, in place of this repository's."
)


def _complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """The keys that begin with what is there, a step at a time."""
    from fullautoci.cli.completed import keys

    return keys(incomplete, of_service=bool(ctx.params.get("of_service")))


key_argument = click.argument("key", shell_complete=_complete)


@click.group("config")
def config_command() -> None:
    """What is configured, and where it was said.

    Layers, the lower first: what is built in; 'defaults' of config.yml; .fullautoci.yml at the commit; this
    repository's 'override' in config.yml. What is 'set' counts over what config.yml says of the same.
    """


@config_command.command("show", short_help="What counts, and with --origin where it was said.")
@click.argument("rev", required=False)
@click.option("--worktree", is_flag=True, help="The file as it lies in the working copy, in place of a commit's.")
@click.option("--origin", is_flag=True, help="Beside each value, where it was said.")
@service_option
@json_option
def show(rev: str | None, worktree: bool, origin: bool, of_service: bool, as_json: bool) -> None:
    """What counts for REV (HEAD), as YAML; outside a repository, for the service."""
    from fullautoci.cli import configured
    from fullautoci.config import layers, shown

    here = Here()
    if (rev is not None) + worktree + of_service > 1:
        raise UsageError("a revision, --worktree or --service is expected, and one of them alone")
    view: dict[str, Any] = {}
    if of_service or (rev is None and not worktree and not configured.in_repository(here)):
        settled, origins = configured.service_file(here)
        values = shown.written(settled)
    else:
        found = configured.of_commit(here, None if worktree else rev or configured.head_or_copy(here))
        values, origins = shown.written(found.file), found.origins
        view = {"project_type": found.facts.kind}
    if as_json:
        print_json({**view, "values": values, "origins": {key: str(one) for key, one in origins.items()}})
        return
    beside = (lambda key: layers.origin_of(origins, key)) if origin else None
    for line in shown.yaml_lines(values, beside):
        click.echo(line)
    if view:
        note(f"told from its files: {view['project_type']}")
    if view and rev is None and not worktree and configured.changed(here):
        note("the working copy's file says something else: --worktree shows that")


@config_command.command("get")
@key_argument
@service_option
@json_option
def get(key: str, of_service: bool, as_json: bool) -> None:
    """What KEY says at HEAD, such as 'tools.pylint.timeout'."""
    from fullautoci.cli import configured
    from fullautoci.config import keys, shown
    from fullautoci.config.schema import RepositoryFile
    from fullautoci.config.service import ServiceFile

    here = Here()
    if of_service or not configured.in_repository(here):
        place = keys.place_of(ServiceFile, key)
        values = [shown.written(configured.service_file(here)[0], everything=every) for every in (True, False)]
    else:
        place = keys.place_of(RepositoryFile, key)
        file = configured.of_commit(here, configured.head_or_copy(here)).file
        values = [shown.written(file, everything=every) for every in (True, False)]
    value = keys.value_at(values[0], place)
    if isinstance(value, dict | list):  # of several values those that say something
        value = keys.value_in(values[1], place, type(value)())
    if as_json:
        print_json(value)
    elif isinstance(value, str):
        click.echo(value)
    else:
        click.echo("\n".join(shown.yaml_lines(value)))


@config_command.command("set", short_help="Have KEY say VALUE, here or for the service.")
@key_argument
@click.argument("value")
@service_option
def set_(key: str, value: str, of_service: bool) -> None:
    """Have KEY say VALUE (YAML): of this repository whatever its file says, or of the service.

    It is kept in the database; no file is changed. 'config set tools.pylint.args "[--jobs=2]"' is a list,
    'config set env "{LEVEL: 3}"' a mapping; 'unset' takes it away again.
    """
    from fullautoci.config import document, keys
    from fullautoci.config.places import kind_at
    from fullautoci.config.schema import RepositoryFile
    from fullautoci.config.service import ServiceFile

    model = ServiceFile if of_service else RepositoryFile
    place = keys.settable(model, key)
    here = Here()
    client = here.api()
    try:
        said = document.value(value.encode("utf-8", "surrogateescape"), "VALUE")
    except ConfigError as error:  # of no file, but of the command line
        raise UsageError(error.message, error.hint) from error
    said = keys.as_text(kind_at(model, place), said)
    if of_service:
        answer = client.configure(key, said)
    else:
        from fullautoci.cli import configured

        answer = client.configure(key, said, _repository(here, client), configured.head_or_copy(here))
    _told(f"{key} is set", answer, of_service)


@config_command.command("unset")
@key_argument
@service_option
def unset(key: str, of_service: bool) -> None:
    """Have KEY say what the files say, again."""
    if not key or "/" in key:
        raise UsageError(f"there is no key '{one_line(key, 80)}'")
    here = Here()
    client = here.api()
    answer = client.unconfigure(key, None if of_service else _repository(here, client))
    _told(f"{key} is as the files have it", answer, of_service)


def _repository(here: Here, client: Any) -> int:
    from fullautoci.cli import configured

    if not configured.in_repository(here):
        raise UsageError("this is not in a git repository", "--service is for the service's own keys")
    return int(here.repository(client)["id"])


def _told(what: str, answer: Mapping[str, Any], of_service: bool) -> None:
    when = "; it counts after 'fullautoci daemon restart'" if answer["restart"] else ""
    note(f"{what}{' for the service' if of_service else ''}{when}")


@config_command.command("path")
@json_option
def path(as_json: bool) -> None:
    """Where the files are."""
    from fullautoci.cli import configured
    from fullautoci.config import schema, service

    here = Here()
    files = {"service": here.paths.config / service.FILE_NAME, "database": here.paths.database}
    if configured.in_repository(here) and (top := here.location().worktree) is not None:
        files["repository"] = top / schema.FILE_NAME
    if as_json:
        print_json({name: {"path": str(file), "exists": file.exists()} for name, file in files.items()})
        return
    for name, file in files.items():
        click.echo(f"{name}: {file}{'' if file.exists() else ' (not there)'}")


@config_command.command("check", short_help="Whether a configuration file is right.")
@click.argument("what", required=False, metavar="[FILE|REV]")
def check(what: str | None) -> None:
    """Whether FILE, or that of REV, is right; without either, that of the working copy.

    A FILE named config.yml is the service's. What is wrong is said with its line, and ends this with 1.
    """
    from fullautoci.cli import configured
    from fullautoci.config import service

    here = Here()
    file = Path(what) if what is not None and Path(what).is_file() else None
    raw = configured.read_file(file) if file else b""
    try:
        if file is not None and file.name == service.FILE_NAME:
            service.parsed(raw, str(file))
            note(f"{file} is right")
            return
        if file is not None:
            found = configured.of_file(here, raw, configured.facts_here(here), str(file))
        else:
            raw = configured.raw_of(here, what)
            found = configured.of_commit(here, what)
    except UsageError as error:
        raise (UsageError(f"there is no file {what}, and no such commit") if what else error) from error
    except ConfigError as error:
        of_service = file is not None and file.name == service.FILE_NAME
        lines = [] if of_service and b"secrets" in raw else configured.caret(error, raw)  # a line may have one
        raise ConfigError(error.message, "\n".join([*lines, error.hint])) from error
    click.echo(configured.described(found))


@config_command.command("schema", short_help="JSON Schema of the files, for editors.")
@service_option
def schema(of_service: bool) -> None:
    """JSON Schema of .fullautoci.yml, for editors: '# yaml-language-server: $schema=FILE' at its top."""
    from fullautoci.config.json_schema import json_schema
    from fullautoci.config.schema import RepositoryFile
    from fullautoci.config.service import ServiceFile

    print_json(json_schema(ServiceFile if of_service else RepositoryFile))
