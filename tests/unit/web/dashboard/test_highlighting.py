"""Source as markup: every character of it, and nothing of it as markup."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from fullautoci.web.dashboard import highlighting
from fullautoci.web.dashboard.odd import visible

NAMES = sorted({f"x.{end}" for end in highlighting._LANGUAGES} | set(highlighting._NAMES))
PIECES = st.sampled_from(
    ["def f(x):", "<script>alert(1)</script>", '"""', "'", "/*", "*/", "# c", "\t", "return 1", "\x0c", "\r", "\u202e",
     "\u2028", "${", "{{", "<!--", "&amp;", "\\", "@d", "é", "`", "%{", "<<EOF", "+a", "-b"]
)  # fmt: skip


def bare(shown: Markup) -> str:
    """The text of markup."""
    return Markup(re.sub(r"<[^>]*>", "", shown)).unescape()


@settings(max_examples=60, deadline=None)
@given(lines=st.lists(st.lists(PIECES, max_size=5).map(" ".join), max_size=8), name=st.sampled_from(NAMES))
def test_every_line_is_there_once_and_as_it_is(lines: list[str], name: str) -> None:
    shown = highlighting.shown(lines, name)
    assert [bare(one) for one in shown] == [bare(visible(line)) for line in lines]
    for one in shown:
        marks = re.sub(r'</?span(?: class="(?:odd|[a-z]{1,2})"(?: title="[a-z -]+")?)?>', "", one)
        assert "<" not in marks


def test_what_is_what() -> None:
    assert highlighting.shown(["@d", "def f():", "    return None  # no"], "a.py") == [
        '<span class="d">@d</span>',
        '<span class="k">def</span> <span class="f">f</span>():',
        '    <span class="k">return</span> <span class="n">None</span>  <span class="c"># no</span>',
    ]


def test_a_text_over_several_lines_goes_on() -> None:
    first, second = highlighting.shown(['x = """a', 'b"""'], "a.py")
    assert first.endswith('<span class="s">&#34;&#34;&#34;a</span>')
    assert second == '<span class="s">b&#34;&#34;&#34;</span>'


@pytest.mark.parametrize("name", ["a.unknown", "py", "a.py/b", "", "Makefile.am.x"])
def test_what_is_not_known_is_shown_as_it_is(name: str) -> None:
    assert highlighting.shown(["def f(): <"], name) == ["def f(): &lt;"]


def test_long_lines_are_cut_and_long_files_not_parsed() -> None:
    assert highlighting.shown(["x" * 5000], "a.py") == [
        "x" * 2000 + '<span class="more"> … 3000 characters more</span>'
    ]
    assert highlighting.shown(["return"] * 20_000, "a.py")[0] == "return"


@pytest.mark.parametrize(
    ("text", "lines"),
    [("", []), ("\n", [""]), ("a", ["a"]), ("a\n", ["a"]), ("a\r\nb\r\n", ["a", "b"]), ("a\n\n", ["a", ""]),
     ("a\rb\x0cc\u2028d", ["a\rb\x0cc\u2028d"])],
)  # fmt: skip
def test_lines_are_counted_as_tools_do(text: str, lines: list[str]) -> None:
    assert highlighting.split(text) == lines
