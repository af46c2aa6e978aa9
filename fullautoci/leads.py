"""What a failed job's words say it lacked: files that the working copy has and no commit does."""

import re
from collections.abc import Container, Iterator
from pathlib import Path, PurePosixPath

from fullautoci.errors import FullAutoCIError
from fullautoci.model import Job, Result
from fullautoci.text import decode, one_line
from fullautoci.vcs.git.command import Git

TEXT_LIMIT = 65536
NAMES_LIMIT = 100
SHOWN = 3
PATHS = (
    re.compile(r"No such file or directory: b?['\"]([^'\"\n]{1,400})['\"]"),
    re.compile(r"(?:^|: |open |access )['\"‘]?([^\s:'\"‘’]{1,400})['\"’]?: No such file or directory", re.MULTILINE),
    re.compile(r"can't open(?: file)? '?([^\s:']{1,400})"),
)
MODULES = (
    re.compile(r"No module named '([\w.]{1,200})'"),
    re.compile(r"Unable to import '([\w.]{1,200})'"),
)
NAMES = re.compile(r"cannot import name '(\w{1,100})' from (?:partially initialized module )?'([\w.]{1,200})'")


def hint(job: Job, result: Result, said: bytes, tracked: Container[str], checkout: str, source_root: str) -> str:
    """A line for each file that the job's words name, and that is untracked in the working copy; never an error.

    Args:
        said: the end of what the job printed.
        tracked: the commit's files.
        source_root: the folder that imports start from, below the checkout.
    """
    if job.worktree is None:
        return ""
    try:
        named = dict.fromkeys(_named(_words(result, said), checkout, source_root))
        there = [path for path in list(named)[:NAMES_LIMIT] if path not in tracked and _is_file(job.worktree, path)]
        loose = _untracked(Git(job.git_config), job.worktree, there)
    except (FullAutoCIError, OSError, RuntimeError, ValueError):  # whatever a working copy is like: it is only a hint
        return ""
    shown = [one_line(path) for path in loose[:SHOWN]]
    return "\n".join(
        f"{path} exists only in the working copy: commit it, or bring it (`bring: [{path}]`)" for path in shown
    )


def _words(result: Result, said: bytes) -> str:
    messages = [one.message for one in result.tests if one.outcome in ("failed", "errored")]
    messages += [one.message for one in result.findings if "Unable to import" in one.message]
    return decode(said[-TEXT_LIMIT:]) + "\n" + "\n".join(messages)[:TEXT_LIMIT]


def _named(text: str, checkout: str, source_root: str) -> Iterator[str]:
    """Paths below the checkout that a text says are missing."""
    for pattern in PATHS:
        for match in pattern.finditer(text):
            path = PurePosixPath(match[1].removeprefix(checkout.rstrip("/") + "/"))
            if path.parts and not path.is_absolute() and ".." not in path.parts:
                yield str(path)
    modules = [match[1] for pattern in MODULES for match in pattern.finditer(text)]
    modules += [f"{match[2]}.{match[1]}" for match in NAMES.finditer(text)]
    for module in modules:
        inner = "/".join(part for part in module.split(".") if part)
        if not inner:  # nothing but dots
            continue
        for root in dict.fromkeys(("", source_root)):
            for ending in (".py", "/__init__.py"):
                yield str(PurePosixPath(root) / f"{inner}{ending}")


def _is_file(worktree: Path, path: str) -> bool:
    """Whether it is a file that could be brought: a regular one, in the working copy itself, and not git's."""
    found = (worktree / path).resolve()
    top = worktree.resolve()
    return found.is_relative_to(top) and ".git" not in found.relative_to(top).parts and found.is_file()


def _untracked(git: Git, worktree: Path, paths: list[str]) -> list[str]:
    """Those that git does not track there now, be they ignored or not."""
    if not paths:
        return []
    listing = git("--literal-pathspecs", "ls-files", "-z", "--", *paths, cwd=worktree, timeout=10)
    known = set(decode(listing).split("\0"))
    return [path for path in paths if path not in known]
