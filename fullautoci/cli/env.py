"""`env`: the environments that are kept, prepared ahead of a commit, or removed."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from fullautoci.cli.here import Here
from fullautoci.cli.output import age, console, json_option, note, print_json, safe
from fullautoci.cli.prune import readable_size
from fullautoci.errors import FullAutoCIError
from fullautoci.text import counted

if TYPE_CHECKING:
    from fullautoci.environments.catalogue import KeptEnvironment
    from fullautoci.paths import Paths


@click.group("env")
def env_command() -> None:
    """What jobs are run in: virtual environments, Nix shells, images of containers."""


@env_command.command("list")
@json_option
def list_(as_json: bool) -> None:
    """The environments that are kept."""
    from fullautoci.environments import catalogue

    found = [_view(one) for one in catalogue.kept(Here().paths.environments)]
    if as_json:
        print_json(found)
        return
    out = console()
    for one in found:
        told = ", ".join(f"{name} {safe(value, 100)}" for name, value in one["detail"].items())
        state = "in use" if one["in_use"] else f"used {age(one['used_at'])}" if one["complete"] else "unfinished"
        words = f"{safe(one['interpreter'] or 'no Python', 60)}  {readable_size(one['bytes'])}  {state}  {told}"
        out.print(f"{one['kind']:7}{safe(one['key'], 60)}  {words}")
    if not found:
        note("none is kept yet; the first job makes one, or 'fullautoci env prepare'")


def _view(one: "KeptEnvironment") -> dict[str, Any]:
    from fullautoci.pruning import size

    return {
        "kind": one.kind,
        "key": one.key,
        "path": str(one.folder),
        "complete": one.complete,
        "in_use": one.in_use,
        "used_at": datetime.fromtimestamp(one.used_at, UTC).isoformat(timespec="seconds"),
        "bytes": size(one.folder),
        "interpreter": one.interpreter,
        "fingerprint": one.fingerprint,
        "detail": one.detail,
    }


@env_command.command("prune")
@click.option("--all", "everything", is_flag=True, help="All that no job uses now, not only what was not used lately.")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@json_option
def prune(everything: bool, dry_run: bool, as_json: bool) -> None:
    """Remove environments that were not used lately; what a job uses stays.

    What is kept, and for how long, says 'keep.environments' of the service's configuration. A Nix shell's root
    goes with it; 'nix-collect-garbage' then removes what nothing else keeps. An image that was built for it is removed.
    """
    from fullautoci.environments import catalogue

    paths = Here().paths
    gone = []
    for one, reason in _surplus(paths, everything):
        view = {**_view(one), "reason": reason}
        if view["in_use"]:
            note(f"{one.kind} {safe(one.key, 60)} stays: a job uses it")
        elif dry_run or catalogue.remove(one):
            gone.append(view)
    if as_json:
        print_json(gone)
        return
    out = console()
    for view in gone:
        out.print(f"{view['kind']:7}{safe(view['key'], 60)}  {readable_size(view['bytes'])}  {safe(view['reason'])}")
    verb = "would go" if dry_run else "removed"
    note(f"{counted(len(gone), 'environment')} {verb}, {readable_size(sum(view['bytes'] for view in gone))}")


def _surplus(paths: "Paths", everything: bool) -> "list[tuple[KeptEnvironment, str]]":
    """What is to go, each with the reason."""
    import time

    from fullautoci.config import service
    from fullautoci.daemon.configuration import in_force
    from fullautoci.environments import catalogue
    from fullautoci.pruning import size
    from fullautoci.retention import Kept, Rule, surplus
    from fullautoci.store.database import reading

    found = {str(one.folder): one for one in catalogue.kept(paths.environments)}
    if everything:
        return [(one, "as asked") for one in found.values()]
    settings, _ = in_force(service.read(paths.config), lambda: reading(paths.database))
    keep = settings.keep.environments
    items = [Kept(path, size(one.folder), one.used_at) for path, one in found.items()]
    rule = Rule(keep.days, keep.count, keep.size)
    return [(found[item.path], reason) for item, reason in surplus(items, rule, time.time())]


@env_command.command("prepare")
@click.argument("rev", default="HEAD")
def prepare(rev: str) -> None:
    """Make the environments of REV ready now, and show how it goes; its jobs then start at once."""
    from fullautoci.cli.preparing import Preparing

    here = Here()
    client = here.reading_api()
    view = here.repository(client)
    sha = here.resolve(rev)
    failed = False
    for plan in (preparing := Preparing(here.paths, view, sha)).plans():
        name = f"{plan.tool}{f' ({plan.variant})' if plan.variant else ''}"
        try:
            identity = preparing.prepare(plan)
            note(f"{name}: {identity.kind}, {identity.interpreter or 'no Python'}, is ready")
        except FullAutoCIError as error:
            failed = True
            note(f"{name}: {error.message}")
            for line in error.hint.splitlines()[-20:]:
                note(f"  {line}")
    if failed:
        raise FullAutoCIError("not all environments could be prepared", "jobs of this commit would be errored")
