"""What is read of a real daemon over TCP, by whoever has a key: listings by their links, logs by ranges, a badge."""

import http.client
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.support.api.populated import Populated, populate

NEXT = re.compile(r'<([^>]+)>; rel="next"')
Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Populated, str]]:
    """A home with results, and a key of a reader who may see the first repository alone."""
    made = populate(tmp_path_factory.mktemp("reads"))
    try:
        wanted = {"name": "reader", "role": "read-only", "repositories": [made.repository]}
        user = made.post("/users", wanted)
        yield made, made.key(user["id"])["key"]
    finally:
        made.home.close()


def ask(made: Populated, path: str, key: str = "", **headers: str) -> Answer:
    """A request over TCP, as another program sends it."""
    where = urlsplit(made.url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=60)
    said = {**({"Authorization": f"Bearer {key}"} if key else {}), **headers}
    connection.request("GET", path, headers=said)
    answer = connection.getresponse()
    found = answer.status, {name.title(): value for name, value in answer.getheaders()}, answer.read()
    connection.close()
    return found


def everything(made: Populated, path: str, key: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    for _ in range(100):
        status, headers, raw = ask(made, path, key)
        assert status == 200, raw
        items += json.loads(raw)
        following = NEXT.fullmatch(headers.get("Link", ""))
        if following is None:
            return items
        path = following[1]
    raise AssertionError("the listing has no end")


def test_a_reader_sees_what_was_recorded_of_one_repository(there: tuple[Populated, str]) -> None:
    made, key = there
    jobs = everything(made, "/api/v1/jobs?limit=1", key)
    assert {job["repository_id"] for job in jobs} == {made.repository}
    assert made.job in {job["id"] for job in jobs}
    one = next(job for job in jobs if job["id"] == made.job)
    findings = everything(made, f"/api/v1/jobs/{made.job}/findings?limit=1", key)
    assert len(findings) == one["counts"]["findings"]
    tests = [job for job in jobs if job["counts"]["tests"]]
    for job in tests:
        assert len(everything(made, f"/api/v1/jobs/{job['id']}/tests?limit=1", key)) == job["counts"]["tests"]
    histories = everything(made, f"/api/v1/repos/{made.repository}/tests?limit=1", key)
    assert bool(histories) is bool(tests)
    metrics = everything(made, f"/api/v1/repos/{made.repository}/metrics?limit=1", key)
    measured = [job["id"] for job in jobs if job["metrics"] and job["outcome"] in ("passed", "failed")]
    assert sorted(item["job"] for item in metrics) == sorted(measured)
    assert everything(made, "/api/v1/search?q=first", key)[0]["commit"] == made.commit
    assert {event["repository_id"] for event in everything(made, "/api/v1/events?limit=1", key)} <= {made.repository}


def test_a_reader_sees_nothing_of_the_other(there: tuple[Populated, str]) -> None:
    made, key = there
    job, repository = f"/jobs/{made.other_job}", f"/repos/{made.other}"
    of_job = [job, f"{job}/findings", f"{job}/tests", f"{job}/log"]
    of_repository = [f"{repository}/{noun}" for noun in ("findings", "tests", "metrics", "metrics.csv", "feed.json")]
    for path in (*of_job, *of_repository):
        assert ask(made, f"/api/v1{path}", key)[0] == 404
        assert ask(made, f"/api/v1{path}")[0] == 401


def test_the_log_is_given_by_ranges(there: tuple[Populated, str]) -> None:
    made, key = there
    path = f"/api/v1/jobs/{made.job}/log"
    whole = ask(made, path, key)[2]
    status, headers, part = ask(made, path, key, Range="bytes=1-5")
    assert (status, part, headers["Content-Range"]) == (206, whole[1:6], f"bytes 1-5/{len(whole)}")
    status, headers, _ = ask(made, path, key, Range=f"bytes={len(whole)}-")
    assert (status, headers["Content-Range"]) == (416, f"bytes */{len(whole)}")


def test_a_badge_is_for_whoever_has_its_path_until_it_is_revoked(there: tuple[Populated, str]) -> None:
    made, _ = there
    path = made.post(f"/repos/{made.repository}/badge", {})["path"]
    status, headers, picture = ask(made, path)
    assert (status, headers["Content-Type"]) == (200, "image/svg+xml; charset=utf-8")
    outcome = made.home.api().run(made.run)["outcome"]
    assert f">{outcome}</text>".encode() in picture
    made.home.api()._call("DELETE", f"/repos/{made.repository}/badge")
    assert ask(made, path)[0] == 404


def test_prometheus_and_feed_readers_are_served(there: tuple[Populated, str]) -> None:
    made, key = there
    status, headers, raw = ask(made, "/api/v1/metrics", key)
    assert (status, headers["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert b'fullautoci_run_outcome{outcome="' in raw
    assert raw.count(b"fullautoci_run_outcome{") == 1, "of the one repository that may be seen"
    status, headers, raw = ask(made, f"/api/v1/repos/{made.repository}/feed.json", key)
    assert (status, headers["Content-Type"]) == (200, "application/feed+json")
    assert json.loads(raw)["items"][0]["url"] == f"{made.url.rstrip('/')}/runs/{made.run}"


def test_what_is_as_it_was_is_not_sent_again(there: tuple[Populated, str]) -> None:
    made, key = there
    _, headers, _ = ask(made, "/api/v1/jobs", key)
    status, _, raw = ask(made, "/api/v1/jobs", key, **{"If-None-Match": headers["Etag"]})
    assert (status, raw) == (304, b"")
