"""What a worker does with a job: checkout, environment, tool, and what the tool left."""

import contextlib
import hashlib
import json
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from fullautoci import bringing, environments, faults, leads, process, proctree, room, scratch, tools
from fullautoci.environments.base import Prepared, Request, architecture, base_variables
from fullautoci.errors import FullAutoCIError, NoRoomError, PreparationError, ReportError
from fullautoci.layout import FILE_LIMIT, python_layout
from fullautoci.logfile import LogFile
from fullautoci.masking import Masker
from fullautoci.model import Job, Outcome, PutOff, Result, State
from fullautoci.runner import Cancelled, Control, JobRunner
from fullautoci.text import one_line, tail
from fullautoci.tools.base import REPORT_LIMIT, SHIMS, Context, Left, Tool
from fullautoci.vcs.git.checkout import Slot
from fullautoci.vcs.git.command import Git
from fullautoci.vcs.git.leftovers import remove_tree

# One environment serves all built-in tools: one build in place of several, and pylint can see what tests import.
TOOLS = tuple(sorted({line for tool in tools.BUILT_IN.values() for line in tool.requirements}))
REPORTS = (".json", ".xml")
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
    request = Request(
        checkout, job.tree, blobs, layout, tool.requirements, TOOLS, tool.needs_project, job.folders, held
    )
    runner = JobRunner(control, log, job.limits)
    with _timed(timings, "environment_s"):
        environment = environments.chosen(job.plan.environment).prepare(request, runner)
    faults.point("after-environment")
    context = Context(job.plan, layout, environment.python, checkout, own / "reports")
    (own / "home").mkdir()
    context.reports.mkdir()
    variables = _variables(job, environment, context.reports)
    try:
        with bringing.brought(checkout, files):
            with _timed(timings, "setup_s"):
                _set_up(job, checkout, variables, runner)
            with _timed(timings, "tool_s"):
                result = _tool(job, tool, context, variables, control, log)
    except NoRoomError:
        raise
    except FullAutoCIError as error:
        result = Result(Outcome.ERRORED, one_line(error.message), error.hint)
    if result.outcome in (Outcome.FAILED, Outcome.ERRORED):
        lead = leads.hint(job, result, log.end(), blobs, str(checkout), layout.source_root)
        result = replace(result, hint="\n".join(filter(None, [result.hint, lead])))
    return replace(
        result,
        timings=timings,
        tool_version=environment.versions.get(tool.distribution, ""),
        environment=environment.identity,
        identity=_identity(job, environment, tool, files),
    )


def _variables(job: Job, environment: Prepared, reports: Path) -> dict[str, str]:
    """What the job's own programs are given: setup and tool alike."""
    own = reports.parent
    return {
        **base_variables(own / "home", own),
        **environment.variables,
        "COVERAGE_FILE": str(reports / "coverage.data"),
        **job.plan.env,
        **{name: job.secrets[name] for name in job.plan.secrets},
        proctree.TAG: job.tag,
    }


def _set_up(job: Job, checkout: Path, variables: Mapping[str, str], runner: JobRunner) -> None:
    """Run the commands that come before the tool.

    Raises:
        PreparationError: one failed.
    """
    for command in job.plan.setup:
        words = one_line(" ".join(command), 100)
        runner.activity(f"setup: {words}")
        argv = [_program(command[0], checkout, variables), *command[1:]]
        runner.run(argv, cwd=checkout, env=variables, timeout=job.plan.timeout, name=f"setup: {words}")


def _program(name: str, checkout: Path, variables: Mapping[str, str]) -> str:
    """Where a program is: looked up on the job's PATH, not on the daemon's; one with a slash is the checkout's."""
    if "/" in name and not Path(name).is_absolute():
        return str(checkout / name)
    return shutil.which(name, path=variables["PATH"]) or name


