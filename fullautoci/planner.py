"""The planner: from a run to its jobs, under the configuration frozen at its commit."""

import hashlib
import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict, replace
from fnmatch import fnmatchcase
from itertools import islice
from typing import Any

from fullautoci import faults
from fullautoci.config import load
from fullautoci.config.environment import EnvironmentSection
from fullautoci.config.schema import BUILT_IN_TOOLS, FILE_NAME, BranchesSection, RepositoryFile, ToolSection
from fullautoci.errors import FullAutoCIError, NoRoomError, StoppingError, StoreError, UsageError
from fullautoci.layout import FILE_LIMIT, Layout, python_layout
from fullautoci.model import Outcome, ToolPlan
from fullautoci.store import jobs, runs
from fullautoci.store.database import Connection
from fullautoci.store.writer import Writer
from fullautoci.text import one_line
from fullautoci.tools import BUILT_IN
from fullautoci.vcs.base import Mirror

log = logging.getLogger(__name__)
BATCH = 20
_SKIP = re.compile(r"\[(?:skip ci|ci skip)\]", re.IGNORECASE)


class Planner:
    """Plans queued runs, the most urgent first.

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

    def plan_some(self) -> bool:
        """Plan a few runs.

        Returns:
            Whether there may be more.
        """
        with self._reading() as connection:
            waiting = runs.unplanned(connection, BATCH)
        for run in waiting:
            self._plan(run)
        return len(waiting) == BATCH

    def _plan(self, run: runs.Unplanned) -> None:
        try:
            mirror = self._mirror_of(run.repository_id)
            file = load.parse(mirror.read(run.sha, FILE_NAME, load.SIZE_LIMIT) or b"")
            if why := why_skipped(run, file.branches):
                self._writer.call(lambda db: runs.end(db, run.id, Outcome.SKIPPED, why))
                return
            layout = python_layout(islice(mirror.files(run.sha), FILE_LIMIT))
            plans = list(plan_tools(file, layout, run.tools))
            if file.policy == "latest" and self._writer.call(lambda db: runs.overtake(db, run)):
                return
            config = file.model_dump(mode="json")
            frozen = json.dumps([config, [asdict(plan) for plan, _ in plans]], sort_keys=True)
            digest = hashlib.sha256(frozen.encode("utf-8", "surrogateescape")).hexdigest()
        except (StoppingError, StoreError, NoRoomError):
            raise  # it is not the commit that is at fault: it is planned later
        except FullAutoCIError as error:
            self._refuse(run, error)
        except Exception as error:  # whatever a commit's objects hold, it must not stand in the way of others
            log.exception("run %d", run.id)
            words = one_line(f"this commit cannot be planned: {type(error).__name__}: {error}")
            self._refuse(run, FullAutoCIError(words))
        else:
            faults.point("before-plan")
            self._writer.call(lambda db: jobs.plan(db, run, config, digest, plans))
            faults.point("after-plan")

    def _refuse(self, run: runs.Unplanned, error: FullAutoCIError) -> None:
        log.info("run %d: %s", run.id, error.message)
        self._writer.call(lambda db: runs.end(db, run.id, Outcome.ERRORED, error.message, error.hint))


def why_skipped(run: runs.Unplanned, branches: BranchesSection) -> str:
    """Why a run is not wanted by what its commit says; empty where it is, or where a person asked for it."""
    if run.source in runs.ASKED:
        return ""
    if said := _SKIP.search(run.message):
        return f"its message says {said[0]}"
    if run.branch in ("", "HEAD"):  # HEAD is detached: there is no branch to go by
        return ""
    if any(fnmatchcase(run.branch, pattern) for pattern in branches.exclude):
        return f"the branch {run.branch} is excluded by {FILE_NAME}"
    if not any(fnmatchcase(run.branch, pattern) for pattern in branches.include):
        return f"the branch {run.branch} is not included by {FILE_NAME}"
    return ""


def plan_tools(file: RepositoryFile, layout: Layout, only: tuple[str, ...]) -> Iterator[tuple[ToolPlan, str]]:
    """Each tool's plan, with the reason why it is skipped or an empty string.

    Args:
        only: names of the tools that were asked for; empty: all that are enabled.

    Raises:
        UsageError: a tool that was asked for is not configured.
    """
    sections = {name: file.tools.get(name, ToolSection()) for name in BUILT_IN_TOOLS} | dict(file.tools)
    unknown = [name for name in only if name not in sections]
    if unknown:
        raise UsageError(f"there is no tool '{unknown[0]}' at this commit", f"there are: {', '.join(sections)}")
    for name, section in sections.items():
        if (only and name not in only) or (not only and not section.enabled):
            continue
        tool = BUILT_IN.get(name)
        why_not = tool.why_not(layout) if tool else ""
        paths = section.paths or (tool.default_paths(layout) if tool else ())
        for variant, options in variants(file.environment):
            plan = _plan(name, section, paths, file)
            yield replace(plan, options=options, variant=variant), why_not


def variants(section: EnvironmentSection) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each variant's name, empty where there is but one, with what its environment is told."""
    pythons = section.pythons()
    for python in pythons or ("",):
        yield python if len(pythons) > 1 else "", {**section.options(), **({"python": python} if python else {})}


def _plan(name: str, section: ToolSection, paths: tuple[str, ...], file: RepositoryFile) -> ToolPlan:
    return ToolPlan(
        tool=name,
        paths=paths,
        args=section.args,
        timeout=section.timeout,
        command=section.command or (),
        reports=section.report.model_dump(exclude_none=True),
        environment=file.environment.kind,
        env=file.env,
        setup=file.setup,
        secrets=file.secrets,
        bring=file.bring,
    )
