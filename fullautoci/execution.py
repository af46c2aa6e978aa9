"""Running a job's own programs: the commands that come before the tool, and the tool."""

import posixpath
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from fullautoci import faults, reports
from fullautoci.environments.base import Prepared
from fullautoci.model import Job, Outcome, Result, State
from fullautoci.runner import Cancelled
from fullautoci.sources import WHOLE, Source
from fullautoci.surroundings import Place
from fullautoci.text import one_line, tail
from fullautoci.tools.base import SHIMS, Context, Left, Tool, relative

FINDINGS_LIMIT = 50_000
MISSING_LIMIT = 1_000_000


def set_up(job: Job, checkout: Path, variables: Mapping[str, str], place: Place) -> None:
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


def run_tool(job: Job, tool: Tool, context: Context, variables: Mapping[str, str], place: Place) -> Result:
    """Run the tool and read what it left; paths are relative to where it ran.

    Raises:
        ReportError: what it left is no evidence.
        Cancelled: the job is to end.
    """
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
    configured = str(context.configured.parent) if context.configured is not None else ""
    left = Left(ended.returncode, reports.gather(job, context), log.end(), str(context.checkout), configured)
    return bounded(tool.parse(job.plan, left))


def bounded(result: Result) -> Result:
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


def from_top(result: Result, source: Source) -> Result:
    """The same with paths relative to the repository's top, as everybody reads them."""
    if source.project == WHOLE:
        return result

    def moved(path: str) -> str:
        inner = relative(path, str(source.top))
        return inner if inner != path or path.startswith("/") else posixpath.normpath(f"{source.project}/{path}")

    return replace(
        result,
        findings=tuple(replace(one, path=moved(one.path)) for one in result.findings),
        files=tuple(replace(one, path=moved(one.path)) for one in result.files),
        by_file={
            metric: {moved(path): value for path, value in values.items()} for metric, values in result.by_file.items()
        },
    )
