"""What the pages of a repository have done: by whom, and with what was filled in."""

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from werkzeug.test import TestResponse

from fullautoci.web.services import Trigger
from tests.unit.web.api.reader import HOST, Reader
from tests.unit.web.dashboard.site import fill

Done = list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    made = Reader(tmp_path_factory.mktemp("forms"), fill)
    yield made
    made.close()


@pytest.fixture
def done(site: Reader) -> Iterator[Done]:
    """What the daemon was told to do."""
    told: Done = []
    hands = SimpleNamespace(
        scan=lambda number: told.append(("scan", number)),
        trigger=lambda repository, wish: told.append(("trigger", repository.id, wish)) or [4],
        forgive=lambda repository, name, tool: told.append(("forgive", repository.id, name, tool)) or 1,
    )
    kept = site.app.extensions["services"]
    site.app.extensions["services"] = replace(kept, actions=hands)
    yield told
    site.app.extensions["services"] = kept


def send(site: Reader, path: str, who: str = "all", **fields: Any) -> TestResponse:
    client = site.app.test_client(use_cookies=False)
    headers = {"Host": HOST, "Authorization": f"Bearer {site.keys[who]}"}
    return client.post(path, data=fields, headers=headers, base_url=f"http://{HOST}/")


def test_a_repository_is_looked_at_again(site: Reader, done: Done) -> None:
    answer = send(site, "/repos/1/scan")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/repos/1")
    assert done == [("scan", 1)]


@pytest.mark.parametrize(
    ("fields", "wish"),
    [
        ({"revisions": "HEAD", "tools": ""}, Trigger(("HEAD",))),
        ({"revisions": " topic ", "tools": "pylint", "fresh": "true"}, Trigger(("topic",), ("pylint",), True)),
        ({"revisions": ["a", "b"]}, Trigger(("a", "b"))),
    ],
)
def test_a_commit_is_tested(site: Reader, done: Done, fields: dict[str, Any], wish: Trigger) -> None:
    answer = send(site, "/repos/1/run", **fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/runs/4")
    assert done == [("trigger", 1, wish)]


def test_a_quarantine_is_ended(site: Reader, done: Done) -> None:
    answer = send(site, "/repos/1/tests/forgive", name="test_plain", tool="pylint")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/repos/1/tests")
    assert done == [("forgive", 1, "test_plain", "pylint")]


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/repos/1/tests/forgive", {}), ("/repos/1/tests/forgive", {"name": "a", "extra": "b"}),
        ("/repos/1/run", {"fresh": "maybe"}), ("/repos/1/run", {"revisions": ["a"] * 51}), ("/repos/1/scan?x=1", {}),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(site: Reader, done: Done, path: str, fields: dict[str, Any]) -> None:
    assert send(site, path, **fields).status_code == 400
    assert done == []


def test_forms_are_for_those_who_may(site: Reader, done: Done) -> None:
    for path, fields in (
        ("/repos/1/scan", {}), ("/repos/1/run", {"revisions": "HEAD"}), ("/repos/1/tests/forgive", {"name": "a"}),
    ):  # fmt: skip
        assert send(site, path, "one", **fields).status_code == 403
        assert send(site, path, "none", **fields).status_code == 404
    assert done == []
    for page in ("/repos/1", "/repos/1/tests"):
        assert ('method="post"' in site.ask(page).text, 'method="post"' in site.ask(page, "one").text) == (True, False)
