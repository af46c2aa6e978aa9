"""What a worker does with a job: checkout, environment, tool, and what the tool left."""

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from fullautoci import boxes, bringing, environments, faults, leads, proctree, reports, room, scratch, tools
from fullautoci.environments.base import Prepared, Request, architecture, base_variables
from fullautoci.errors import FullAutoCIError, NoRoomError, PreparationError
from fullautoci.layout import FILE_LIMIT, Layout, python_layout
from fullautoci.logfile import LogFile
from fullautoci.masking import Masker
from fullautoci.model import Box, Job, Limits, Outcome, PutOff, Result, State
from fullautoci.places import Places
from fullautoci.runner import Cancelled, Control, JobRunner
from fullautoci.text import one_line, tail
from fullautoci.tools.base import SHIMS, Context, Left, Tool
from fullautoci.vcs.git.checkout import Slot
from fullautoci.vcs.git.command import Git

# One environment serves all built-in tools: one build in place of several, and pylint can see what tests import.
TOOLS = tuple(sorted({line for tool in tools.BUILT_IN.values() for line in tool.requirements}))
FINDINGS_LIMIT = 50_000
MISSING_LIMIT = 1_000_000


def run_job(job: Job, slot_folder: Path, control: Control) -> Result | PutOff:
    """Do a job; whatever goes wrong is a result too, but for a full disk: then it is to be done again.

    Args:
        slot_folder: where this worker keeps its checkouts.
    """
    began = time.monotonic()
    masker = Masker(job.secrets.values())
    places = (job.log.parent, slot_folder, Path(tempfile.gettempdir()), *job.folders.values())
    # A job that found room and used it up has itself to blame, and may do so again.
    spent = room.short(places) is None
    try:
        with LogFile(job.log, masker=masker) as log, scratch.made(job.tag) as own, contextlib.ExitStack() as held:
            result = _run(job, slot_folder, control, log, own, held)
            if result.outcome in (Outcome.FAILED, Outcome.ERRORED) and (where := room.short(places)):
                return PutOff(f"there is no room left in {where}", spent)
    except Cancelled:
        result = Result(Outcome.CANCELLED, "cancelled while it ran")
    except NoRoomError as error:
        return PutOff(one_line(error.message), spent)
    except FullAutoCIError as error:
        if room.said(f"{error.message} {error.hint}") or room.short(places):
            return PutOff(one_line(error.message), spent)
        result = Result(Outcome.ERRORED, one_line(error.message), error.hint)
    except OSError as error:
        if room.is_full(error):
            return PutOff(f"there is no room left: {one_line(str(error.filename or job.log.parent))}", spent)
        result = Result(Outcome.ERRORED, one_line(f"{error.strerror or error}: {error.filename or 'no file named'}"))
    return replace(masker.result(result), duration_s=round(time.monotonic() - began, 3))


def _check_secrets(job: Job) -> None:
    lacking = [name for name in job.plan.secrets if name not in job.secrets]
    if lacking:
        raise PreparationError(
            f"the secret {lacking[0]} has no value",
            f"put it into the service's config.yml, 'secrets: {{{lacking[0]}: …}}', then 'fullautoci daemon restart'",
        )


def _run(job: Job, slot_folder: Path, control: Control, log: LogFile, own: Path, held: contextlib.ExitStack) -> Result:
    _check_secrets(job)
    for name in ("a", "b"):
        done = _once(job, slot_folder, control, log, Places.made(own / name), held)
        if done is not None:
            return done
        log.note("the environment that this was done in was not the commit's: it is done again")
    raise PreparationError("the environment was another one each time", "'fullautoci rerun' may do better")


