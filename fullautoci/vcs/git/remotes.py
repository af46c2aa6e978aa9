"""What a clone's origin is called."""

import os
import re
from pathlib import Path

from fullautoci.errors import VcsError
from fullautoci.vcs.git.command import Git

_URL = re.compile(r"remote\.(?P<name>.+)\.url\n(?P<url>.*)", re.DOTALL)
USUAL = "origin"


def names(git: Git, git_dir: Path) -> list[str]:
    """The last part of each remote's address without `.git`, that of `origin` first."""
    try:
        raw = git("config", "--null", "--get-regexp", r"^remote\..*\.url$", git_dir=git_dir)
    except VcsError:  # it has none
        return []
    found = [match for one in os.fsdecode(raw).split("\0") if (match := _URL.fullmatch(one))]
    found.sort(key=lambda match: match["name"] != USUAL)
    return list(dict.fromkeys(filter(None, (last_part(match["url"]) for match in found))))


def last_part(url: str) -> str:
    """The last part of an address's path: `sample` of `git@host:team/sample.git`, and of `/srv/sample/.git/`."""
    return re.split(r"[/:]", url.rstrip("/").removesuffix("/.git"))[-1].removesuffix(".git")
