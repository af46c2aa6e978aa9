"""Source as it is shown: a markup a line, its parts by what they are.

Pygments tells what they are; what is written is our own, so that nothing of a file is taken for markup. Only languages
of this list are told apart, by the end of the name: to guess would be to run any of 500 parsers on a stranger's text.
"""

from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from fullautoci.web.dashboard.odd import visible

# Larger files, and those with longer lines, are shown as they are: a parser of regular expressions takes its time.
LIMIT = 100_000
LONGEST = 400
# So much of a line is shown.
CUT = 2_000
_LANGUAGES = {
    "py": "python", "pyi": "python", "pyx": "cython", "toml": "toml", "ini": "ini", "cfg": "ini", "json": "json",
    "yml": "yaml", "yaml": "yaml", "md": "markdown", "rst": "rst", "sh": "bash", "bash": "bash", "js": "javascript",
    "mjs": "javascript", "ts": "typescript", "css": "css", "html": "html", "xml": "xml", "sql": "sql", "c": "c",
    "h": "c", "cc": "cpp", "cpp": "cpp", "hpp": "cpp", "rs": "rust", "go": "go", "java": "java", "rb": "ruby",
    "nix": "nix", "lua": "lua", "kt": "kotlin", "swift": "swift", "php": "php", "cs": "csharp", "diff": "diff",
    "patch": "diff",
}  # fmt: skip
_NAMES = {"Makefile": "make", "Dockerfile": "docker", "Containerfile": "docker", "CMakeLists.txt": "cmake"}
# The class of a part by the beginning of its kind, the first that fits.
_CLASSES = (
    ("Comment.Preproc", "d"), ("Comment", "c"), ("Literal.String.Doc", "c"), ("Literal.String", "s"),
    ("Literal.Number", "n"), ("Keyword.Constant", "n"), ("Keyword", "k"), ("Operator.Word", "k"),
    ("Name.Decorator", "d"), ("Name.Function", "f"), ("Name.Class", "f"), ("Name.Tag", "k"), ("Name.Attribute", "d"),
    ("Name.Builtin", "b"), ("Name.Exception", "b"), ("Generic.Deleted", "gd"), ("Generic.Inserted", "gi"),
    ("Generic.Heading", "f"), ("Generic.Subheading", "f"),
)  # fmt: skip
_OPEN = {name: Markup('<span class="{}">').format(name) for _, name in _CLASSES}
_CLOSE = Markup("</span>")


def split(text: str) -> list[str]:
    """The lines of a file, as tools count them: without their ends, and no empty one behind the last."""
    found = text.replace("\r\n", "\n").split("\n")
    return found[:-1] if found[-1] == "" else found


def language(path: str) -> str:
    """By which name Pygments knows a file's language; empty: it is shown as it is."""
    name = path.rpartition("/")[2]
    _, dot, end = name.rpartition(".")
    return _NAMES.get(name) or (_LANGUAGES.get(end.lower(), "") if dot else "")


def shown(lines: list[str], path: str) -> list[Markup]:
    """The lines of a file as markup; of very long ones the beginning."""
    known = language(path)
    size = sum(map(len, lines))
    if not known or size > LIMIT or any(len(line) > LONGEST for line in lines):
        return [_plain(line) for line in lines]
    found = [Markup("").join(parts) for parts in _by_line(_parts("\n".join(lines), known))]
    # No parser is trusted to tell of every line once.
    return found if len(found) == len(lines) else [_plain(line) for line in lines]


def _plain(line: str) -> Markup:
    if len(line) <= CUT:
        return visible(line)
    more = Markup('<span class="more"> … {} characters more</span>').format(len(line) - CUT)
    return visible(line[:CUT]) + more


def _parts(text: str, known: str) -> Iterator[tuple[str, str]]:
    """Pieces of a text, each with its class."""
    from pygments.lexers import get_lexer_by_name  # it takes a moment to load, and most pages show no source

    classes: dict[Any, str] = {}
    # Not `get_tokens`, which has line ends of its own.
    for _, kind, piece in get_lexer_by_name(known).get_tokens_unprocessed(text):
        if kind not in classes:
            classes[kind] = _class(str(kind).removeprefix("Token."))
        yield classes[kind], piece


def _class(kind: str) -> str:
    return next((name for start, name in _CLASSES if kind == start or kind.startswith(f"{start}.")), "")


def _by_line(parts: Iterator[tuple[str, str]]) -> list[list[Markup]]:
    """The pieces as markup, line by line; those of one class that follow one another are one."""
    lines: list[list[Markup]] = [[]]
    held, name = "", ""
    for kind, piece in parts:
        if kind != name and held:
            _put(lines, name, held)
            held = ""
        name, held = kind, held + piece
    _put(lines, name, held)
    return lines


def _put(lines: list[list[Markup]], name: str, text: str) -> None:
    for number, piece in enumerate(text.split("\n")):
        if number:
            lines.append([])
        if piece:
            lines[-1] += [_OPEN[name], visible(piece), _CLOSE] if name and piece.strip() else [visible(piece)]
