"""Colours of a terminal: what is shown, and that nothing else does anything."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullautoci.web.assets import STATIC
from fullautoci.web.dashboard import ansi

_COLOUR = re.compile(r"--([\w-]+): light-dark\((#\w+), (#\w+)\)")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("a\x1b[31mb\x1b[0mc", 'a<b class="f1">b</b>c'),
        ("\x1b[1;4;97;44mx\x1b[mo", '<b class="bo un f15 g4">x</b>o'),
        ("\x1b[38;5;9mx\x1b[39my", '<b class="f9">x</b>y'),
        ("\x1b[38;5;208mx", '<b class="f3">x</b>'),
        ("\x1b[38;2;0;0;250mx", '<b class="f4">x</b>'),
        ("\x1b[48:5:22mx", '<b class="g2">x</b>'),
        ("\x1b[38;5;240;1mx", '<b class="bo f8">x</b>'),
        ("\x1b[7mx", '<b class="rv">x</b>'),
        ("\x1b[7;31mx\x1b[27my", '<b class="g1">x</b><b class="f1">y</b>'),
        ("\x1b[8mhidden", "hidden"),
        ("\x1b[38;5;999mx\x1b[38mx\x1b[38;7;1;2mx\x1b[9999999999999mx", "xxxx"),
        ("<i>\x1b[32m&\"'</i>", '&lt;i&gt;<b class="f2">&amp;&#34;&#39;&lt;/i&gt;</b>'),
        ("\x1b]0;title\x07a\x1b]8;;http://evil.example/\x1b\\link\x1b]8;;\x1b\\", "alink"),
        ("\x1b[2J\x1b[10;10H\x1b[?25l\x1bPq#0\x1b\\b\x1b", "b"),
        ("\u202egnp", '<span class="odd" title="right-to-left override">U+202E</span>gnp'),
        ("\x9b31m\x08", '<span class="odd" title="a control character">U+009B</span>31m'
         '<span class="odd" title="a control character">U+0008</span>'),
    ],
)  # fmt: skip
def test_what_is_said_is_shown(said: str, shown: str) -> None:
    assert ansi.shown(said)[0] == shown


@given(
    st.lists(
        st.one_of(
            st.text(max_size=5), st.builds("\x1b[{}m".format, st.from_regex("[0-9;:]{0,12}", fullmatch=True)),
            st.sampled_from(["\x1b", "\x1b[", "\x1b]", "\x07", "<script>", "</b>", "\x1b\\", "\x1b[1", '"', "\x9d"]),
        ),
        max_size=12,
    ).map("".join)
)  # fmt: skip
def test_nothing_but_our_own_marks_is_markup(said: str) -> None:
    shown, after = ansi.shown(said)
    bare = re.sub(r'<b class="(?:bo |di |it |un |st |rv |[fg]\d\d? )*(?:bo|di|it|un|st|rv|[fg]\d\d?)">|</b>', "", shown)
    bare = re.sub(r'<span class="odd" title="[a-z0-9 ()-]+">U\+[0-9A-F]{4,6}</span>', "", bare)
    assert "\x1b" not in shown
    assert "<" not in bare
    assert ansi.style(after.said()) == after


@pytest.mark.parametrize("said", ["x", "1;", "1;;2", "1 ", "-1", "1\n", "1" * 500, "31m", "\u0661"])
def test_a_style_that_nobody_told_is_none(said: str) -> None:
    assert ansi.style(said) is None


@pytest.mark.parametrize(
    "piece", ["\x1b[", "\x1b]", "\x1bP", "\x1b[1;", "\x1b[!", "\x1b[0m\x1b[1m", "\x1b[38;5;", "\x1b[" + "0" * 100]
)
def test_no_text_takes_long(piece: str) -> None:
    began = time.process_time()
    ansi.shown(piece * (60_000 // len(piece)))
    ansi.shown(piece + "0" * 60_000)
    assert time.process_time() - began < 3


def luminance(colour: str) -> float:
    """WCAG 2.2, "relative luminance"."""
    full = "".join(digit * 2 for digit in colour[1:]) if len(colour) == 4 else colour[1:]
    parts = [int(full[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, "contrast ratio"."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("sheet", "texts", "grounds"),
    [
        ("log.css", [*(f"f{number}" for number in range(16)), "dim", "fg"],
         [*(f"g{number}" for number in range(8)), "code", "busy-bg"]),
        ("source.css", [*"kscnfbd", "dim", "fg", "bad", "good"], ["code", "busy-bg", "bad-bg", "sheet"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("theme", [0, 1])
def test_every_colour_can_be_read_on_every_ground(sheet: str, texts: list[str], grounds: list[str], theme: int) -> None:
    told = _COLOUR.findall((STATIC / "style.css").read_text() + (STATIC / sheet).read_text())
    colours = {name: themes[theme] for name, *themes in told}
    poor = {(text, ground) for text in texts for ground in grounds if contrast(colours[text], colours[ground]) < 4.5}
    assert poor == set()
