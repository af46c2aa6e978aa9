"""What is wrong with a configuration file before any key of it counts: no YAML, not ours, or far too much."""

from collections.abc import Callable, Iterator

LARGE = 1 << 20
_DEEP = 10_000

# From a value to what is wrong in its place, how far behind its beginning that is (None: the loaders differ), and what
# is said of it.
VALUES: list[Callable[[str], tuple[str, int | None, str]]] = [
    lambda _: ("!!python/object/apply:os.system ['true']", 0, "python/object/apply"),
    lambda _: ("!!python/object/new:os.system ['true']", 0, "python/object/new"),
    lambda _: ("!!python/name:os.system", 0, "python/name"),
    lambda _: ("!!python/module:os", 0, "python/module"),
    lambda value: (f"!ours {value}", 0, "begins with '!'"),
    lambda _: ("*nowhere", 0, "begins with '*'"),
    lambda _: ("x\0y", 1, "a character that no text file has"),
    lambda _: ("xy\x07", 2, "a character that no text file has"),
    lambda _: ("\x7f", 0, "a character that no text file has"),
    lambda _: ("xyz\udcff", 3, "is no UTF-8"),
    lambda _: ("\udcc3(", 0, "is no UTF-8"),
    lambda _: ("\udced\udca0\udc80", 0, "is no UTF-8"),
    lambda _: ("a: b", 1, "cannot stand here"),
    lambda _: ("@here", 0, "cannot stand here"),
    lambda _: ("`there`", 0, "cannot stand here"),
    lambda _: ("%that", 0, "cannot stand here"),
    lambda _: ("\tx: y", None, "cannot stand here"),
    lambda _: ('"\\q"', None, "escape"),
    lambda _: ("!!int many", 0, "no value of its kind"),
    lambda _: ("!!float many", 0, "no value of its kind"),
    lambda _: ("!!bool perhaps", 0, "no value of its kind"),
    lambda _: ("!!timestamp soon", 0, "no value of its kind"),
    lambda _: ("!!binary a", 0, "base64"),
    lambda _: ("2001-99-99", 0, "no value of its kind"),
    lambda _: ("1" * 5000, 0, "more than 100 digits"),
    lambda _: ("[&a [*a]]", 1, "aliases included"),
    lambda _: ("&a {b: *a}", 0, "aliases included"),
    lambda _: ("{? [a] : b}", 3, "a key must be a word"),
    lambda _: ("{1: a}", 1, "a key must be text"),
    lambda _: ("{no: a}", 1, "'no' without quotes"),
    lambda _: ("{~: a}", 1, "a key must be text"),
    lambda _: ("{2001-01-01: a}", 1, "a key must be text"),
    lambda _: ("{.nan: a}", 1, "a key must be text"),
    lambda _: ("{1:30: a}", 1, "a key must be text"),
    lambda _: ("{a: 1, b: 2, a: 3}", 13, "twice"),
    lambda _: ("{<<: 5}", 5, "merging"),
]


def files() -> Iterator[tuple[str, bytes]]:
    """Whole files, by name."""
    yield from ((name, text.encode()) for name, text in [*_bombs(), *_deep(), *_tabs(), *_documents(), *_ends()])
    yield from _large()
    yield from _bytes()


def _bombs() -> Iterator[tuple[str, str]]:
    laughs = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    laughs += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    yield "a billion laughs", "\n".join(laughs)
    maps = ["a0: &a0 {k: v}"] + [f"a{n}: &a{n} {{b: *a{n - 1}, c: *a{n - 1}}}" for n in range(1, 40)]
    yield "a billion laughs of mappings", "\n".join(maps)
    yield "one alias very often", f"env: &e {{A: {'x' * 1000}}}\nsetup: [{', '.join(['*e'] * 9000)}]\n"
    merges = ["a0: &a0 {k0: 1, k1: 2, k3: 3}"]
    merges += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 8)]
    yield "a bomb of merges", "\n".join(merges)
    yield (
        "a chain of merges",
        "\n".join(["a0: &a0 {k: 1}", *(f"a{n}: &a{n} {{<<: *a{n - 1}}}" for n in range(1, 2000))]),
    )
    yield "a chain of aliases", "\n".join(["a0: &a0 [x]", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 3000))])
    yield "many merges of one", "env: &a {A: x}\ntools: {" + ", ".join(f"t{n}: {{<<: *a}}" for n in range(700)) + "}"
    yield "an anchor that is given anew", "\n".join(f"a{n}: &a [*a]" if n else "a0: &a [x]" for n in range(3000))
    yield "many anchors", f"env: [{', '.join(f'&a{n} x' for n in range(3900))}]"
    yield "a merge of itself", "&a {<<: *a, b: c}"
    yield "an alias of all", "&a {env: {A: *a}}"
    yield "a list that is its own key", "? &a [*a]\n: b\n"


