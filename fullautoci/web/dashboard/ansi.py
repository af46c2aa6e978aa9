"""Colours of a terminal, as classes: the text is escaped first, and nothing but SGR (ECMA-48, 8.3.117) does anything.

What terminals know of cursors, titles, links and the like is left out; other control characters are shown as such. The
256 and 16 million colours that there are besides become the nearest of 16, so that every one can be read on any other,
by day and by night (`log.css`). Nothing can be hidden: concealed text is shown.
"""

import colorsys
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from fullautoci.web.dashboard.odd import visible

_SEQUENCE = re.compile(
    r"\x1b\[([0-9;:]*)m"  # SGR
    r"|\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_][^\x1b]*(?:\x1b\\)?|[@-Z\\-_]?)"
)
_SAID = re.compile(r"(?:[0-9]{1,3}(?:;[0-9]{1,3}){0,20})?")
# So many numbers of one sequence count.
_MOST = 32
_SWITCHES = {1: "bold", 2: "dim", 3: "italic", 4: "underlined", 7: "reversed", 9: "struck"}
_OFF = {
    22: ("bold", "dim"), 23: ("italic",), 24: ("underlined",), 27: ("reversed",), 29: ("struck",),
}  # fmt: skip
_CLASSES = {"bold": "bo", "dim": "di", "italic": "it", "underlined": "un", "struck": "st"}
_LEVELS = (0, 95, 135, 175, 215, 255)
BRIGHT, WHITE = 8, 7
_COLOURS: dict[int, dict[str, Any]] = {39: {"text": None}, 49: {"ground": None}} | {
    start + number: {place: number + bright}
    for start, place, bright in ((30, "text", 0), (40, "ground", 0), (90, "text", BRIGHT), (100, "ground", BRIGHT))
    for number in range(8)
}


@dataclass(frozen=True)
class Style:
    """How text looks from here on; colours are numbers up to 15, None: as it is by itself."""

    bold: bool = False
    dim: bool = False
    italic: bool = False
    underlined: bool = False
    reversed: bool = False
    struck: bool = False
    text: int | None = None
    ground: int | None = None

    def said(self) -> str:
        """The numbers of a sequence that says all of this."""
        codes = [code for code, name in _SWITCHES.items() if getattr(self, name)]
        for colour, start in ((self.text, 30), (self.ground, 40)):
            if colour is not None:
                codes.append(start + colour if colour < BRIGHT else start + 60 + colour - BRIGHT)
        return ";".join(map(str, codes))

    def classes(self) -> str:
        """The classes of text that looks so."""
        text, ground = (self.ground, self.text) if self.reversed else (self.text, self.ground)
        names = [short for name, short in _CLASSES.items() if getattr(self, name)]
        names += [] if text is None else [f"f{text}"]
        names += [] if ground is None else [f"g{ground}"]
        return " ".join([*names, *(["rv"] if self.reversed and text is None and ground is None else [])])


PLAIN = Style()


def style(said: str) -> Style | None:
    """What `Style.said` told; None: it told no such thing."""
    return _changed(PLAIN, said) if _SAID.fullmatch(said) else None


def shown(text: str, before: Style = PLAIN) -> tuple[Markup, Style]:
    """A text as markup, and how what follows it looks."""
    if "\x1b" not in text and before == PLAIN:
        return visible(text), before
    parts = []
    for piece, after in _pieces(text, before):
        if piece:
            classes = before.classes()
            parts.append(Markup('<b class="{}">{}</b>').format(classes, visible(piece)) if classes else visible(piece))
        before = after
    return Markup("").join(parts), before


def _pieces(text: str, before: Style) -> Iterator[tuple[str, Style]]:
    """Pieces of text, each with how the next one looks."""
    end = 0
    for match in _SEQUENCE.finditer(text):
        after = before if match[1] is None else _changed(before, match[1])
        yield text[end : match.start()], after
        end, before = match.end(), after
    yield text[end:], before


def _changed(before: Style, said: str) -> Style:
    numbers = [int(part[:4] or 0) for part in re.split("[;:]", said)[:_MOST]]
    now, at = before, 0
    while at < len(numbers):
        code, rest = numbers[at], numbers[at + 1 :]
        at += 1
        if code in (38, 48):
            colour, used = _colour(rest)
            at += used
            if colour is not None:
                now = replace(now, text=colour) if code == 38 else replace(now, ground=colour)
        else:
            now = _switched(now, code)
    return now


def _switched(now: Style, code: int) -> Style:
    if code == 0:
        return PLAIN
    if code in _SWITCHES:
        return replace(now, **{_SWITCHES[code]: True})
    if code in _OFF:
        return replace(now, **dict.fromkeys(_OFF[code], False))
    if code in _COLOURS:
        return replace(now, **_COLOURS[code])
    return now


def _colour(rest: Sequence[int]) -> tuple[int | None, int]:
    """Which colour is named behind 38 or 48, and by how many numbers: `5;N` of 256, or `2;R;G;B`."""
    if rest[:1] == [5] and len(rest) > 1:
        return _of_256(rest[1]), 2
    if rest[:1] == [2] and len(rest) > 3:
        return _nearest(*(min(one, 255) for one in rest[1:4])), 4
    return None, len(rest)


def _of_256(number: int) -> int | None:
    """16 by name, a cube of six levels a side, and 24 greys."""
    if number < 16:
        return number
    if number < 232:
        cube = number - 16
        return _nearest(*(_LEVELS[level] for level in (cube // 36, cube // 6 % 6, cube % 6)))
    return _nearest(*[8 + 10 * (number - 232)] * 3) if number < 256 else None


def _nearest(red: int, green: int, blue: int) -> int:
    hue, light, full = colorsys.rgb_to_hls(red / 255, green / 255, blue / 255)
    if full < 0.2 or not 0.08 < light < 0.95:
        return 0 if light < 0.2 else BRIGHT if light < 0.55 else WHITE if light < 0.9 else BRIGHT + WHITE
    sector = (1, 3, 2, 6, 4, 5)[round(hue * 6) % 6]
    return sector + (BRIGHT if light > 0.6 else 0)
