"""Waivers that a commit's own message proposes: `Fullautoci-Waive: TOOL.METRIC reason`."""

import re
from dataclasses import dataclass
from difflib import get_close_matches

from fullautoci.text import one_line, storable

NAME = "fullautoci-waive"
LIMIT = 20
# As git tells trailers, with ours among those that it would be told of (https://git-scm.com/docs/git-interpret-trailers).
_LINE = re.compile(r"([A-Za-z0-9-]+)[ \t]*:[ \t]*(.*)")
_FROM_GIT = ("Signed-off-by: ", "(cherry picked from commit ")
_VALUE = re.compile(r"([a-z][a-z0-9_-]{0,39})\.([a-z][a-z0-9_.-]{0,79})(?:[ \t]+(.*))?", re.IGNORECASE)


@dataclass(frozen=True)
class Proposal:
    """A waiver that a commit proposes for itself; the reason is empty where it gives none: then it does not count."""

    tool: str
    metric: str
    reason: str


def proposals(message: str) -> list[Proposal]:
    """The waivers that a message proposes, at most twenty, each once, with the first reason that is given for it."""
    found: dict[tuple[str, str], Proposal] = {}
    for value in _values(message):
        match = _VALUE.fullmatch(value)
        if match is None:
            continue
        tool, metric, reason = match[1].lower(), match[2].lower(), storable(one_line((match[3] or "").strip(), 300))
        known = found.get((tool, metric))
        if (known is None and len(found) < LIMIT) or (known is not None and not known.reason):
            found[tool, metric] = Proposal(tool, metric, reason)
    return list(found.values())


def unheeded(message: str, tool: str, metric: str) -> str:
    """Why a waiver does not count that a message seems to propose for a metric; empty: it proposes none, or it does."""
    wanted = f"{tool}.{metric}"
    for value in _values(message):
        said, reason = [*value.split(None, 1), "", ""][:2]
        name = said.lower().removesuffix(":file")
        if _VALUE.fullmatch(value) and name == wanted:
            if reason.strip():
                return ""
            return f"the commit's trailer for {wanted} gives no reason, and does not count"
        near = name in (metric, wanted) or bool(get_close_matches(name, [wanted], 1, 0.85))
        if near:
            return f"the commit's trailer '{one_line(said, 40)}' does not count: it is called {wanted}"
    return ""


def _values(message: str) -> list[str]:
    """What our trailers say: they stand in the last paragraph, which is not the first, and is one of trailers.

    It is one where it has nothing else, or one of git's or ours and no more than three times as many other lines.
    A line that begins with a space goes on with the line before.
    """
    paragraphs = re.split(r"\n(?:[ \t]*\n)+", message.replace("\r\n", "\n").strip("\n \t"))
    if len(paragraphs) < 2:
        return []
    read: list[tuple[str, str]] = []
    others, is_trailer = 0, False
    for line in paragraphs[-1].split("\n"):
        if line[:1] in (" ", "\t"):
            if is_trailer and read:
                read[-1] = (read[-1][0], f"{read[-1][1]} {line.strip()}")
            others += not is_trailer
            continue
        match = _LINE.fullmatch(line.rstrip())
        is_trailer = match is not None or line.startswith(_FROM_GIT)
        others += not is_trailer
        if is_trailer:
            read.append((match[1].lower(), match[2]) if match else ("", ""))
    ours = [value for token, value in read if token == NAME]
    return ours if others <= 3 * len(read) else []
