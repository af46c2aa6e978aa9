"""Across gaps: a commit whose parent is not known descends from the nearest known commits beyond it."""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from fullautoci.errors import VcsError
from fullautoci.store import lineage
from fullautoci.store.database import Connection, Database
from fullautoci.store.lineage import Slot
from fullautoci.store.runs import Unplanned
from fullautoci.store.writer import Writer
from fullautoci.vcs.base import Mirror

log = logging.getLogger(__name__)


class Gaps:
    """Bridges gaps in what is known of histories; for one thread.

    Git is asked only where a planned commit has a parent that is not known, and where a commit became known that may
    lie between others: then for each commit that has such a parent.

    Args:
        reading: opens a read-only connection.
        mirror_of: a repository's mirror, by the repository's id.
    """

    def __init__(
        self,
        writer: Writer,
        reading: Callable[[], AbstractContextManager[Connection]],
        mirror_of: Callable[[int], Mirror],
    ) -> None:
        self._writer = writer
        self._reading = reading
        self._mirror_of = mirror_of
        self._seen = 0
        self._doubtful: set[int] = set()

    def bridge(self, planned: Sequence[Unplanned]) -> None:
        """Write for each of these commits, and for others that they concern, what lies beyond unknown parents.

        Raises:
            StoppingError: the daemon is stopping.
            StoreError: the database cannot be read or written.
        """
        if not planned:
            return
        found: dict[int, dict[Slot, list[str]]] = {}
        with self._reading() as connection:
            newest = lineage.newest(connection)
            if newest != self._seen:
                self._doubtful |= lineage.doubtful(connection, self._seen)
            for repository_id in {run.repository_id for run in planned}:
                shas = [run.sha for run in planned if run.repository_id == repository_id]
                if lineage.several(connection, repository_id):
                    found[repository_id] = self._beyond(connection, repository_id, shas)
        for repository_id, slots in found.items():
            if slots:
                self._writer.call(lambda db, one=repository_id, slots=slots: _link(db, one, slots))  # type: ignore[misc]
        self._seen = newest
        self._doubtful -= {run.repository_id for run in planned}

    def _beyond(self, connection: Connection, repository_id: int, shas: Sequence[str]) -> dict[Slot, list[str]]:
        slots = lineage.unknown_parents(connection, repository_id, shas)
        found: dict[Slot, list[str]] = {}
        if repository_id in self._doubtful:
            slots = list(dict.fromkeys([*slots, *lineage.frontier(connection, repository_id)]))
            found = {slot: [] for slot in lineage.filled(connection, repository_id)}
        for parent in dict.fromkeys(slot[2] for slot in slots):
            try:
                nearest = self._mirror_of(repository_id).nearest(
                    parent, lambda sha: bool(lineage.known(connection, repository_id, [sha]))
                )
            except VcsError as error:  # a mirror that lacks it: what stands for it stays
                log.info("repository %d: beyond %s: %s", repository_id, parent[:12], error.message)
                continue
            found |= {slot: nearest for slot in slots if slot[2] == parent}
        return found


def _link(db: Database, repository_id: int, slots: dict[Slot, list[str]]) -> None:
    for (sha, slot, _), ancestors in slots.items():
        lineage.link(db, repository_id, sha, slot, ancestors)
