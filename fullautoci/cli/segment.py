"""How HEAD stands, in a few characters. A shell shows them at every prompt: nothing is imported here, or by what this
imports, that the standard library does not bring, and of that little."""

import os
import socket
import sys
from pathlib import Path

from fullautoci.errors import FullAutoCIError
from fullautoci.paths import Paths
from fullautoci.store import glance
from fullautoci.store.glance import Glance

COLOURS = {"green": "32", "red": "31", "yellow": "33", "cyan": "36"}
# How each kind of prompt is told which characters take no room.
WRAPPED = {"plain": ("", ""), "ansi": ("", ""), "bash": ("\001", "\002"), "zsh": ("%{", "%}")}
SIGNS = {"passed": "✓", "failed": "✗", "errored": "!", "timed_out": "!", "quarantined": "!"}
PLAIN_SIGNS = {"✓": "ok", "✗": "x", "…": "...", "–": "-", "!": "!"}


def show(form: str = "") -> str:
    """The segment as it is written, by the names of `WRAPPED`; a prompt is no place for trouble: then it is empty."""
    try:
        found, down = look(Paths.from_environment(), Path.cwd())
    except (OSError, ValueError, FullAutoCIError):
        return ""
    text, colour = segment(found, down)
    encoding = (sys.stdout.encoding or "ascii").lower().replace("-", "")
    if encoding != "utf8":
        text = "".join(PLAIN_SIGNS.get(character, character) for character in text)
    form = form or ("ansi" if sys.stdout.isatty() else "plain")
    if not text or form == "plain" or os.environ.get("NO_COLOR"):
        return text
    before, after = WRAPPED[form]
    return f"{before}\033[{COLOURS[colour]}m{after}{text}{before}\033[0m{after}"


def look(paths: Paths, folder: Path) -> tuple[Glance | None, bool]:
    """How HEAD of the repository around a folder stands, and whether the daemon that should change that is down.

    Raises:
        OSError, ValueError: HEAD cannot be read.
        StoreError: the database cannot be read.
    """
    git_dir = _git_dir(folder)
    if git_dir is None:
        return None, False
    common = git_dir
    if (git_dir / "commondir").is_file():
        common = (git_dir / (git_dir / "commondir").read_text().strip()).resolve()
    sha = _head(git_dir, common)
    found = glance.at(paths.database, str(common), sha)
    return found, found is not None and found.state != "done" and not _answers(paths.socket)


def _git_dir(folder: Path) -> Path | None:
    for one in (folder, *folder.parents):
        there = one / ".git"
        if there.is_dir():
            return there.resolve()
        if there.is_file():
            line = there.read_text("utf-8", "surrogateescape").strip()
            return (one / line.removeprefix("gitdir: ")).resolve()
    return None


def _head(git_dir: Path, common: Path) -> str:
    """HEAD's commit (gitrepository-layout(5)); whatever is not a plain file is left to git."""
    head = (git_dir / "HEAD").read_text("utf-8", "surrogateescape").strip()
    if not head.startswith("ref: "):
        return head
    ref = head.removeprefix("ref: ")
    if (common / ref).is_file():
        return (common / ref).read_text().strip()
    from fullautoci.cli.here import vcs

    return vcs().resolve(common, ref)


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(0.2)
        return line.connect_ex(str(path)) == 0


def segment(found: Glance | None, down: bool) -> tuple[str, str]:
    """The segment's text and colour; empty where there is nothing to say."""
    if found is None:
        return "", "green"
    if down:
        return "daemon down", "yellow"
    if found.state not in ("", "done"):
        return f"…{found.over}/{found.jobs}" if found.jobs else "…", "cyan"
    sign = SIGNS.get(found.outcome, "–")
    if sign in "✓–":
        return f"{sign} {found.outcome if sign == '–' else ''}".rstrip(), "green" if sign == "✓" else "yellow"
    return " ".join([sign, *found.bad]), "red"
