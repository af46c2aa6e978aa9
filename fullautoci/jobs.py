"""What a worker does with a job: checkout, environment, tool, and what the tool left."""

import contextlib
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from fullautoci import (
    anchors,
    boxes,
    bringing,
    configuring,
    execution,
    faults,
    identity,
    leads,
    room,
    scratch,
    surroundings,
    tools,
)
from fullautoci.environments.base import Prepared
from fullautoci.errors import FullAutoCIError, NoRoomError, PreparationError, VcsError
from fullautoci.logfile import LogFile
from fullautoci.masking import Masker
from fullautoci.model import Job, Outcome, PutOff, Result, State
from fullautoci.places import Places
from fullautoci.runner import Cancelled, Daemon
from fullautoci.sources import Source, checked_out
from fullautoci.surroundings import Place
from fullautoci.text import one_line
from fullautoci.tools.base import Context, Tool
from fullautoci.vcs.git.checkout import Slot
from fullautoci.vcs.git.command import Git


def run_job(job: Job, slot_folder: Path, control: Daemon) -> Result | PutOff:
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


def _run(job: Job, slot_folder: Path, control: Daemon, log: LogFile, own: Path, held: contextlib.ExitStack) -> Result:
    _check_secrets(job)
    for name in ("a", "b"):
        done = _once(job, slot_folder, control, log, Places.made(own / name), held)
        if done is not None:
            return done
        log.note("the environment that this was done in was not the commit's: it is done again")
    raise PreparationError("the environment was another one each time", "'fullautoci rerun' may do better")


def _once(
    job: Job, slot_folder: Path, control: Daemon, log: LogFile, places: Places, held: contextlib.ExitStack
) -> Result | None:
    """The job's result; None where it turned out that its environment was not the commit's."""
    timings: dict[str, float] = {}
    tool = tools.named(job.plan.tool, job.plan.command)
    control.report(State.PREPARING, "checking the commit out")
    with _timed(timings, "checkout_s"):
        source, asking = _sources(job, slot_folder)
    files = bringing.gather(job, source.tracked)
    with _timed(timings, "environment_s"):
        environment = surroundings.environment_of(job, tool, source, asking, places, held, control, log)
    faults.point("after-environment")
    box = boxes.around_job(job, source.top, places.own, environment)
    place = Place(environment, box, replace(job.limits, box=box), control, log)
    reports = environment.reports or places.own / "reports"
    version = environment.versions.get(tool.distribution, "")
    content = {file.path: file.content for file in files}
    configured = configuring.configured(job, tool, version, source.top, source.tracked, content, reports)
    context = Context(job.plan, source.layout, environment.python, source.checkout, reports, configured.file)
    same = _same(job, environment, version, configured.digest, files, boxes.described(box, environment))
    known = control.known(same.identity) if job.plan.cache and not job.fresh else None
    if known is not None:
        log.note(f"nothing is run: the result of job {known.job_id} is this one's")
        result = Result(known.outcome, known.reason, known.hint)
        same = replace(same, tool_version=known.tool_version or version, reused_from=known.job_id)
        if environment.untouched and source.slot is not None:
            source.slot.leave_untouched()
    else:
        result = _measured(job, tool, source, context, files, place, places.own, timings)
    if not environment.checked():
        return None
    if known is None and result.outcome in (Outcome.FAILED, Outcome.ERRORED):
        root = str(Path(source.project) / source.layout.source_root)
        lead = leads.hint(job, result, log.end(), source.tracked, str(source.top), root)
        result = replace(result, hint="\n".join(filter(None, [result.hint, lead])))
    return replace(
        result, timings=timings, tool_version=same.tool_version, environment=same.environment, identity=same.identity,
        configuration=same.configuration, reused_from=same.reused_from,
    )  # fmt: skip


def _sources(job: Job, slot_folder: Path) -> tuple[Source, Source]:
    """The commit that the job is about, and the one whose files say what the environment is."""
    git, project, other = Git(job.git_config), job.plan.project, job.plan.environment_of
    source = checked_out(Slot(git, slot_folder / str(job.repository_id), job.mirror), job.commit, job.tree, project)
    if other in ("", job.commit):
        return source, source
    try:
        tree = git("rev-parse", "--verify", "--quiet", f"{other}^{{tree}}", git_dir=job.mirror).decode().strip()
    except VcsError as error:
        raise PreparationError(f"the commit {other[:10]}, whose environment is asked for, is not there") from error
    slot = Slot(git, slot_folder / f"{job.repository_id}-environment", job.mirror)
    return source, checked_out(slot, other, tree, project)


def _same(
    job: Job, environment: Prepared, version: str, configuration: str, files: Sequence[bringing.Brought], sandbox: str
) -> Result:
    """What a result of this job says of how it came about, whatever it will be; its outcome says nothing yet."""
    said = environment.identity
    brought = [(file.path, file.digest) for file in files]
    return Result(
        Outcome.ERRORED,
        tool_version=version,
        environment=replace(said, detail={**said.detail, "sandbox": sandbox}),
        identity=identity.digest(job, identity.read_by(job), environment, version, configuration, brought, sandbox),
        configuration=configuration,
    )


def _measured(
    job: Job,
    tool: Tool,
    source: Source,
    context: Context,
    files: Sequence[bringing.Brought],
    place: Place,
    own: Path,
    timings: dict[str, float],
) -> Result:
    variables = surroundings.variables_of(job, place, context, own, source.top)
    try:
        with bringing.brought(source.top, files):
            with _timed(timings, "setup_s"):
                execution.set_up(job, source.checkout, variables, place)
            with _timed(timings, "tool_s"):
                result = execution.run_tool(job, tool, context, variables, place)
            return anchors.anchored(execution.from_top(result, source), source.top)
    except NoRoomError:
        raise
    except FullAutoCIError as error:
        return Result(Outcome.ERRORED, one_line(error.message), error.hint)


@contextlib.contextmanager
def _timed(timings: dict[str, float], name: str) -> Iterator[None]:
    began = time.monotonic()
    try:
        yield
    finally:
        timings[name] = round(time.monotonic() - began, 3)
