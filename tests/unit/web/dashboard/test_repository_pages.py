"""The pages of a repository: what they show of hostile texts, how they are narrowed, and to whom they are shown."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from tests.unit.store.listings.conftest import fill as fill_two
from tests.unit.store.parts import sha
from tests.unit.web.api.reader import Reader
from tests.unit.web.dashboard.site import BRANCH, COMMITS, HOSTILE, assert_harmless, fill

NAME = f"test_wombat {HOSTILE}"
PAGES = {
    "/repos/1": {}, "/repos/1/grid": {}, "/repos/1/branches": {}, "/repos/1/trends": {}, "/repos/1/tests": {},
    "/repos/1/trends/pylint.score": {}, "/search": {"q": "wombat"}, "/repos/1/tests/history": {"name": NAME},
}  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    made = Reader(tmp_path_factory.mktemp("site"), fill)
    yield made
    made.close()


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """Two repositories with more runs, and users who may see one of them or none."""
    made = Reader(tmp_path_factory.mktemp("two"), fill_two)
    yield made
    made.close()


def shown(site: Reader, path: str, who: str = "all", /, **query: Any) -> str:
    answer: TestResponse = site.ask(path, who, **query)
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.mark.parametrize("path", PAGES)
def test_whatever_a_text_holds_it_is_only_text(site: Reader, path: str) -> None:
    text = shown(site, path, **PAGES[path])
    assert "&lt;img src=x onerror" in text or "\\u003cimg" in text, "it is there"
    assert_harmless(text)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("name", "value"), [("no-such", "1"), ("cursor", "A" * 3000), ("branch", "x" * 2000)])
def test_what_makes_no_sense_is_refused_in_words(site: Reader, path: str, name: str, value: str) -> None:
    answer = site.ask(path, **{**PAGES[path], name: value})
    assert answer.status_code == 400
    assert f"&#39;{name}&#39;" in answer.text


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/repos/1", {"outcome": "great"}, 400), ("/repos/1", {"since": "yesterday"}, 422),
        ("/repos/1", {"until": "2026-02-30"}, 422), ("/repos/1", {"cursor": "x"}, 422),
        ("/repos/1/branches", {"cursor": "x"}, 422), ("/repos/1/grid", {"cursor": "🦊"}, 422),
        ("/search", {"q": "a", "kind": "user"}, 400), ("/search", {"q": "a", "kind": "test", "cursor": "x"}, 422),
        ("/repos/1/trends/pylint.score", {"commits": "0"}, 400),
        ("/repos/1/trends/pylint.score", {"commits": "501"}, 400),
        ("/repos/1/trends/pylint.score", {"before": "x"}, 400), ("/repos/1/trends/pylint.none", {}, 404),
        ("/repos/1/trends/x/../..", {}, 404), ("/repos/1/trends/pylint.score", {"branch": "none"}, 404),
        ("/repos/1/tests", {"sort": "time"}, 400), ("/repos/1/tests/history", {}, 400),
        ("/repos/1/tests/history", {"name": "test_none"}, 404), ("/repos/9/trends", {}, 404),
    ],
)  # fmt: skip
def test_wrong_parameters(site: Reader, path: str, query: dict[str, str], status: int) -> None:
    answer = site.ask(path, **query)
    assert answer.status_code == status, answer.text
    assert "<h1>" in answer.text


@pytest.mark.parametrize("path", [path for path in PAGES if path.startswith("/repos")])
def test_what_one_may_not_see_is_not_there(two: Reader, path: str) -> None:
    query = {"/repos/1/tests/history": {"name": "test_same"}, "/repos/1/trends/pylint.score": {"branch": "topic"}}.get(
        path, {}
    )
    assert two.ask(path, "one", **query).status_code == 200
    assert two.ask(path.replace("/1", "/2"), **query).status_code == 200
    assert two.ask(path.replace("/1", "/2"), "one", **query).status_code == 404
    assert two.ask(path, "none", **query).status_code == 404
    assert two.ask(path, "", **query).status_code == 401


def test_what_is_found_is_what_one_may_see(two: Reader) -> None:
    for kind in ("", "commit", "finding", "test"):
        for words in ("change", "test", "import"):
            text = shown(two, "/search", "one", q=words, kind=kind)
            assert "/repos/2" not in text
            assert "data-row" not in shown(two, "/search", "none", q=words, kind=kind)
    assert "/repos/2" in shown(two, "/search", q="change")


def commits(text: str) -> list[str]:
    return re.findall(r"class=\"subject\" href=\"/runs/\d+\">(Change \d+)<", text)


def test_commits_are_narrowed(two: Reader) -> None:
    every = commits(shown(two, "/repos/1"))
    assert every == [f"Change {number}" for number in range(22, -1, -2)]
    for query, wanted in (
        ({"branch": "topic"}, [18, 12, 6, 0]), ({"outcome": "failed"}, [22, 16, 10, 4]), ({"text": "wombat4"}, [4]),
        ({"author": "ada", "outcome": "failed", "branch": "main"}, [22, 16, 10, 4]), ({"tool": "none"}, []),
        ({"author": "grace"}, []), ({"since": "2026-02-02"}, []), ({"until": "2026-01-31"}, []),
    ):  # fmt: skip
        text = shown(two, "/repos/1", **query)
        assert commits(text) == [f"Change {number}" for number in wanted], query
        assert ("No commit is like that." in text) == (not wanted)
    assert commits(shown(two, "/repos/1", since="2026-02-01", until="2026-02-01")) == every, "a day has its end"
    assert commits(shown(two, "/repos/1", text="", branch="", outcome="", until="")) == every, (
        "an empty field is no wish"
    )


@pytest.mark.parametrize(
    ("path", "row"),
    [("/repos/1", "data-row"), ("/repos/1/grid", "data-row"), ("/repos/1/tests?name=test", "data-row")],
)
def test_older_ones_by_a_link(two: Reader, monkeypatch: pytest.MonkeyPatch, path: str, row: str) -> None:
    whole = shown(two, path).count(row)
    for name in ("repository", "grid", "tests"):
        monkeypatch.setattr(f"fullautoci.web.dashboard.{name}.SHOWN", 2)
    seen, where, parts = 0, path, 0
    while where:
        text = shown(two, where)
        seen, parts = seen + text.count(row), parts + 1
        following = re.search(r'rel="next" href="([^"]+)"', text)
        where = unescape(following[1]) if following else ""
    assert (seen, parts) == (whole, -(-whole // 2))


def test_the_page_says_what_to_do_where_nothing_is(two: Reader) -> None:
    two.writer.call(lambda db: db.execute(
        "INSERT INTO repositories (id, name, path, kind, created_at) VALUES (7, 'new', '/new', 'bare', '2026')"
    ))  # fmt: skip
    for path in ("", "/grid", "/branches", "/trends"):
        assert 'class="empty"' in shown(two, f"/repos/7{path}")
    assert "JUnit" in shown(two, "/repos/7/tests")
    assert 'class="empty"' in shown(two, "/search")
    assert "Nothing has all these words" in shown(two, "/search", q="nowhere")


def test_without_a_daemon_nothing_is_offered(two: Reader) -> None:
    for path in ("/repos/1", "/repos/1/tests"):
        assert 'method="post"' not in shown(two, path)


def test_the_grid_has_a_cell_for_each_commit_and_tool(two: Reader) -> None:
    text = shown(two, "/repos/1/grid")
    assert re.findall(r'<th scope="col" class="c">(\w+)', text) == ["docs", "pylint"]
    assert text.count('<td class="c">') == 2 * 12
    assert 'href="/runs/23#pylint"' in text
    assert 'title="pylint: failed, ' in text


def test_the_same_numbers_in_chart_and_table(site: Reader) -> None:
    text = shown(site, "/repos/1/trends/pylint.score", branch=BRANCH)
    values = re.findall(r'<td class="n">([\d.]+)</td>', text)
    assert values == ["9.3", "9.2", "9.1", "9"]
    assert text.count('"value": 9.') == COMMITS
    assert "metrics.csv?tool=pylint&amp;metric=score&amp;project=." in text
    older = shown(site, "/repos/1/trends/pylint.score", commits="2")
    assert re.search(rf'rel="next" href="[^"]*before={sha(2)}"', older)
    assert re.findall(r'<td class="n">([\d.]+)</td>', shown(site, "/repos/1/trends/pylint.score", before=sha(2))) == [
        "9.1", "9",
    ]  # fmt: skip


def test_a_metric_may_be_called_anything(site: Reader) -> None:
    name = "pylint.percent <b>/x.y"
    link = f"/repos/1/trends/{quote(name)}"
    assert f'href="{link}"' in shown(site, "/repos/1/trends")
    assert_harmless(shown(site, link))


def test_beside_another_branch(site: Reader) -> None:
    text = shown(site, "/repos/1/trends/pylint.score", beside="never")
    assert "It was not measured there." in text


def test_a_test_from_run_to_run(site: Reader) -> None:
    text = shown(site, "/repos/1/tests/history", name=NAME, tool="pylint", project=".", variant="")
    assert text.count("data-row") == COMMITS
    assert re.findall(r'<td class="n">([\d.]+) s</td>', text) == ["1.000", "0.750", "0.500", "0.250"]
    assert text.count("<rect class=") == COMMITS
    assert "flaky" in text
    assert site.ask("/repos/1/tests/history", name=NAME, tool="other").status_code == 404


def test_what_is_flaky_and_what_is_slow(site: Reader) -> None:
    text = shown(site, "/repos/1/tests")
    assert re.search(r"(?s)Flaky</h2>.*test_wombat.*Slowest</h2>.*1\.000 s.*test_plain", text)
    narrowed = shown(site, "/repos/1/tests", name="PLAIN")
    assert (narrowed.count("data-row"), "Slowest" in narrowed) == (1, False)
    assert "No test is like that." in shown(site, "/repos/1/tests", outcome="errored")