def _deep() -> Iterator[tuple[str, str]]:
    for opening in ("[", "{", "- ", "? ", "[{a: ", "!!seq [", "&a [", "- - ? "):
        yield f"{opening!r} again and again", (opening * _DEEP)[: 60 * 1024]
        yield f"{opening!r} below a key", f"tools:\n  pylint:\n    args: {(opening * 30)}\n"
    for closing in ("[]", "{}"):
        yield f"{closing} closed again", f"env: {closing[0] * _DEEP}{closing[1] * _DEEP}"
    block = "".join(f"{' ' * depth}a:\n" for depth in range(340))
    yield "deep by indentation", block
    yield "deep by indented lists", "".join(f"{'  ' * depth}-\n" for depth in range(240))


def _tabs() -> Iterator[tuple[str, str]]:
    yield "a tab before a key", "env:\n\tA: b\n"
    yield "a tab before a list", "branches:\n  include:\n\t- a\n"
    yield "a tab behind spaces", "env:\n  \tA: b\n"
    yield "a tab at the top", "\tversion: 1\n"
    yield "a tab between keys", "env:\n  A: b\n\tC: d\n"
    yield "a tab in a flow", "env: {\n\t}x\n"


def _documents() -> Iterator[tuple[str, str]]:
    yield "two documents", "version: 1\n---\nversion: 1\n"
    yield "an empty second document", "version: 1\n---\n"
    yield "text behind the end", "version: 1\n...\nversion: 1\n"
    yield "another YAML", "%YAML 9.9\n---\nversion: 1\n"
    yield "YAML twice", "%YAML 1.1\n%YAML 1.1\n---\nversion: 1\n"
    yield "an unknown directive", "%MAGIC x\n---\nversion: 1\n"
    yield "an odd tag directive", "%TAG ! x\n---\nversion: !a 1\n"
    yield "a handle that nobody made", "version: !e!x 1\n"
    yield "a list", "- version: 1\n"
    yield "a word", "version\n"
    yield "a number", "1\n"
    yield "nothing", "~\n"
    yield "a set", "!!set {version, tools}\n"
    yield "ordered pairs", "!!omap [version: 1]\n"
    yield "pairs", "!!pairs [version: 1]\n"
    yield "a mapping that says to be text", "!!str {version: 1}\n"
    yield "a mapping that says to be Python's", "!!python/dict {version: 1}\n"
    yield "an object", "!!python/object:__main__.X {version: 1}\n"
    yield "JSON with a comma too many", '{"version": 1,, "env": {}}\n'
    yield "INI", "[tools]\npylint = true\n"
    yield "TOML", 'version = 1\n[tools.pylint]\nargs = ["-x"]\n'
    yield "XML", "<?xml version='1.0'?>\n<ci/>\n"
    yield "a merge conflict", "<<<<<<< ours\nversion: 1\n=======\nversion: 2\n>>>>>>> theirs\n"
    yield "a template", "env: {{ variables }}\n"
    yield "a secret's value in env too", "secrets: [A]\nenv: {A: x}\n"
    yield "a tool without a command", "tools: {docs: {}}\n"
    yield "a command for pylint", "tools: {pylint: {command: [x]}}\n"
    yield "two projects in one folder", "projects: {a: {path: x}, b: {path: ./x/}}\n"
    yield "a project without a folder", "projects: {a: {}}\n"
    yield "two environments", "environment: {venv: {}, nix: {}}\n"


