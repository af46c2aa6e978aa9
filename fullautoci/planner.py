"""The planner: from a run to its jobs, under the configuration frozen at its commit."""

import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from itertools import islice
from typing import Any

from fullautoci import faults, trailers
from fullautoci.config import document, layers
from fullautoci.config.detection import Facts
from fullautoci.config.layers import Effective
from fullautoci.config.overrides import Overrides
from fullautoci.config.schema import FILE_NAME, BranchesSection
from fullautoci.config.service import ServiceFile
from fullautoci.errors import ConfigError, FullAutoCIError, NoRoomError, StoppingError, StoreError
from fullautoci.layout import FILE_LIMIT
from fullautoci.model import Outcome
from fullautoci.planning import tools
from fullautoci.planning.lineage import Gaps
from fullautoci.planning.skipping import CHANGED_LIMIT, why_skipped, why_unchanged
from fullautoci.store import acts, jobs, overrides, runs
from fullautoci.store.database import Connection, Database
from fullautoci.store.writer import Writer
from fullautoci.text import one_line
from fullautoci.vcs.base import Mirror

log = logging.getLogger(__name__)
# So few are planned before jobs are handed out again: workers need not wait for the plans of a whole series.
BATCH = 3
# How commits come that were made here.
OWN = ("post-commit", "post-rewrite")
# So many origins are kept with a run's configuration.
ORIGINS = 200
# Of a merge so many parents are asked what they say of branches.
PARENTS = 16


class Planner:
    """Plans queued runs, the most urgent first.

    Args:
        reading: opens a read-only connection.
        mirror_of: a repository's mirror, by the repository's id.
        service: `config.yml` as it is now.
    """

    def __init__(
        self,
        writer: Writer,
        reading: Callable[[], AbstractContextManager[Connection]],
        mirror_of: Callable[[int], Mirror],
        service: Callable[[], ServiceFile] = ServiceFile,
    ) -> None:
        self._writer = writer
        self._reading = reading
        self._mirror_of = mirror_of
        self._service = service
        self._gaps = Gaps(writer, reading, mirror_of)

    def plan_some(self) -> bool:
        """Plan a few runs.

        Returns:
            Whether there may be more.
        """
        with self._reading() as connection:
            waiting = runs.unplanned(connection, BATCH)
            late = runs.told_late(connection, OWN, trailers.NAME)
        for run in late:
            for waiver in self._waivers(run):
                self._writer.call(lambda db, run=run, waiver=waiver: acts.add(db, run.repository_id, waiver))  # type: ignore[misc]
        self._gaps.bridge(waiting)
        for run in waiting:
            self._plan(run)
        return len(waiting) == BATCH

    def _plan(self, run: runs.Unplanned) -> None:
        try:
            self._skip_or_queue(run)
        except (StoppingError, StoreError, NoRoomError):
            raise  # it is not the commit that is at fault: it is planned later
        except FullAutoCIError as error:
            self._refuse(run, error)
        except Exception as error:  # whatever a commit's objects hold, it must not stand in the way of others
            log.exception("run %d", run.id)
            words = one_line(f"this commit cannot be planned: {type(error).__name__}: {error}")
            self._refuse(run, FullAutoCIError(words))

    def _skip_or_queue(self, run: runs.Unplanned) -> None:
        mirror = self._mirror_of(run.repository_id)
        names = list(islice(mirror.files(run.sha), FILE_LIMIT))
        found = self._configured(run, mirror, names)
        file = found.file
        why = why_skipped(run, file.branches, lambda: self._branches_before(run, mirror), found.origin)
        if why := why or why_unchanged(run, file.paths, lambda: mirror.changed(run.sha, CHANGED_LIMIT), found.origin):
            self._writer.call(lambda db: _end(db, run, Outcome.SKIPPED, why))
            return
        plans = tools.plan(file, names, run.tools)
        if file.policy == "latest" and self._writer.call(lambda db: runs.overtake(db, run)):
            return
        config = file.model_dump(mode="json")
        digest = _digest(config, plans)
        config["origins"] = {key: str(one) for key, one in islice(found.origins.items(), ORIGINS)}
        faults.point("before-plan")
        waivers = self._waivers(run)
        self._writer.call(lambda db: jobs.plan(db, run, config, digest, plans.tools, plans.policy, waivers))
        faults.point("after-plan")

    def _configured(self, run: runs.Unplanned, mirror: Mirror, names: Sequence[str]) -> Effective:
        """The configuration that counts for a commit with these files."""

        def read(path: str) -> bytes | None:
            return mirror.read(run.sha, path, document.SIZE_LIMIT)

        return layers.of_commit(names, read, self._service(), self._told(run))

    def _told(self, run: runs.Unplanned) -> Overrides:
        with self._reading() as connection:
            return overrides.of(connection, run.repository_id)

    def _branches_before(self, run: runs.Unplanned, mirror: Mirror) -> Iterator[BranchesSection]:
        """What is said of branches by the files of a commit's parents that are not the commit's own."""
        own = mirror.read(run.sha, FILE_NAME, document.SIZE_LIMIT) or b""
        for parent in mirror.commit(run.sha).parents[:PARENTS]:
            if not mirror.contains(parent):  # a shallow clone
                continue
            raw = mirror.read(parent, FILE_NAME, document.SIZE_LIMIT) or b""
            if raw == own:
                continue
            try:
                yield layers.effective(raw, Facts(), self._service(), self._told(run)).file.branches
            except ConfigError:  # which excluded nothing: that commit is errored
                yield BranchesSection()

    def _waivers(self, run: runs.Unplanned) -> list[acts.Wanted]:
        """The waivers that a commit proposes for itself, where the service lets them count.

        Whose a commit is, is told by how it came here and not by what it says of its author: what was committed here
        came by the hook of its owner.
        """
        counts = self._service().waivers.trailers
        if counts == "off" or (counts == "own" and run.source not in OWN):
            return []
        return [
            acts.Wanted("waive", one.tool, one.metric, run.sha, one.reason, "the commit itself", "trailer")
            for one in trailers.proposals(run.message)
            if one.reason
        ]

    def _refuse(self, run: runs.Unplanned, error: FullAutoCIError) -> None:
        log.info("run %d: %s", run.id, error.message)
        self._writer.call(lambda db: _end(db, run, Outcome.ERRORED, error.message, error.hint))


def _end(db: Database, run: runs.Unplanned, outcome: Outcome, reason: str, hint: str = "") -> None:
    """End a run that has no jobs; what its commit hands on is told at once, not when the next one is judged."""
    runs.end(db, run.id, outcome, reason, hint)
    acts.unsettle(db, run.repository_id, [run.sha])


def _digest(config: Mapping[str, Any], plans: tools.Plans) -> str:
    """By what a run's jobs are told from those under another configuration or policy."""
    frozen = json.dumps([config, [asdict(plan) for plan, _ in plans.tools], plans.policy], sort_keys=True)
    return hashlib.sha256(frozen.encode("utf-8", "surrogateescape")).hexdigest()
