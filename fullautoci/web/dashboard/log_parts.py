"""Parts of a log: from one line's beginning to another's, with the numbers of the lines, whatever its size."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from markupsafe import Markup

from fullautoci.text import decode
from fullautoci.web.dashboard import ansi

# What is shown at once.
LINES, BYTES = 2_000, 256 * 1024
# Of a log that is longer: its beginning, and its end.
HEAD_LINES, HEAD_BYTES = 300, 48 * 1024
TAIL_LINES, TAIL_BYTES = 1_500, 192 * 1024
# So much of a line is shown; and so much is passed over for one part where lines are longer.
CUT = 8 * 1024
SPAN = 4 * 1024 * 1024
_CHUNK = 1024 * 1024
# In pieces of this size lines are counted one by one.
_PIECE = 64 * 1024


@dataclass(frozen=True)
class Row:
    """A line, and its number from 1 on."""

    number: int
    text: Markup


@dataclass(frozen=True)
class Part:
    """Lines that follow one another.

    Attributes:
        begin: the first byte.
        end: where the next part begins. Of a line that has no end yet, the beginning: it comes once more.
        number: of the line that begins there.
        style: how text looks there, as `ansi.Style.said` has it.
    """

    rows: Sequence[Row]
    begin: int
    end: int
    number: int
    style: str = ""


def size(file: BinaryIO) -> int:
    """How many bytes a log has."""
    return file.seek(0, 2)


def overview(file: BinaryIO, over: bool) -> list[Part]:
    """A log as a whole; of one that is long two parts, its beginning and its end.

    Args:
        over: nothing is written any more, so that a line without an end is one.
    """
    whole = forward(file, 0, over=over)
    total = size(file)
    if whole.end >= total or (not over and not beyond(file, whole)):
        return [whole]
    head = forward(file, 0, lines=HEAD_LINES, most=HEAD_BYTES, over=over)
    start = back(file, total, TAIL_LINES, TAIL_BYTES)
    if start <= head.end:
        return [head, forward(file, head.end, number=head.number, style=head.style, over=over)]
    return [head, forward(file, start, over=over)]


def beyond(file: BinaryIO, part: Part) -> bool:
    """Whether there is a whole line behind a part."""
    file.seek(part.end)
    while piece := file.readline(_CHUNK):
        if piece.endswith(b"\n"):
            return True
    return False


def forward(
    file: BinaryIO,
    begin: int,
    *,
    number: int = 0,
    style: str = "",
    lines: int = LINES,
    most: int = BYTES,
    until: int | None = None,
    over: bool = True,
) -> Part:
    """The lines from a line's beginning on.

    Args:
        number: of the first line; 0: it is counted.
        lines: so many at most.
        most: no further line is begun after so many bytes that are shown.
        until: nor at that byte, or behind it.
    """
    number = number or 1 + _ends(file, begin)
    look = ansi.style(style) or ansi.PLAIN
    rows: list[Row] = []
    file.seek(begin)
    at, seen, last = begin, 0, begin + SPAN if until is None else until
    while len(rows) < lines and seen < most and at < last:
        raw = file.readline(CUT)
        more = 0 if raw.endswith(b"\n") else _skip(file)
        has_end = raw.endswith(b"\n") or more < 0
        if not raw:
            break
        text, after = _shown(raw, abs(more) - (more < 0), look)
        rows.append(Row(number + len(rows), text))
        if not has_end and not over:
            return Part(rows, begin, at, rows[-1].number, look.said())
        at += len(raw) + abs(more)
        seen += len(raw)
        look = after
    return Part(rows, begin, at, number + len(rows), look.said())


def back(file: BinaryIO, end: int, lines: int = LINES, most: int = BYTES) -> int:
    """Where a part has to begin that ends there."""
    start = max(0, end - most)
    file.seek(start)
    block = file.read(end - start)
    at = len(block) - (1 if block.endswith(b"\n") else 0)
    for _ in range(lines):
        at = block.rfind(b"\n", 0, at)
        if at < 0:
            break
    if at >= 0:
        return start + at + 1
    if start == 0:
        return 0
    first = block.find(b"\n")
    return start + first + 1 if 0 <= first < len(block) - 1 else beginning(file, start)


def beginning(file: BinaryIO, offset: int) -> int:
    """Where the line begins that a byte is of."""
    end = min(offset, size(file))
    while end > 0:
        start = max(0, end - _CHUNK)
        file.seek(start)
        found = file.read(end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def of_line(file: BinaryIO, number: int) -> int:
    """Where a line begins; of one that there is not, the last one."""
    file.seek(0)
    seen = at = 0
    while seen < number - 1 and (chunk := file.read(_PIECE)):
        count = chunk.count(b"\n")
        if seen + count >= number - 1:
            position = -1
            for _ in range(number - 1 - seen):
                position = chunk.find(b"\n", position + 1)
            found = at + position + 1
            return found if found < size(file) else beginning(file, max(0, found - 1))
        seen, at = seen + count, at + len(chunk)
    return 0 if number <= 1 else beginning(file, max(0, size(file) - 1))


def _ends(file: BinaryIO, offset: int) -> int:
    """How many lines end before a byte."""
    file.seek(0)
    count = 0
    while offset > 0 and (chunk := file.read(min(_CHUNK, offset))):
        count += chunk.count(b"\n")
        offset -= len(chunk)
    return count


def _skip(file: BinaryIO) -> int:
    """Go on to the end of a line: by how many bytes, less than 0 where it has an end, which counts as one."""
    skipped = 0
    while piece := file.readline(_CHUNK):
        skipped += len(piece)
        if piece.endswith(b"\n"):
            return -skipped
    return skipped


def _shown(raw: bytes, more: int, look: ansi.Style) -> tuple[Markup, ansi.Style]:
    """A line as markup: what was written over it by returns stands below, as it came."""
    text = decode(raw).removesuffix("\n").rstrip("\r").replace("\r", "\n")
    shown, after = ansi.shown(text, look)
    if more:
        shown += Markup('<i class="more"> … {} bytes more</i>').format(more)
    return shown, after
