"""What is read of the API: every listing, in parts, over what one may see, and asked for in ways that make no sense."""

from typing import Any

import pytest

from fullautoci.store.listings.journal import ORDER
from fullautoci.store.paging import cursor
from tests.unit.web.api.reader import Reader

LISTINGS = (
    "/jobs", "/events", "/jobs/1/findings", "/jobs/1/tests", "/repos/1/findings", "/repos/1/tests", "/repos/1/metrics",
)  # fmt: skip
EVERY = (*LISTINGS, "/search", "/repos/1/feed.json", "/repos/1/metrics.csv")
OF_OTHERS = ("/jobs/3", "/jobs/3/findings", "/jobs/3/tests", "/repos/2/findings", "/repos/2/tests", "/repos/2/metrics",
             "/repos/2/metrics.csv", "/repos/2/feed.json", "/jobs/3/log")  # fmt: skip


def query(path: str, **more: Any) -> dict[str, Any]:
    return {**({"q": "change"} if path == "/search" else {}), **more}


@pytest.mark.parametrize("path", [*LISTINGS, "/search"])
def test_parts_are_linked_and_together_are_everything(reader: Reader, path: str) -> None:
    whole = reader.all(path, **query(path, limit=500))
    assert reader.all(path, **query(path, limit=1)) == whole
    assert whole or path == "/events"


def test_listings_over_several_repositories_show_what_one_may_see(reader: Reader) -> None:
    for path in ("/jobs", "/search"):
        seen = {one["repository_id"] for one in reader.all(path, **query(path))}
        assert seen == {1, 2}
        assert {one["repository_id"] for one in reader.all(path, "one", **query(path))} == {1}
        assert reader.all(path, "none", **query(path)) == []
        assert reader.ask(f"/api/v1{path}", "one", **query(path, repository=2)).status_code == 404
        assert reader.all(path, "one", **query(path, repository=1)) == reader.all(path, "one", **query(path))


@pytest.mark.parametrize("path", OF_OTHERS)
def test_what_belongs_to_others_is_not_there(reader: Reader, path: str) -> None:
    assert reader.ask(f"/api/v1{path}", "one").status_code == 404
    assert reader.ask(f"/api/v1{path}", "none").status_code == 404
    assert reader.ask(f"/api/v1{path}", "").status_code == 401
    assert reader.ask(f"/api/v1{path}").status_code == (404 if path.endswith("log") else 200)


@pytest.mark.parametrize("path", EVERY)
@pytest.mark.parametrize(
    ("name", "value", "statuses"),
    [
        ("cursor", "x", {422}), ("cursor", cursor(ORDER, ("a", "b")), {422}), ("cursor", "A" * 3000, {400}),
        ("cursor", "\0", {422}), ("cursor", "🦊", {422}), ("cursor", "-1", {422}),
        ("limit", "0", {400}), ("limit", "-1", {400}), ("limit", "501", {400}), ("limit", "1e3", {400}),
        ("limit", "1" * 30, {400}), ("limit", "", {400}), ("limit", "None", {400}), ("page", "-1", {400}),
        ("offset", "1", {400}),
    ],
)  # fmt: skip
def test_parts_that_make_no_sense_are_refused(
    reader: Reader, path: str, name: str, value: str, statuses: set[int]
) -> None:
    answer = reader.ask(f"/api/v1{path}", **query(path, **{name: value}))
    assert answer.status_code in statuses, answer.text
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert answer.json["detail"]


@pytest.mark.parametrize("number", ["0", "-1", "9" * 16, "1" * 30, "1.5", "x", "%00"])
def test_numbers_that_nobody_has_are_not_there(reader: Reader, number: str) -> None:
    for path in (f"/jobs/{number}", f"/jobs/{number}/findings", f"/repos/{number}/tests", f"/repos/{number}/metrics"):
        assert reader.ask(f"/api/v1{path}").status_code == 404
    for name in ("repository", "run"):
        answer = reader.ask("/api/v1/jobs", **{name: number})
        assert answer.status_code in (200, 400, 404), answer.text
        assert answer.status_code != 200 or answer.json == []


@pytest.mark.parametrize("moment", ["yesterday", "2026-13-01", "2026-02-30", "99999-01-01", "0001-01-01T00:00:00+23:59",
                                    "2026-01-01T25:00", "1", "\0", "2026-01-01' OR 1=1"])  # fmt: skip