def _once(
    job: Job, slot_folder: Path, control: Control, log: LogFile, places: Places, held: contextlib.ExitStack
) -> Result | None:
    """The job's result; None where it turned out that its environment was not the commit's."""
    timings: dict[str, float] = {}
    tool = tools.named(job.plan.tool, job.plan.command)
    control.report(State.PREPARING, "checking the commit out")
    with _timed(timings, "checkout_s"):
        slot = Slot(Git(job.git_config), slot_folder / str(job.repository_id), job.mirror)
        checkout = slot.checkout(job.commit)
        faults.point("after-checkout")
        blobs = slot.blobs()
        slot.fill_lfs(blobs)
        layout = python_layout(islice(blobs, FILE_LIMIT))
    files = bringing.gather(job, blobs)
    own = places.own
    with _timed(timings, "environment_s"):
        environment = environment_of(job, tool, checkout, blobs, layout, places, held, control, log)
    faults.point("after-environment")
    box = boxes.around_job(job, checkout, own, environment)
    place = Place(environment, box, replace(job.limits, box=box), control, log)
    context = Context(job.plan, layout, environment.python, checkout, environment.reports or own / "reports")
    variables = _variables(job, environment, context, own, box)
    try:
        with bringing.brought(checkout, files):
            with _timed(timings, "setup_s"):
                _set_up(job, checkout, variables, place)
            with _timed(timings, "tool_s"):
                result = _tool(job, tool, context, variables, place)
    except NoRoomError:
        raise
    except FullAutoCIError as error:
        result = Result(Outcome.ERRORED, one_line(error.message), error.hint)
    if not environment.checked():
        return None
    if result.outcome in (Outcome.FAILED, Outcome.ERRORED):
        lead = leads.hint(job, result, log.end(), blobs, str(checkout), layout.source_root)
        result = replace(result, hint="\n".join(filter(None, [result.hint, lead])))
    identity = environment.identity
    return replace(
        result,
        timings=timings,
        tool_version=environment.versions.get(tool.distribution, ""),
        environment=replace(identity, detail={**identity.detail, "sandbox": boxes.described(box, environment)}),
        identity=_identity(job, environment, tool, files, box),
    )


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
    checkout: Path,
    blobs: Mapping[str, str],
    layout: Layout,
    places: Places,
    held: contextlib.ExitStack,
    control: Control,
    log: LogFile,
) -> Prepared:
    """A job's environment, ready for as long as `held` is open.

    Raises:
        PreparationError: it cannot be prepared.
    """
    environment = environments.chosen(job.plan.environment, blobs)
    evaluation = boxes.around_evaluation(job, places.private) if environment.kind == "nix" else None
    request = Request(
        checkout, job.commit, job.tree, job.mirror, job.git_config, places.own, blobs, layout, tool.requirements,
        TOOLS, tool.needs_project, job.folders, held, job.plan.options, (SHIMS,), job.sandbox.network,
        job.sandbox.mode == "on", places.private, evaluation,
    )  # fmt: skip
    box, variables = boxes.around_build(job, checkout, places.own)
    runner = JobRunner(control, log, replace(job.limits, box=box), variables=variables)
    return environment.prepare(request, runner)


def _variables(job: Job, environment: Prepared, context: Context, own: Path, box: Box | None) -> dict[str, str]:
    """What the job's own programs are given: setup and tool alike."""
    base = base_variables(own / "home", own)
    return {
        **base,
        **_trust(context.checkout),
        **environment.variables,
        **({"HOME": base["HOME"]} if box is not None and box.strict else {}),
        "COVERAGE_FILE": str(context.reports / "coverage.data"),
        **job.plan.env,
        **{name: job.secrets[name] for name in job.plan.secrets},
        proctree.TAG: job.tag,
    }


