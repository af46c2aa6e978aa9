"""The one wrapper around the git program: a clean environment, and nothing of a repository's is executed."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from fullautoci import process, room
from fullautoci.errors import NoRoomError, VcsError
from fullautoci.text import decode, plain

# Read in place of the user's: `safe.directory` and protocol rules are honoured from no weaker place. Whatever a
# repository may bring that git would execute is off (hooks, fsmonitor), and what it may embed is not entered.
GLOBAL_CONFIG = """\
[core]
\thooksPath = /dev/null
\tfsmonitor = false
\tautocrlf = false
\tattributesFile = /dev/null
\texcludesFile = /dev/null
[safe]
\tdirectory = *
\tbareRepository = explicit
[protocol]
\tversion = 2
\tallow = never
[protocol "file"]
\tallow = always
[protocol "https"]
\tallow = always
[protocol "ssh"]
\tallow = always
[gc]
\tauto = 0
[maintenance]
\tauto = false
[init]
\tdefaultBranch = main
\ttemplateDir =
[uploadpack]
\tallowFilter = true
[submodule]
\trecurse = false
[fetch]
\trecurseSubmodules = false
\twriteCommitGraph = false
[advice]
\tdetachedHead = false
[user]
\tname = Full Auto CI
\temail = fullautoci@localhost
"""


def write_global_config(path: Path) -> None:
    """Write the configuration that `Git` needs; by rename, so that no git call sees half of it."""
    if path.exists() and path.read_text() == GLOBAL_CONFIG:
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(GLOBAL_CONFIG)
    temporary.replace(path)


class Git:
    """Runs git.

    Args:
        global_config: written by `write_global_config`. None leaves the user's configuration in force: for questions
            about that configuration alone.
    """

    def __init__(self, global_config: Path | None) -> None:
        ours = {"GIT_CONFIG_GLOBAL": str(global_config), "GIT_CONFIG_NOSYSTEM": "1"}
        self._overrides = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false") if global_config else ()
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
            **(ours if global_config else {}),
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "LC_ALL": "C.UTF-8",
        }

    def __call__(
        self,
        *arguments: str | Path,
        cwd: Path | None = None,
        git_dir: Path | None = None,
        work_tree: Path | None = None,
        env: Mapping[str, str] | None = None,
        stdin: bytes = b"",
        timeout: float = 600.0,
        ok: Sequence[int] = (0,),
    ) -> bytes:
        """Run one git command and return what it printed.

        Raises:
            VcsError: git is not installed, did not end in time, or ended with a status that is not in `ok`.
            NoRoomError: a disk is full.
            StoppingError: the daemon is stopping.
        """
        argv: list[str | Path] = ["git", *self._overrides]
        if git_dir is not None:
            argv.append(f"--git-dir={git_dir}")
        if work_tree is not None:
            argv.append(f"--work-tree={work_tree}")
        try:
            done = process.run(
                [*argv, *arguments], cwd=cwd, env={**self._environment, **(env or {})}, stdin=stdin, timeout=timeout
            )
        except FileNotFoundError as error:
            if cwd is not None and not cwd.is_dir():
                raise VcsError(f"there is no folder {cwd}") from error
            raise VcsError("git is not installed", "install git 2.31 or newer and put it on PATH") from error
        except TimeoutError as error:
            raise VcsError(str(error)) from error
        except (OSError, ValueError) as error:  # ValueError: a NUL or a lone surrogate in an argument
            raise VcsError(f"git could not be started: {error}") from error
        if done.returncode not in ok:
            words = plain(decode(done.stderr)).strip().splitlines()
            if full := [line for line in words if room.said(line)]:
                raise NoRoomError(f"git {arguments[0]}: {full[-1]}", room.HINT)
            raise VcsError(f"git {arguments[0]}: {words[-1] if words else f'ended with {done.returncode}'}")
        return done.stdout