def _ends() -> Iterator[tuple[str, str]]:
    for opening in (
        "env: {",
        "env: {A",
        "env: [",
        "env: '",
        'env: "',
        "env: {A: b",
        "? a",
        "env: !",
        "env: &",
        "env: *",
    ):
        yield f"ends with {opening!r}", opening
        yield f"goes on behind {opening!r}", f"version: 1\n{opening}\ntools: {{}}\n"
    yield "a value that is less indented", "env:\n    A: b\n  C: d\n"
    yield "a list in a mapping", "env:\n  A: b\n  - c\n"
    yield "a key in a list", "bring:\n  - a\n  b: c\n"
    yield "a text of several lines as a key", "env:\n  'A\n   B': c\n"
    yield "a block with an odd indicator", "env:\n  A: |x\n    b\n"
    yield "a block indented by nothing", "env:\n  A: |0\n    b\n"
    yield "a long key", f"{'k' * 2000}: 1\n"


def _large() -> Iterator[tuple[str, bytes]]:
    text = b"x" * LARGE
    yield "a plain value of a megabyte", b"env:\n  A: " + text
    yield "a quoted value of a megabyte", b"env:\n  A: '" + text + b"'\n"
    yield "a block of a megabyte", b"env:\n  A: |\n    " + text + b"\n"
    yield "a comment of a megabyte", b"# " + text + b"\nversion: 1\n"
    yield "a key of a megabyte", text + b": 1\n"
    yield "a megabyte of lines", b"# a\n" * (LARGE // 4)
    yield "a megabyte of nulls", bytes(LARGE)
    yield "a megabyte of brackets", b"[" * LARGE
    yield "one byte too many", b"#".ljust(64 * 1024 + 1, b"#")
    for count in (1900, 5500):
        yield f"{count} keys", b"".join(b"k%d: 1\n" % n for n in range(count))
        yield f"{count} keys in a flow", b"{" + b",".join(b"k%d: 1" % n for n in range(count)) + b"}"
        yield f"{count} mistakes", b"env: {" + b",".join(b"%dA: [x]" % n for n in range(count * 2 // 3)) + b"}"
    yield "many values", b"bring: [" + b"a," * 30_000 + b"]"
    yield "many commas", b"bring: [" + b"," * 60_000 + b"]"
    yield "many digits", b"version: " + b"9" * 60_000
    yield "many hexadecimal digits", b"version: 0x" + b"f" * 60_000
    yield "many sixtieths", b"version: 1" + b":59" * 20_000
    yield "a long fraction", b"version: 1." + b"9" * 60_000
    yield "many anchors of one name", b"bring: [" + b"&a x," * 12_000 + b"]"
    yield "many unknown tags", b"bring: [" + b"!a x," * 12_000 + b"]"
    yield "many quotes", b'bring: ["' + b"\\x41" * 15_000 + b'", 5]'


def _bytes() -> Iterator[tuple[str, bytes]]:
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "utf-7"):
        yield f"in {encoding}", "version: 1 # é\nenv: {}x\n".encode(encoding)
    yield "a mark of byte order inside", b"version: 1\n\xef\xbb\xbfenv: {}\n"
    yield "Latin 1", "env:\n  A: é\n".encode("latin-1")
    yield "a program", b"\x7fELF\x02\x01\x01" + bytes(100)
    yield "compressed", b"\x1f\x8b\x08\x00\x00\x00\x00\x00"
    yield "half a character", b"env:\n  A: \xe2\x82"
    yield "an overlong slash", b"env:\n  A: \xc0\xaf\n"
    yield "beyond Unicode", b"env:\n  A: \xf5\x80\x80\x80\n"
    yield "no character", b"env:\n  A: \xef\xbf\xbe\n"
    yield "an escape of a surrogate", b'env: {A: "\\uD800"}\n'
    yield "an escape of nothing", b'env: {A: "a\\0b"}\n'
    yield "a colour", b"env: {A: \x1b[31m}\n"
