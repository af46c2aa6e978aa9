"""Commits that are not tested, by what they or their configuration say."""

import re
from collections.abc import Callable, Iterable, Sequence
from fnmatch import filter as matching
from fnmatch import fnmatchcase

from fullautoci.config.origin import Origin
from fullautoci.config.schema import FILE_NAME, BranchesSection, PathsSection
from fullautoci.store.runs import ASKED, Unplanned
from fullautoci.text import one_line, storable

# From so many changed files on a commit counts as one that changes everything.
CHANGED_LIMIT = 1_000
Origins = Callable[[str], Origin]
_SKIP = re.compile(r"\[(?:skip ci|ci skip)\]", re.IGNORECASE)


def _by_file(_key: str) -> Origin:
    return Origin(FILE_NAME)


def why_skipped(
    run: Unplanned,
    branches: BranchesSection,
    before: Callable[[], Iterable[BranchesSection]] = tuple,
    origin: Origins = _by_file,
) -> str:
    """Why a run is not wanted by what its commit says; empty where it is, or where a person asked for it.

    Args:
        before: tells what the files of its parents say, where that is something else: whoever says of a branch that it
            is not tested any more does so in a commit that is.
        origin: where the value of a key was said.
    """
    why = _why(run, branches, origin)
    return "" if why and any(not _why(run, one) for one in before()) else why


def _why(run: Unplanned, branches: BranchesSection, origin: Origins = _by_file) -> str:
    if run.source in ASKED:
        return ""
    if said := _SKIP.search(run.message):
        return f"its message says {said[0]}"
    if run.branch in ("", "HEAD"):  # HEAD is detached: there is no branch to go by
        return ""
    if any(fnmatchcase(run.branch, pattern) for pattern in branches.exclude):
        return f"the branch {run.branch} is excluded by {_by(origin('branches.exclude'))}"
    if not any(fnmatchcase(run.branch, pattern) for pattern in branches.include):
        return f"the branch {run.branch} is not included by {_by(origin('branches.include'))}"
    return ""


def _by(origin: Origin) -> str:
    """Who or what says something: a file by its name; or a person, with the command that takes it back."""
    return f"{origin.actor} ('{origin.unset}' takes it back)" if origin.at else origin.source


def why_unchanged(
    run: Unplanned, paths: PathsSection, changed: Callable[[], Sequence[str] | None], origin: Origins = _by_file
) -> str:
    """Why a run is not wanted by the files that its commit changed; empty where it is, or where a person asked for it.

    Args:
        changed: tells which files; None: all.
        origin: where the value of a key was said.
    """
    if run.source in ASKED or paths == PathsSection():
        return ""
    found = changed()
    if found is None or FILE_NAME in found or _matter(found, paths):
        return ""
    if not found:
        return "it changed no file"
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    included = _matter(found, PathsSection(include=paths.include))
    by = _by(origin("paths.exclude" if included else "paths.include"))
    return f"only files that {by} excludes were changed: {one_line(storable(found[0]), 80)}{more}"


def _matter(names: Sequence[str], paths: PathsSection) -> bool:
    """Whether any of these files is included and not excluded."""
    # Pattern by pattern: each is taken apart but once.
    left = {name for pattern in paths.include for name in matching(names, pattern)}
    for pattern in paths.exclude:
        left.difference_update(matching(left, pattern))
    return bool(left)
