"""Keys with dots: which there are, what stands at one, and what is said of one that is none."""

import json
from typing import Any

import pytest

from fullautoci.config import document, keys
from fullautoci.config.places import kind_at, known_keys, nearest
from fullautoci.config.schema import RepositoryFile
from fullautoci.config.service import ServiceFile
from fullautoci.errors import UsageError


@pytest.mark.parametrize(
    "key",
    [
        "policy", "environment", "environment.venv.python", "tools", "tools.pylint", "tools.docs.command",
        "tools.pylint.ratchet", "env.A", "branches.include", "projects.shop.environment.nix.shell", "flaky.quarantine",
        "projects.shop.tools.pylint.timeout", "tools.docs.report.junit",
    ],
)  # fmt: skip
def test_a_key_of_a_repositorys_file_is_a_place(key: str) -> None:
    assert keys.settable(RepositoryFile, key) == tuple(key.split("."))


@pytest.mark.parametrize("key", ["workers", "keep.logs.days", "sandbox", "sandbox.mode", "defaults.tools.docs.command"])
def test_a_key_of_the_services_file_is_a_place(key: str) -> None:
    assert keys.settable(ServiceFile, key) == tuple(key.split("."))


@pytest.mark.parametrize(
    ("model", "key", "message", "hint"),
    [
        (RepositoryFile, "polcy", "there is no key 'polcy'", "did you mean 'policy'?"),
        (RepositoryFile, "tools.pylint.timout", "there is no key 'tools.pylint.timout'", "did you mean 'timeout'?"),
        (RepositoryFile, "tools.pylint.timeout.x", "there is no key", ""),
        (RepositoryFile, "env.A.b", "there is no key", ""),
        (RepositoryFile, "pylint.timeout", "there is no key", "it stands below tools"),
        (RepositoryFile, "junit", "there is no key", "it stands below tools.NAME.report"),
        (ServiceFile, "policy", "there is no key", "it stands below defaults, repositories.NAME.override"),
        (RepositoryFile, "enviroment.venv", "there is no key", "did you mean 'environment'?"),
        (RepositoryFile, "environment.vnv", "there is no key", "did you mean 'venv'?"),
        (RepositoryFile, "a..b", "there is no key", ""),
        (RepositoryFile, "tools.", "there is no key", ""),
        (RepositoryFile, ".", "there is no key", ""),
        (RepositoryFile, "env." + "A" * 400, "there is no key", ""),
        (RepositoryFile, "a\nb", "there is no key", ""),
        (RepositoryFile, "env.a/b", "there is no key 'env.a/b'", ""),
        (RepositoryFile, "", "a key is expected", ""),
        (RepositoryFile, "workers", "there is no key 'workers'", "it is the service's: add --service"),
        (ServiceFile, "wokers", "there is no key 'wokers'", "did you mean 'workers'?"),
        (ServiceFile, "defaults.polcy", "there is no key", "did you mean 'policy'?"),
        (ServiceFile, "secrets.A", "'secrets' is kept in config.yml alone", "config path"),
        (ServiceFile, "repositories.shop.override", "'repositories' is kept in config.yml alone", "config path"),
    ],
)
def test_what_is_no_key_is_an_error_with_the_nearest(model: Any, key: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        keys.settable(model, key)
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert "\n" not in caught.value.message


def test_every_key_that_is_offered_is_one() -> None:
    for model in (RepositoryFile, ServiceFile):
        offered = list(keys.all_keys(model, {"tools": {"docs": {}}, "env": {"A": "b"}, "projects": {"shop": {}}}))
        assert len(offered) == len(set(offered)) > 30
        for key in offered:
            assert keys.place_of(model, key) == tuple(key.split("."))
    offered = list(keys.all_keys(RepositoryFile, {"tools": {"docs": {}}, "projects": {"shop": {"tools": {"x": {}}}}}))
    assert {"tools.docs.command", "tools.pylint.timeout", "projects.shop.path", "projects.shop.tools.x.args"} <= {
        *offered
    }


@pytest.mark.parametrize(("key", "value"), [("a", {"b": 1}), ("a.b", 1), ("", {"a": {"b": 1}, "c": [1]}), ("c", [1])])
def test_the_value_at_a_key(key: str, value: Any) -> None:
    assert keys.value_at({"a": {"b": 1}, "c": [1]}, tuple(key.split(".")) if key else ()) == value


@pytest.mark.parametrize(
    ("key", "message", "hint"),
    [
        ("a.x", "nothing is said of 'a.x'", "there are: b"),
        ("x", "nothing is said of 'x'", "there are: a"),
        ("a.b.c", "'a.b.c'", ""),
    ],
)
def test_where_nothing_is_said_it_is_told_what_is(key: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        keys.value_at({"a": {"b": 1}}, tuple(key.split(".")))
    assert (message in caught.value.message, caught.value.hint) == (True, hint)


def test_the_nearest_of_a_very_long_key_is_soon_told() -> None:
    assert nearest("x" * 1_000_000, known_keys(RepositoryFile, ())).startswith("there are: version")
    assert nearest("x", []) == ""


@pytest.mark.parametrize(
    ("model", "key", "written", "expected"),
    [
        (RepositoryFile, "env.VERSION", "1.10", "1.10"),
        (RepositoryFile, "env", "{A: 012, B: 1:30, C: 3}", {"A": "012", "B": "1:30", "C": 3}),
        (RepositoryFile, "tools.docs", "{args: [1.10], timeout: 0x10}", {"args": ["1.10"], "timeout": 16}),
        (RepositoryFile, "setup", "[[make, 1.0e+3]]", [["make", "1.0e+3"]]),
        (RepositoryFile, "environment", "{venv: {python: 3.10}}", {"venv": {"python": "3.10"}}),
        (RepositoryFile, "environment.venv.python", "[3.10, 3.11]", ["3.10", 3.11]),
        (RepositoryFile, "environment.docker.cpus", "1.50", 1.5),
        (RepositoryFile, "environment.nothing", "{a: [1.10]}", {"a": [1.1]}),
        (ServiceFile, "workers", "0x2", 2),
    ],
)  # fmt: skip
def test_numbers_become_text_only_where_text_is_meant(model: Any, key: str, written: str, expected: Any) -> None:
    value = document.value(written.encode(), "VALUE")
    kind = kind_at(model, tuple(key.split(".")))
    assert json.loads(json.dumps(keys.as_text(kind, value))) == expected
