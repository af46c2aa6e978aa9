"""Badges by token, and what Prometheus is told."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from defusedxml.ElementTree import fromstring

from tests.unit.store.listings.conftest import fill
from tests.unit.web.api.reader import Reader

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Reader]:
    """One whose tokens this test makes and revokes."""
    made = Reader(tmp_path, fill)
    yield made
    made.close()


def token(own: Reader, who: str = "all") -> str:
    answer = own.ask("/api/v1/repos/1/badge", who, "POST")
    assert answer.status_code == 201, answer.text
    assert answer.json is not None
    assert answer.json["path"] == f"/badges/{answer.json['token']}/build.svg"
    return str(answer.json["token"])


def texts(picture: str) -> list[str]:
    found: ET.Element = fromstring(picture)
    return [one.text or "" for one in found.iter(f"{SVG}text")]


def test_whoever_has_the_token_sees_how_the_newest_run_went(own: Reader) -> None:
    answer = own.ask(f"/badges/{token(own)}/build.svg", "")
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    # Of run 23 of `main`: 22 is one more than a multiple of three.
    assert texts(answer.text) == ["build", "failed"]
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "http://" not in answer.text.replace("http://www.w3.org/2000/svg", "")
    assert "style" not in answer.text


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("build.svg?branch=topic", ["build", "passed"]),
        ("build.svg?branch=none", ["build", "unknown"]),
        ("pylint.score.svg", ["pylint.score", "22"]),
        ("pylint.score.svg?branch=topic", ["pylint.score", "18"]),
        ("pylint.none.svg", ["pylint.none", "unknown"]),
        ("a.b.svg?branch=%3Cscript%3E%00", ["a.b", "unknown"]),
    ],
)
def test_a_badge_may_be_of_a_branch_or_metric(own: Reader, path: str, told: list[str]) -> None:
    assert texts(own.ask(f"/badges/{token(own)}/{path}", "").text) == told


@pytest.mark.parametrize("name", ["x", "a b.c", "<b>.c", "a.b&c", '".x', "a." + "b" * 100, "..", "é.b", "%00", "a.%0a"])
def test_what_is_no_badge_is_not_there(own: Reader, name: str) -> None:
    answer = own.ask(f"/badges/{token(own)}/{name}.svg", "")
    assert answer.status_code == 404
    assert "<b>" not in answer.text


@pytest.mark.parametrize("guess", ["x", "0" * 32, "%00", "..", "a" * 5000, "' OR 1=1 --", "é", "*"])
def test_guesses_show_nothing(own: Reader, guess: str) -> None:
    token(own)
    assert own.ask(f"/badges/{guess}/build.svg", "").status_code == 404


def test_a_token_that_was_revoked_or_replaced_shows_nothing(own: Reader) -> None:
    first, second = token(own), token(own)
    assert own.ask(f"/badges/{first}/build.svg", "").status_code == 404
    assert own.ask(f"/badges/{second}/build.svg", "").status_code == 200
    answer = own.ask("/api/v1/repos/1/badge", "all", "DELETE")
    assert (answer.status_code, answer.json) == (200, {"revoked": 1})
    assert own.ask(f"/badges/{second}/build.svg", "").status_code == 404


def test_tokens_are_made_and_revoked_by_admins(own: Reader) -> None:
    for method in ("POST", "DELETE"):
        assert own.ask("/api/v1/repos/1/badge", "one", method).status_code == 403
        assert own.ask("/api/v1/repos/1/badge", "none", method).status_code == 404
        assert own.ask("/api/v1/repos/1/badge", "", method).status_code == 401


def test_a_token_is_kept_nowhere(own: Reader) -> None:
    said = token(own)
    own.ask(f"/badges/{said}/build.svg", "")
    own.close()
    for file in own.database.parent.glob("fullautoci.db*"):
        assert said.encode() not in file.read_bytes()


def lines(own: Reader, who: str = "all") -> list[str]:
    answer = own.ask("/api/v1/metrics", who)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    own.must_be_described("/metrics", answer)
    return answer.text.splitlines()


def test_prometheus_is_told_of_what_one_may_see(own: Reader) -> None:
    def hostile(db: object) -> None:
        db.execute("UPDATE repositories SET name = ? WHERE id = 1", ['a"b\\c\nd{e}'])  # type: ignore[attr-defined]

    own.writer.call(hostile)
    told = lines(own, "one")
    assert 'fullautoci_run_outcome{outcome="failed",repository="a\\"b\\\\c\\nd{e}"} 1.0' in told
    score = 'fullautoci_metric{metric="score",project=".",repository="a\\"b\\\\c\\nd{e}",tool="pylint",variant=""} 22.0'
    assert score in told
    assert "fullautoci_jobs_queued 0.0" in told
    assert not any("theirs" in line for line in told)
    assert any('repository="theirs"' in line for line in lines(own))
    assert not any("repository=" in line for line in lines(own, "none"))
    assert own.ask("/api/v1/metrics", "").status_code == 401


def test_what_prometheus_is_told_is_in_its_form(own: Reader) -> None:
    from prometheus_client.parser import text_string_to_metric_families

    families = {family.name: family for family in text_string_to_metric_families("\n".join(lines(own)) + "\n")}
    assert {"fullautoci_metric", "fullautoci_run_outcome", "fullautoci_jobs_running"} <= families.keys()
    assert all(family.type == "gauge" and family.documentation for family in families.values())
