"""Reading configuration as hostile input: a named error with line and column, never anything else."""

import re
import time

import pytest

from fullautoci.config import load
from fullautoci.config.load import SIZE_LIMIT, parse
from fullautoci.errors import ConfigError


def refused(text: str | bytes) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        parse(text.encode() if isinstance(text, str) else text)
    assert caught.value.message.startswith(".fullautoci.yml"), caught.value.message
    assert "\n" not in caught.value.message
    return caught.value


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        ("version: 1\nversion: 1\n", "2:1", "twice"),
        ("tools:\n  pylint:\n    args: [a]\n    args: [b]\n", "4:5", "twice"),
        ("env:\n\tA: b\n", "2:1", r"'\\t'"),
        ("version: 1\nenv: [a\n", "3:1", "expected"),
        ("a: *missing\n", "1:4", r"begins with '\*'"),
        ("a: 1\n---\nb: 2\n", "2:1", "another document"),
        ("tools: !!python/object/apply:os.system [true]\n", "1:8", "python/object"),
        ("tools: !!python/name:os.system\n", "1:8", "python/name"),
        ("env: {A: !custom x}\n", "1:10", "begins with '!'"),
        ("- a\n", "1:1", "keys and values"),
        ("5\n", "1:1", "keys and values"),
        ("~\n", "1:1", "keys and values"),
        ("version: 2\n", "1:10", "version"),
        ("environment: moon\n", "1:14", "environment"),
        ("branches: [main]\n", "1:11", "branches"),
        ("branches: {include: []}\n", "1:21", "at least 1"),
        ("branches: {include: main}\n", "1:21", "branches.include"),
        ("branches: {exclude: [a, [b]]}\n", "1:25", "text is expected"),
        ("branches: {exclude: [yes]}\n", "1:22", "text is expected"),
        ("branches: {only: [a]}\n", "1:12", "unknown key 'only'"),
        ("env: [a]\n", "1:6", "a mapping is expected"),
        ("env:\n  1A: x\n", "2:3", "env.1A"),
        ("env:\n  A: [x]\n", "2:6", "text is expected"),
        ("env:\n  A: yes\n", "2:6", "text is expected"),
        ('env:\n  A: "a\\0b"\n', "2:6", "text is expected"),
        ("secrets: {A: b}\n", "1:10", "secrets"),
        ("secrets: [A, 1B]\n", "1:14", "secrets.1"),
        ("secrets: [A, [B]]\n", "1:14", "secrets.1"),
        ("secrets:\n- A\n- B\nenv: {B: x}\n", "3:3", "secrets.1: it is in 'env' too"),
        ("bring: .env\n", "1:8", "bring"),
        ("bring: [.env, ../x]\n", "1:15", "below the repository"),
        ("bring: [/etc/passwd]\n", "1:9", "below the repository"),
        ("bring: [a/../../b]\n", "1:9", "below the repository"),
        ("bring: [.]\n", "1:9", "a file below"),
        ("bring: [.git/config]\n", "1:9", "a file below"),
        ("bring: [a/.GIT/config]\n", "1:9", "a file below"),
        ('bring: ["a\\0"]\n', "1:9", "below the repository"),
        ("bring: [5]\n", "1:9", "below the repository"),
        (f"bring: [{'a' * 1001}]\n", "1:9", "a file below"),
        (f"bring: [{', '.join(['a'] * 51)}]\n", "1:8", "more than 50 elements"),
        ("setup: make\n", "1:8", "setup"),
        ("setup: [make, assets]\n", "1:9", "each a list of words"),
        ("setup:\n  - [make]\n  - []\n", "3:5", "each a list of words"),
        ("setup: [['', x]]\n", "1:9", "each a list of words"),
        ("setup: [[make, [x]]]\n", "1:16", "text is expected"),
        ('setup: [["a\\0b"]]\n', "1:10", "text is expected"),
        ("tools:\n  pylint:\n    timeout: 10d\n", "3:14", "duration"),
        ("tools:\n  pylint:\n    timeout: 0\n", "3:14", "between"),
        ("tools:\n  pylint:\n    timeout: 25h\n", "3:14", "between"),
        ("tools:\n  pylint:\n    paths: [src, ../out]\n", "3:18", "below the repository"),
        ("tools:\n  pylint:\n    paths: [/etc]\n", "3:13", "below the repository"),
        ("tools:\n  pylint:\n    paths: [--rcfile=x]\n", "3:13", "below the repository"),
        ("tools:\n  docs:\n    command: []\n", "3:14", "at least 1"),
        ("tools:\n  docs:\n    command: [x]\n    report: {junit: ../x.xml}\n", "4:21", "below the repository"),
        ("tools:\n  Docs:\n    command: [x]\n", "2:3", "tools.Docs"),
        ("? [a]\n: b\n", "1:3", "key"),
        ("1: 2\n", "1:1", "a key must be text"),
        ("env: {ON: x}\n", "1:7", "'ON' without quotes"),
        ("env:\n  ~: x\n", "2:3", "a key must be text"),
    ],
)
def test_what_is_wrong_is_named_with_line_and_column(text: str, place: str, problem: str) -> None:
    message = refused(text).message
    assert message.startswith(f".fullautoci.yml:{place}: "), message
    assert re.search(problem, message), message


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("version: 1\ntools:\n  pylint:\n    command: [x]\n", 3),
        ("version: 1\ntools:\n  docs:\n    args: [x]\n", 3),
    ],
)
def test_a_tool_with_a_needless_or_missing_command_is_named_where_it_stands(text: str, line: int) -> None:
    assert re.match(rf"\.fullautoci\.yml:[{line}{line + 1}]:", refused(text).message), refused(text).message