def _tool(
    job: Job, tool: Tool, context: Context, variables: Mapping[str, str], control: Control, log: LogFile
) -> Result:
    _remove_old_reports(job, context)
    argv = tool.command(context)
    control.report(State.RUNNING, "")
    log.note(" ".join(argv[:2] if argv[1:2] and argv[1].startswith(str(SHIMS)) else argv))
    try:
        ended = process.stream(
            [_program(argv[0], context.checkout, variables), *argv[1:]],
            cwd=context.checkout, env=variables, sink=log, timeout=job.plan.timeout, interrupt=control,
            limits=job.limits,
        )  # fmt: skip
    except OSError as error:
        return Result(Outcome.ERRORED, one_line(f"{argv[0]} could not be started: {error.strerror}"))
    faults.point("after-tool")
    if ended.why == "interrupt":
        raise Cancelled
    if ended.why == "processes":
        return Result(Outcome.ERRORED, f"it started more than {job.limits.processes} processes", tail(log.end()))
    if ended.why == "timeout":
        return Result(Outcome.TIMED_OUT, f"it did not end within {job.plan.timeout:g} s", tail(log.end()))
    left = Left(ended.returncode, _reports(job, context), log.end(), str(context.checkout))
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


def _reports(job: Job, context: Context) -> dict[str, bytes]:
    """What the tool wrote: files right below the folder of reports, and those that the configuration names."""
    wanted = {path.name: (path, context.reports) for path in context.reports.iterdir() if path.suffix in REPORTS}
    named = {kind: (context.checkout / name, context.checkout) for kind, name in job.plan.reports.items()}
    wanted |= {kind: found for kind, found in named.items() if os.path.lexists(found[0])}
    total = sum(path.lstat().st_size for path, _ in wanted.values())
    if total > 2 * REPORT_LIMIT:
        raise ReportError(f"its {len(wanted)} reports have {total} bytes; the limit is {2 * REPORT_LIMIT}")
    return {kind: read_report(path, below) for kind, (path, below) in sorted(wanted.items())}


def _remove_old_reports(job: Job, context: Context) -> None:
    """Remove reports that the commit brings: only what this job writes counts. The next checkout has them again."""
    for name in job.plan.reports.values():
        path = context.checkout / name
        if os.path.lexists(path) and path.parent.resolve().is_relative_to(context.checkout.resolve()):
            if path.is_dir() and not path.is_symlink():
                remove_tree(path)
            else:
                path.unlink()


def read_report(path: Path, below: Path) -> bytes:
    """A report's bytes.

    Raises:
        ReportError: it is no regular file, leads out of where it has to be, or is too large.
    """
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode) or not path.resolve().is_relative_to(below.resolve()):
        raise ReportError(f"{one_line(path.name)} is no regular file of this job's")
    if status.st_size > REPORT_LIMIT:
        raise ReportError(f"{one_line(path.name)} has {status.st_size} bytes; the limit is {REPORT_LIMIT}")
    return path.read_bytes()


def _identity(job: Job, environment: Prepared, tool: Tool, files: Sequence[bringing.Brought]) -> str:
    """The digest under which an equal job would yield the same (tree, command, tool, environment, machine)."""
    plan = job.plan
    described = [
        job.tree, plan.tool, plan.paths, plan.args, plan.command, sorted(plan.reports.items()), plan.timeout,
        environment.versions.get(tool.distribution, ""), environment.identity.kind, environment.identity.fingerprint,
        sorted(plan.env.items()), architecture(), plan.setup,
        hashlib.sha256(json.dumps([(name, job.secrets[name]) for name in sorted(plan.secrets)]).encode()).hexdigest(),
        [(file.path, file.digest) for file in files],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(described).encode("utf-8", "surrogateescape")).hexdigest()


@contextlib.contextmanager
def _timed(timings: dict[str, float], name: str) -> Iterator[None]:
    began = time.monotonic()
    try:
        yield
    finally:
        timings[name] = round(time.monotonic() - began, 3)
