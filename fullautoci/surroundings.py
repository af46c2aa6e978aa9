"""What a job's programs find around them: the environment, the variables, and where their files are."""

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from fullautoci import boxes, environments, proctree, tools
from fullautoci.environments.base import Prepared, Request, base_variables
from fullautoci.logfile import LogFile
from fullautoci.model import Box, Job, Limits
from fullautoci.places import Places
from fullautoci.runner import Control, JobRunner
from fullautoci.sources import Source
from fullautoci.tools.base import SHIMS, Context, Tool

# One environment serves all built-in tools: one build in place of several, and pylint can see what tests import.
TOOLS = tuple(sorted({line for tool in tools.BUILT_IN.values() for line in tool.requirements}))


@dataclass(frozen=True)
class Place:
    """Where a job's own programs are run: in which environment and box, within what limits, and told of to whom."""

    environment: Prepared
    box: Box | None
    limits: Limits
    control: Control
    log: LogFile

    def runner(self) -> JobRunner:
        """Runs what comes before the tool."""
        return JobRunner(self.control, self.log, self.limits, self.environment.stream)


def environment_of(
    job: Job,
    tool: Tool,
    source: Source,
    asking: Source,
    places: Places,
    held: contextlib.ExitStack,
    control: Control,
    log: LogFile,
) -> Prepared:
    """A job's environment, ready for as long as `held` is open.

    Args:
        source: the commit that the tool is run on.
        asking: the commit whose files say what the environment is; mostly the same.

    Raises:
        PreparationError: it cannot be prepared.
    """
    environment = environments.chosen(job.plan.environment, asking.blobs)
    request = _request(job, tool, source, places, held)
    if environment.kind == "nix":
        request = replace(request, evaluation=boxes.around_evaluation(job, places.private))
    if asking is not source:
        request = replace(request, other=_moved(request, asking))
    box, variables = boxes.around_build(job, {source.top, asking.top}, places.own)
    runner = JobRunner(control, log, replace(job.limits, box=box), variables=variables)
    prepared = environment.prepare(request, runner)
    return replace(prepared, untouched=False) if runner.ran else prepared


def _request(job: Job, tool: Tool, source: Source, places: Places, held: contextlib.ExitStack) -> Request:
    return Request(
        source.checkout, source.commit, source.tree, job.mirror, job.git_config, places.own, source.blobs,
        source.layout, tool.requirements, TOOLS, tool.needs_project, job.folders, held, job.plan.options, (SHIMS,),
        job.sandbox.network, job.sandbox.mode == "on", places.private, top=source.top, project=source.project,
    )  # fmt: skip


def _moved(request: Request, to: Source) -> Request:
    """The same asked by another commit."""
    return replace(
        request, checkout=to.checkout, commit=to.commit, tree=to.tree, blobs=to.blobs, layout=to.layout, top=to.top,
        project=to.project,
    )  # fmt: skip


def variables_of(job: Job, place: Place, context: Context, own: Path, top: Path) -> dict[str, str]:
    """What the job's own programs are given: setup and tool alike."""
    base = base_variables(own / "home", own)
    return {
        **base,
        **_trust(top),
        **place.environment.variables,
        **({"HOME": base["HOME"]} if place.box is not None and place.box.strict else {}),
        "COVERAGE_FILE": str(context.reports / "coverage.data"),
        **job.plan.env,
        **{name: job.secrets[name] for name in job.plan.secrets},
        proctree.TAG: job.tag,
    }


def _trust(checkout: Path) -> Mapping[str, str]:
    """What has git take a checkout for the job's own that a container of root's was given as another user's."""
    if checkout.stat().st_uid == os.geteuid():
        return {}
    return {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": str(checkout)}
