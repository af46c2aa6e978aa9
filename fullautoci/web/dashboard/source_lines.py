"""The lines of a file with what is said of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from fullautoci.text import decode
from fullautoci.web.dashboard import highlighting
from fullautoci.wording import job_name

# So many lines are shown at once.
PART = 1_000
# Where a NUL is among so many of the first bytes, it is no text.
_LOOKED_AT = 8_000


@dataclass(frozen=True)
class Line:
    """One line.

    Attributes:
        missed: names of the jobs whose tests never reached it.
    """

    number: int
    text: Markup
    findings: Sequence[Mapping[str, Any]] = ()
    missed: Sequence[str] = ()


@dataclass(frozen=True)
class Shown:
    """A part of a file.

    Attributes:
        lines: of this part.
        total: how many lines there are.
        elsewhere: findings at lines that there are not.
        marked: the lines of which something is said.
        earlier, later: a line of the part before and after this one; 0: there is none.
        is_binary: it is no text.
        size: in bytes, as far as it was read.
    """

    lines: Sequence[Line] = ()
    total: int = 0
    elsewhere: Sequence[Mapping[str, Any]] = ()
    marked: Sequence[int] = ()
    earlier: int = 0
    later: int = 0
    is_binary: bool = False
    size: int = 0


def shown(path: str, data: bytes | None, known: Mapping[str, Any], line: int) -> Shown:
    """The part of a file that has a line.

    Args:
        data: its bytes; None: they cannot be had.
        known: what `store.pages.files.one` tells of it.
    """
    if data is None:
        return Shown(elsewhere=known["findings"])
    if b"\0" in data[:_LOOKED_AT]:
        return Shown(elsewhere=known["findings"], is_binary=True, size=len(data))
    lines = highlighting.split(decode(data.removeprefix(b"\xef\xbb\xbf")))
    findings: dict[int, list[Mapping[str, Any]]] = {}
    for finding in known["findings"]:
        findings.setdefault(finding["line"], []).append(finding)
    missed: dict[int, list[str]] = {}
    for measured in known["measured"]:
        for number in measured["missing"]:
            missed.setdefault(number, []).append(job_name(measured["job"]))
    start = (min(max(line, 1), max(len(lines), 1)) - 1) // PART * PART
    end = min(start + PART, len(lines))
    texts = highlighting.shown(lines[start:end], path)
    return Shown(
        [
            Line(start + number, text, findings.get(start + number, ()), missed.get(start + number, ()))
            for number, text in enumerate(texts, 1)
        ],
        len(lines),
        [one for number, several in findings.items() if not 1 <= number <= len(lines) for one in several],
        sorted(number for number in {*findings, *missed} if 1 <= number <= len(lines)),
        start,
        end + 1 if end < len(lines) else 0,
        size=len(data),
    )
