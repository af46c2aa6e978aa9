"""The daemon's chores: what keeps its files few, small and sound."""

import logging
from collections.abc import Callable
from pathlib import Path

from fullautoci import process, proctree
from fullautoci.errors import DamagedError, VcsError
from fullautoci.housekeeping import OFTEN_S, Chore
from fullautoci.paths import Paths
from fullautoci.pruning import Pruner
from fullautoci.store import backup
from fullautoci.vcs.git.repository import GitVcs

log = logging.getLogger(__name__)
DAY_S = backup.DAY_S


def chores(paths: Paths, pruner: Pruner, vcs: GitVcs, on_damage: Callable[[], object]) -> list[Chore]:
    """All of them.

    Args:
        on_damage: called when the database turns out to be damaged.
    """
    return [
        Chore("backup", DAY_S, lambda: _back_up(paths.database, paths.backups, on_damage)),
        Chore("prune", DAY_S, lambda: pruner.prune(dry_run=False)),
        Chore("pack", DAY_S, lambda: _pack(paths.mirrors, vcs)),
        Chore("strays", OFTEN_S, lambda: proctree.collect_strays(process.own)),
    ]


def _back_up(database: Path, folder: Path, on_damage: Callable[[], object]) -> None:
    try:
        backup.make_daily(database, folder)
    except DamagedError:  # in a page that nothing has asked for yet
        on_damage()
        raise


def _pack(mirrors: Path, vcs: GitVcs) -> None:
    for mirror in mirrors.glob("[!.]*.git"):
        try:
            vcs.mirror(mirror).pack()
        except VcsError as error:
            log.warning("%s is not packed: %s", mirror, error.message)
