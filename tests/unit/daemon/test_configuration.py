"""What counts, told by a running service, and what may be set: real commits, a real mirror, a real database."""

from typing import Any

import pytest

from fullautoci.config import service
from fullautoci.config.overrides import Setting
from fullautoci.daemon.configuration import Configuration
from fullautoci.errors import ConfigError, FullAutoCIError, NotFoundError, UsageError
from fullautoci.store import overrides, repositories
from tests.unit.planning.conftest import watched  # noqa: F401 - a fixture
from tests.unit.planning.parts import Watched

FILE = "environment: host\ntools: {docs: {command: [make]}}\n"


class Place:
    """The configuration of a service, over a repository with a commit that has a file."""

    def __init__(self, known: Watched, text: str = "workers: 2\n") -> None:
        self.watched = known
        self.file = service.parsed(text.encode(), "config.yml")
        self.configuration = Configuration(lambda: self.file, known.reading, known.mirror)
        self.sha = known.commit(files={".fullautoci.yml": FILE, "pkg/__init__.py": "A = 1\n"})

    def put(self, key: str, value: object, *, of_service: bool = False) -> None:
        number = overrides.SERVICE if of_service else self.watched.id
        setting = Setting(key, value, "somebody", "2026-01-02T03:04:05Z")
        self.watched.writer.call(lambda db: overrides.set_value(db, number, setting))

    def check(self, key: str, value: object, *, of_service: bool = False, commit: str | None = None) -> None:
        with self.watched.reading() as connection:
            repository = None if of_service else repositories.get(connection, self.watched.id)
        self.configuration.check(repository, Setting(key, value, "somebody", "2026-01-02T03:04:05Z"), commit)


@pytest.fixture
def place(watched: Watched) -> Place:  # noqa: F811
    return Place(watched)


def test_what_counts_for_a_commit_is_told_with_its_origins(place: Place) -> None:
    place.put("policy", "latest")
    found = place.configuration.repository(place.watched.id, place.sha)
    assert (found["project_type"], found["values"]["environment"]) == ("python package", "host")
    assert found["origins"]["environment"] == ".fullautoci.yml:1"
    assert found["origins"]["policy"].startswith("database (somebody")
    assert found["set"] == [
        {"key": "policy", "value": "latest", "actor": "somebody", "at": "2026-01-02T03:04:05Z"}
    ]  # fmt: skip
    assert place.configuration.repository(place.watched.id, None)["values"]["environment"] == "auto"
    with pytest.raises(NotFoundError):
        place.configuration.repository(place.watched.id, "0" * 40)
    with pytest.raises(NotFoundError):
        place.configuration.repository(99, None)


def test_what_is_wrong_in_the_database_counts_for_nothing_of_the_service(place: Place) -> None:
    place.put("workers", 3, of_service=True)
    assert place.configuration.service()["values"]["workers"] == 3
    place.put("grace", "nonsense", of_service=True)
    found = place.configuration.service()
    assert (found["values"]["workers"], found["values"]["grace"]) == (2, "5s")
    assert [one["key"] for one in found["set"]] == ["grace", "workers"]


@pytest.mark.parametrize(
    ("key", "value"),
    [("policy", "latest"), ("tools.docs.timeout", "5m"), ("env", {"A": "b"}), ("environment.venv.python", "3.12")],
)
def test_what_makes_sense_can_be_set(place: Place, key: str, value: Any) -> None:
    place.check(key, value, commit=place.sha)


@pytest.mark.parametrize(
    ("key", "value", "kind", "words"),
    [
        ("polcy", "latest", UsageError, "there is no key 'polcy'"),
        ("policy", "all", ConfigError, "'every' or 'latest' is expected"),
        ("tools.other.timeout", "5m", ConfigError, "tools.other: it is not built in"),
        ("env", {"A": {"B": "c"}}, ConfigError, "text is expected"),
        ("env", {"A": "x" * 70_000}, ConfigError, "larger than 64 kB"),
        ("bring", ["x"] * 5_000, ConfigError, "more than 4000 values"),
        ("env.A", "\ud800", UsageError, "the value can stand in no file"),
    ],
)
def test_what_makes_no_sense_cannot_be_set(place: Place, key: str, value: Any, kind: Any, words: str) -> None:
    with pytest.raises(kind) as caught:
        place.check(key, value, commit=place.sha)
    assert words in caught.value.message
    assert "somebody" not in caught.value.message, "it was not set yet"


def test_a_value_too_deep_for_a_file_cannot_be_set(place: Place) -> None:
    deep: Any = "x"
    for _ in range(100_000):
        deep = [deep]
    for value in (deep, [[[[[[[[[[[[[[[[[[[[[["x"]]]]]]]]]]]]]]]]]]]]]]):
        with pytest.raises(FullAutoCIError):
            place.check("setup", value)


def test_what_a_commit_has_wrong_already_keeps_nothing_from_being_set(place: Place) -> None:
    bad = place.watched.commit(files={".fullautoci.yml": "tolls: {}\n"})
    place.check("policy", "latest", commit=bad)
    place.check("tools.other.timeout", "5m", commit=bad)


def test_the_service_takes_what_its_file_could_say_and_no_secrets(place: Place) -> None:
    place.check("workers", 4, of_service=True)
    place.check("defaults.tools.other.timeout", "5m", of_service=True)
    with pytest.raises(ConfigError, match="256 is the most there can be"):
        place.check("workers", 1000, of_service=True)
    with pytest.raises(UsageError, match=r"kept in config\.yml alone"):
        place.check("secrets.A", "abcd", of_service=True)


@pytest.mark.parametrize(
    ("tools", "said", "hint"),
    [
        (("pylint",), "", ""),
        (("docs", "pylint"), "", ""),
        (("nosuch",), "there is no tool 'nosuch' at this commit", "there are: pylint, coverage, docs"),
        (("pylint", "nosuch"), "there is no tool 'nosuch' at this commit", "there are: pylint, coverage, docs"),
        (("coverage",), "'coverage' has nothing to do at this commit: no tests were found", "these have: pylint, docs"),
    ],
)
def test_only_tools_with_something_to_do_may_be_asked_for(
    place: Place, tools: tuple[str, ...], said: str, hint: str
) -> None:
    try:
        place.configuration.must_do(place.watched.id, place.sha, tools)
        found = ("", "")
    except UsageError as error:
        found = (error.message, error.hint)
    assert found == (said, hint)


def test_a_commit_whose_file_is_wrong_is_left_to_its_run(place: Place) -> None:
    wrong = place.watched.commit(files={".fullautoci.yml": "tools: 1\n"})
    place.configuration.must_do(place.watched.id, wrong, ("nosuch",))
