"""The hooks of every watched repository, each tried with a real event that is followed to its row."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from fullautoci.cli.checks.row import Row
from fullautoci.cli.here import Here
from fullautoci.cli.probe import probe
from fullautoci.client.types.repositories import Repository
from fullautoci.errors import FullAutoCIError
from fullautoci.vcs.base import Location

REPAIR = "'fullautoci hooks status --repair' there; until then the scan finds commits"


def rows(here: Here, repositories: Sequence[Repository], *, running: bool) -> Iterator[Row]:
    """One row a repository.

    Args:
        running: whether a daemon runs that could take events in.
    """
    for view in repositories:
        try:
            yield _row(here, view, running)
        except (FullAutoCIError, OSError) as error:
            hint = error.hint if isinstance(error, FullAutoCIError) else ""
            yield Row(f"hooks: {view['name']}", "problem", str(error), hint)
    if not repositories:
        yield Row("hooks", "ok", "no repository is watched yet")


def _row(here: Here, view: Repository, running: bool) -> Row:
    from fullautoci.vcs.git import hooks

    what = f"hooks: {view['name']}"
    folder = Path(view["worktree"] or view["path"])
    if not folder.is_dir():
        hint = f"'fullautoci repo remove {view['name']}', or put it back"
        return Row(what, "problem", f"there is no folder {folder} any more", hint)
    if view["problem"]:
        return Row(what, "problem", view["problem"], "commits there cannot be seen until this is mended")
    location = Location(Path(view["path"]), Path(view["worktree"]) if view["worktree"] else None, view["kind"])
    bad = hooks.problems(location, here.paths)
    if bad:
        return Row(what, "warning", "; ".join(bad), REPAIR)
    alive = [hook.name for hook in hooks.status(location, here.paths) if hook.state != "resting"]
    if not running:
        return Row(what, "ok", "installed; not tried, since no daemon runs")
    return Row(what, "ok", f"a test event {probe(here, location, alive[0])}")