@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        ("enviroment: venv\n", 1, "did you mean 'environment'?"),
        ("version: 1\ntolls: {}\n", 2, "did you mean 'tools'?"),
        ("tools:\n  pylint:\n    pathz: [a]\n", 3, "did you mean 'paths'?"),
        ("tools:\n  docs:\n    command: [x]\n    report:\n      junitt: a\n", 5, "did you mean 'junit'?"),
        ("version: 1\npylint: {}\n", 2, "it stands below tools"),
        ("timeout: 5m\n", 1, "it stands below environment.nix, environment.docker, tools.NAME"),
        (
            "tools:\n  docs:\n    junit: x.xml\n",
            3,
            "it stands below tools.NAME.report, projects.NAME.tools.NAME.report",
        ),
        (
            "zzz: 1\n",
            1,
            "there are: version, environment, branches, policy, env, secrets, bring, setup, paths, cache, flaky,"
            " tools, projects",
        ),
    ],
)
def test_an_unknown_key_brings_the_nearest_valid_one(text: str, line: int, hint: str) -> None:
    error = refused(text)
    assert error.message.startswith(f".fullautoci.yml:{line}:")
    assert "unknown key" in error.message
    assert error.hint == hint


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("tools: {pylint: off}\n", "say {enabled: false}"),
        ("tools: {docs: yes}\n", "say {enabled: true}"),
        ("tools:\n  pylint:\n", "nothing is said here: take the key away, or say {}"),
        ("env:\nversion: 1\n", "nothing is said here: take the key away, or say {}"),
        ("branches: [main]\n", ""),
    ],
)
def test_what_is_no_mapping_brings_what_to_say_in_its_place(text: str, hint: str) -> None:
    error = refused(text)
    assert "a mapping is expected" in error.message
    assert error.hint == hint


@pytest.mark.parametrize(
    "text",
    [
        "version: !!timestamp soon\n",
        "version: !!bool maybe\n",
        'version: !!int ""\n',
        'version: !!float ""\n',
        "version: 2001-99-99\n",
        f"version: {'1' * 5000}\n",
        "version: 0x_\n",
        '"[key]": 1\n',
        '"\\uD800": 1\n',
        'env: {A: "\\uD800"}\n',
        'bring: ["\\uD800"]\n',
        "env: {A: b\x07c}\n",
        "env: {A: \x00}\n",
    ],
)
def test_values_that_the_yaml_library_chokes_on_are_errors_with_a_line(text: str) -> None:
    assert re.match(r"\.fullautoci\.yml:1:\d+: ", refused(text).message)


