"""Waivers that a commit's own message proposes: `Fullautoci-Waive: TOOL.METRIC reason`."""

import re
from dataclasses import dataclass

from fullautoci.text import one_line, storable

# As git does: what stands in the last paragraph, and is not all of the message
# (https://git-scm.com/docs/git-interpret-trailers).
_TRAILER = re.compile(
    r"fullautoci-waive:[ \t]*([a-z][a-z0-9_-]{0,39})\.([a-z][a-z0-9_.-]{0,79})[ \t]*(.*)", re.IGNORECASE
)
LIMIT = 20


@dataclass(frozen=True)
class Proposal:
    """A waiver that a commit proposes for itself; the reason is empty where it gives none: then it does not count."""

    tool: str
    metric: str
    reason: str


def proposals(message: str) -> list[Proposal]:
    """The waivers that a message proposes, at most twenty, each once."""
    paragraphs = re.split(r"\n[ \t]*\n", message.replace("\r\n", "\n").strip())
    if len(paragraphs) < 2:
        return []
    found: dict[tuple[str, str], Proposal] = {}
    for line in paragraphs[-1].split("\n"):
        match = _TRAILER.fullmatch(line.strip())
        if match is not None and len(found) < LIMIT:
            tool, metric, reason = match.groups()
            key = (tool.lower(), metric.lower())
            found.setdefault(key, Proposal(*key, storable(one_line(reason, 300))))
    return list(found.values())
