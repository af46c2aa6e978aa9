"""What a tool wrote, read as hostile input."""

import os
import stat
from pathlib import Path

from fullautoci import evidence
from fullautoci.errors import ReportError
from fullautoci.model import Job
from fullautoci.text import one_line
from fullautoci.tools.base import REPORT_LIMIT, Context
from fullautoci.vcs.git.leftovers import remove_tree

ENDINGS = (".json", ".xml")


def gather(job: Job, context: Context) -> dict[str, bytes]:
    """What the tool wrote: files right below the folder of reports, and those that the configuration names."""
    if context.reports.is_symlink():
        raise ReportError("the folder for its reports is a link to another")
    wanted = {path.name: (path, context.reports) for path in context.reports.iterdir() if path.suffix in ENDINGS}
    named = {kind: (context.checkout / name, context.checkout) for kind, name in job.plan.reports.items()}
    wanted |= {kind: found for kind, found in named.items() if os.path.lexists(found[0])}
    total = sum(path.lstat().st_size for path, _ in wanted.values())
    if total > 2 * REPORT_LIMIT:
        raise ReportError(f"its {len(wanted)} reports have {total} bytes; the limit is {2 * REPORT_LIMIT}")
    return {kind: read(path, below) for kind, (path, below) in sorted(wanted.items())}


def remove_old(job: Job, context: Context) -> None:
    """Remove reports that the commit brings: only what this job writes counts. The next checkout has them again."""
    for name in job.plan.reports.values():
        path = context.checkout / name
        if os.path.lexists(path) and path.parent.resolve().is_relative_to(context.checkout.resolve()):
            if path.is_dir() and not path.is_symlink():
                remove_tree(path)
            else:
                path.unlink()


def read(path: Path, below: Path) -> bytes:
    """A report's bytes.

    Raises:
        ReportError: it is no regular file, leads out of where it has to be, or is too large.
    """
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode) or not path.resolve().is_relative_to(below.resolve()):
        raise ReportError(f"{one_line(path.name)} is no regular file of this job's")
    if status.st_size > REPORT_LIMIT:
        raise ReportError(f"{one_line(path.name)} has {status.st_size} bytes; the limit is {REPORT_LIMIT}")
    try:
        return evidence.read(path, REPORT_LIMIT)
    except OSError as error:  # it was another a moment ago
        raise ReportError(f"{one_line(path.name)}: {error.strerror}") from error