def test_a_byte_order_mark_changes_nothing() -> None:
    assert parse(b"\xef\xbb\xbfenvironment: host\n").environment.kind == "host"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings_are_refused(encoding: str) -> None:
    refused("version: 1\n".encode(encoding))


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (b"version: 1 #\xff\n", "1:13: byte 12"),
        (b"\xef\xbb\xbfenv:\r\n  A: \xc3\xa9\xc3(\n", "2:7: byte 16"),
        (b"\xff\xfev\0", "1:1: byte 0"),
    ],
)
def test_bytes_that_are_no_utf8_are_named(raw: bytes, place: str) -> None:
    assert refused(raw).message == f".fullautoci.yml:{place} is no UTF-8"


def test_the_place_where_a_file_is_too_large_is_named() -> None:
    assert refused(b"#1\n".ljust(SIZE_LIMIT, b"#") + b"\nab").message.startswith(
        ".fullautoci.yml:2:65534: it is larger"
    )


@pytest.mark.parametrize("written", ["1.10", "0777", "1_000", "12:30", "0x1F", ".5", "+5", "1.", ".inf", "-0", "3"])
def test_a_number_that_is_to_be_text_is_that_as_it_was_written(written: str) -> None:
    assert parse(f"env: {{A: {written}}}\n".encode()).env == {"A": written}


def test_chains_of_aliases_count_as_deep_as_what_they_stand_for() -> None:
    lines = ["a0: &a0 [x]", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 100))]
    assert refused("\n".join(lines)).message == ".fullautoci.yml:21:6: nested more than 20 deep, aliases included"


@pytest.mark.parametrize("raw", [b"#" * 100_000, b"a" * (100 * 1024 * 1024)])
def test_a_file_over_the_limit_is_refused_unread(raw: bytes) -> None:
    began = time.process_time()
    assert "larger than 64 kB" in refused(raw).message
    assert time.process_time() - began < 0.5


def test_a_file_at_the_limit_is_read() -> None:
    assert parse(b"environment: host\n".ljust(SIZE_LIMIT, b"#")).environment.kind == "host"


@pytest.mark.parametrize("opening", ["[", "{", "- ", "? ", "[{a: ", "!!seq ["])
def test_deep_nesting_is_refused_by_its_depth_and_not_by_the_parser(opening: str) -> None:
    text = (opening * 20_000)[:SIZE_LIMIT]
    began = time.process_time()
    message = refused(text).message
    assert "deep" in message
    assert re.match(r"\.fullautoci\.yml:1:\d+: ", message)
    assert time.process_time() - began < 0.5  # the parser alone takes longer


def test_the_limit_of_depth_is_where_it_is_said_to_be() -> None:
    assert "deep" in refused("a: " + "[" * load.DEPTH_LIMIT + "]" * load.DEPTH_LIMIT).message
    below = load.DEPTH_LIMIT - 1
    assert "unknown key" in refused("a: " + "[" * below + "]" * below).message


def test_alias_bombs_are_refused_unexpanded() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    began = time.process_time()
    assert "aliases included" in refused("\n".join(lines)).message
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize("text", ["a: &a [*a]\n", "&a {a: *a}\n", "? &a [*a]\n: b\n", "a: &a {b: {c: *a}}\n"])
def test_aliases_of_themselves_are_refused(text: str) -> None:
    assert re.match(r"\.fullautoci\.yml:1:\d+: ", refused(text).message)


def test_merge_bombs_are_refused() -> None:
    lines = ["a0: &a0 {k0: 1, k1: 2, k3: 3}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 8)]
    assert "aliases included" in refused("\n".join(lines)).message


def test_plain_aliases_and_an_empty_file_are_fine() -> None:
    assert parse(b"") == parse(b"# nothing\n") == parse(b"{}")
    found = parse(b"tools:\n  a: {command: &c [make]}\n  b: {command: *c}\n").tools
    assert found["a"].command == found["b"].command == ("make",)