def _trust(checkout: Path) -> dict[str, str]:
    """What has git take a checkout for the job's own that a container of root's was given as another user's."""
    if checkout.stat().st_uid == os.geteuid():
        return {}
    return {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": str(checkout)}


def _set_up(job: Job, checkout: Path, variables: Mapping[str, str], place: Place) -> None:
    """Run the commands that come before the tool.

    Raises:
        PreparationError: one failed.
    """
    runner = place.runner()
    for command in job.plan.setup:
        words = one_line(" ".join(command), 100)
        runner.activity(f"setup: {words}")
        argv = _command(command, checkout, variables, place.environment)
        runner.run(argv, cwd=checkout, env=variables, timeout=job.plan.timeout, name=f"setup: {words}")


def _command(argv: Sequence[str], checkout: Path, variables: Mapping[str, str], environment: Prepared) -> list[str]:
    """A command line as it is run.

    Its program is looked up on the job's PATH, not on the daemon's; one with a slash is the checkout's.
    """
    name = argv[0]
    if "/" in name and not Path(name).is_absolute():
        name = str(checkout / name)
    elif not environment.elsewhere:
        name = shutil.which(name, path=variables["PATH"]) or name
    return [*environment.prefix, name, *argv[1:]]


def _tool(job: Job, tool: Tool, context: Context, variables: Mapping[str, str], place: Place) -> Result:
    control, log = place.control, place.log
    reports.remove_old(job, context)
    argv = tool.command(context)
    control.report(State.RUNNING, "")
    log.note(" ".join(argv[:2] if argv[1:2] and argv[1].startswith(str(SHIMS)) else argv))
    try:
        ended = place.environment.stream(
            _command(argv, context.checkout, variables, place.environment),
            cwd=context.checkout, env=variables, sink=log, timeout=job.plan.timeout, interrupt=control,
            limits=place.limits,
        )  # fmt: skip
    except OSError as error:
        return Result(Outcome.ERRORED, one_line(f"{argv[0]} could not be started: {error.strerror}"))
    place.environment.over()
    faults.point("after-tool")
    if ended.why == "interrupt":
        raise Cancelled
    if ended.why == "processes":
        return Result(Outcome.ERRORED, f"it started more than {job.limits.processes} processes", tail(log.end()))
    if ended.why == "timeout":
        return Result(Outcome.TIMED_OUT, f"it did not end within {job.plan.timeout:g} s", tail(log.end()))
    if ended.why == "memory":
        hint = "give it more ('docker: {memory: 8G}'), or let it use less"
        return Result(Outcome.ERRORED, "it used more memory than its container has", f"{hint}\n{tail(log.end())}")
    left = Left(ended.returncode, reports.gather(job, context), log.end(), str(context.checkout))
    return _bounded(tool.parse(job.plan, left))


def _bounded(result: Result) -> Result:
    """A result that can be kept and shown: of what there are more than anybody reads, the first; metrics count all."""
    over = len(result.findings) - FINDINGS_LIMIT
    lines = 0
    files = []
    for file in result.files:
        lines += len(file.missing)
        files.append(file if lines <= MISSING_LIMIT else replace(file, missing=()))
    said = f"{over} more findings are not kept" if over > 0 else ""
    hint = "\n".join(filter(None, [result.hint, said]))
    return replace(result, findings=result.findings[:FINDINGS_LIMIT], files=tuple(files), hint=hint)


def _identity(job: Job, environment: Prepared, tool: Tool, files: Sequence[bringing.Brought], box: Box | None) -> str:
    """The digest under which an equal job would yield the same (tree, command, tool, environment, machine)."""
    plan = job.plan
    described = [
        job.tree, plan.tool, plan.paths, plan.args, plan.command, sorted(plan.reports.items()), plan.timeout,
        environment.versions.get(tool.distribution, ""), environment.identity.kind, environment.identity.fingerprint,
        sorted(plan.env.items()), architecture(), plan.setup,
        hashlib.sha256(json.dumps([(name, job.secrets[name]) for name in sorted(plan.secrets)]).encode()).hexdigest(),
        [(file.path, file.digest) for file in files], sorted(plan.options.items()), boxes.described(box, environment),
        environment.identity.detail.get("network", ""),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(described).encode("utf-8", "surrogateescape")).hexdigest()


@contextlib.contextmanager
def _timed(timings: dict[str, float], name: str) -> Iterator[None]:
    began = time.monotonic()
    try:
        yield
    finally:
        timings[name] = round(time.monotonic() - began, 3)