def test_moments_that_are_none_are_refused(reader: Reader, moment: str) -> None:
    for path in ("/jobs", "/events", "/repos/1/metrics"):
        for name in ("since", "until"):
            answer = reader.ask(f"/api/v1{path}", **{name: moment})
            assert (answer.status_code, "moment" in answer.text) == (422, True), answer.text


def test_jobs_are_narrowed(reader: Reader) -> None:
    assert {job["tool"] for job in reader.all("/jobs", tool="docs")} == {"docs"}
    assert {job["run"] for job in reader.all("/jobs", run=3)} == {3}
    assert len(reader.all("/jobs", since="2026-02-01T01:00:20+01:00", until="2026-02-01T00:00:22Z")) == 4
    assert reader.all("/jobs", since="2027-01-01") == []
    assert {job["outcome"] for job in reader.all("/jobs", outcome="failed")} == {"failed"}
    first, *_ = reader.get("/jobs", sort="oldest")
    assert (first["id"], first["commit"]) == (1, "0" * 40)
    assert reader.get("/jobs/1") == first
    for name, value in (("state", "over"), ("outcome", "good"), ("sort", "best"), ("commit", "XYZ"), ("tools", "x")):
        assert reader.ask("/api/v1/jobs", **{name: value}).status_code == 400


def test_findings_and_tests_are_narrowed(reader: Reader) -> None:
    assert [one["path"] for one in reader.get("/jobs/1/findings", path="src", rule="bad-name")] == ["src/a.py"]
    assert {one["tool"] for one in reader.get("/repos/1/findings", tool="pylint")} == {"pylint"}
    assert [one["name"] for one in reader.get("/jobs/1/tests", name="same")] == ["test_same"]
    assert next(iter(reader.get("/repos/2/tests", sort="failures")))["failed"] >= 1
    assert reader.ask("/api/v1/jobs/1/findings", status="old").status_code == 400


def test_metrics_come_as_a_table_too(reader: Reader) -> None:
    answer = reader.ask("/api/v1/repos/1/metrics.csv", metric="score", limit=2)
    reader.must_be_described("/repos/1/metrics.csv", answer)
    head, first, second = answer.text.splitlines()
    assert head == "at,commit,committed_at,branch,run,job,tool,project,variant,metric,value"
    assert first.endswith("pylint,.,,score,22.0")
    assert second.endswith("pylint,.,,score,18.0")
    assert 'rel="next"' in answer.headers["Link"]


def test_what_is_found_says_its_kind(reader: Reader) -> None:
    assert [one["kind"] for one in reader.get("/search", q="unused")] == ["finding", "finding"]
    assert [one["subject"] for one in reader.get("/search", q="wombat7", kind="commit")] == ["Change 7"]
    assert reader.get("/search", q='"') == []
    assert reader.ask("/api/v1/search").status_code == 400


def test_a_feed_is_one(reader: Reader) -> None:
    answer = reader.ask("/api/v1/repos/1/feed.json", limit=2, branch="topic")
    reader.must_be_described("/repos/1/feed.json", answer)
    feed = answer.json
    assert answer.mimetype == "application/feed+json"
    assert feed is not None
    assert (feed["version"], feed["title"]) == ("https://jsonfeed.org/version/1.1", "mine: runs")
    one = feed["items"][0]
    assert one["url"] == one["id"] == "http://127.0.0.1:8765/runs/19"
    assert one["title"] == "passed: Change 18"
    assert set(one) >= {"content_text", "date_published", "authors", "tags"}
    again = reader.ask(feed["next_url"].removeprefix("http://127.0.0.1:8765"))
    assert again.json is not None
    assert [item["title"] for item in again.json["items"]] == ["passed: Change 6", "passed: Change 0"]


def test_an_answer_that_is_as_it_was_is_not_sent_again(reader: Reader) -> None:
    for path in EVERY:
        first = reader.ask(f"/api/v1{path}", **query(path))
        second = reader.ask(f"/api/v1{path}", headers={"If-None-Match": first.headers["ETag"]}, **query(path))
        assert (first.status_code, second.status_code, second.data) == (200, 304, b"")
