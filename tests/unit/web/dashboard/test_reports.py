"""Reports as pages, files and JSON: of weeks, days, and what lies between two commits."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlite_utils import Database

from fullautoci.ratchet.rule import HIGHER, Rule
from fullautoci.reporting import periods
from fullautoci.store import deltas, reporting
from tests.unit.store.ratcheting import History, sha
from tests.unit.web.api.reader import Reader

HOSTILE = "</style><script>alert(1)</script>\x1b[31m\u202e"
RULES = (Rule("score", HIGHER, target=9.5),)
FROM, TO = sha("good")[:12], sha("whole")[:12]


def fill(db: Database) -> None:
    """In January it was good; in February it broke, was mended, got worse, and was waived."""
    history = History(db)
    for name, score, parents, moment in (
        ("good", 9.0, (), "2026-01-31T23:30:00.000Z"),
        ("broken", 7.0, ("good",), "2026-02-01T10:00:00.000Z"),
        ("whole", 9.3, ("broken",), "2026-02-02T00:00:00.000Z"),
        ("bad", 8.0, ("whole",), "2026-02-03T10:00:00.000Z"),
    ):
        run = history.measured(name, score, *parents, rules=RULES)
        db.execute("UPDATE runs SET queued_at = ? WHERE id = ?", [moment, run])
        db.execute("UPDATE jobs SET queued_at = ?, duration_s = 2.0 WHERE run_id = ?", [moment, run])
    for (job,) in db.execute("SELECT id FROM jobs").fetchall():
        deltas.save(db, deltas.compute(db.conn, job))
    history.commit("elsewhere", rules=RULES)
    db.execute("UPDATE commits SET subject = ? WHERE sha = ?", [HOSTILE, sha("bad")])
    history.act("waive", "bad", reason=HOSTILE)
    db.execute("UPDATE acts SET at = '2026-02-03T12:00:00.000Z'")
    db.execute(
        "INSERT INTO flaky (repository_id, tool, project, variant, kind, name, times, seen_at, until)"
        " VALUES (1, 'pylint', '.', '', 'test', ?, 2, '2026-02-03T00:00:00.000Z', '2026-03-01T00:00:00.000Z')",
        [HOSTILE],
    )


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    made = Reader(tmp_path_factory.mktemp("reports"), fill)
    yield made
    made.close()


def told(reader: Reader, period: str, **query: str) -> dict[str, object]:
    answer = reader.ask(f"/repos/1/reports/{period}.json", **query)
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = json.loads(answer.text)
    return found


def names(report: dict[str, object], part: str, key: str = "commit") -> list[str]:
    return [one[key] for one in report[part]["items"]]  # type: ignore[index]


def test_a_month_tells_what_broke_was_mended_improved_flaked_and_was_waived(reader: Reader) -> None:
    made = told(reader, "2026-02")
    assert made["runs"]["total"] == 3  # type: ignore[index]
    assert names(made, "broke") == [sha("broken")], "what was waived did not break"
    assert names(made, "mended") == [sha("whole")]
    assert names(made, "improved") == [sha("whole")]
    assert names(made, "regressed") == [sha("bad")]
    assert names(made, "regressed", "times") == [2]
    assert names(made, "acts") == [sha("bad")]
    assert names(made, "flaky", "name") == [HOSTILE]
    score = next(one for one in made["metrics"]["items"] if one["name"] == "pylint.score")  # type: ignore[index]
    assert (score["begin"], score["end"], score["change"], score["mood"]) == (9.0, 8.0, -1.0, "bad")
    assert names(made, "tools", "mean_s") == [2.0]


def test_days_begin_in_the_zone_that_is_named(reader: Reader) -> None:
    assert told(reader, "2026-01")["runs"]["total"] == 1  # type: ignore[index]
    assert told(reader, "2026-01", zone="Europe/Berlin")["runs"]["total"] == 0  # type: ignore[index]
    assert told(reader, "2026-02", zone="Europe/Berlin")["runs"]["total"] == 4  # type: ignore[index]


def test_a_period_has_its_first_moment_and_not_the_one_after_its_last(reader: Reader) -> None:
    assert names(told(reader, "2026-02-01..2026-02-01"), "broke") == [sha("broken")]
    assert told(reader, "2026-02-01..2026-02-01")["runs"]["total"] == 1  # type: ignore[index]
    assert names(told(reader, "2026-02-02..2026-02-02"), "mended") == [sha("whole")]
    assert names(told(reader, "2026-01"), "acts") == names(told(reader, "2026-03"), "acts") == []


def test_where_nothing_came_before_the_first_run_is_the_beginning(reader: Reader) -> None:
    score = next(one for one in told(reader, "2026-01")["metrics"]["items"] if one["name"] == "pylint.score")  # type: ignore[index]
    assert (score["begin"], score["end"]) == (9.0, 9.0)


def test_where_the_way_is_too_long_it_is_said(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporting, "WAY", 1)
    answer = reader.ask(f"/repos/1/reports/{FROM}..{TO}")
    assert answer.status_code == 422
    assert "not among the 1 first parents" in answer.text


def test_between_two_commits_are_those_after_the_first(reader: Reader) -> None:
    made = told(reader, f"{FROM}..{TO}")
    assert made["runs"]["total"] == 2  # type: ignore[index]
    assert names(made, "broke") == [sha("broken")]
    assert made["period"]["begin"] == sha("good")  # type: ignore[index]
    assert names(made, "acts") == []
    assert names(told(reader, f"{TO}..{sha('bad')[:12]}"), "acts") == [sha("bad")], "whenever that was done"


@pytest.mark.parametrize(
    "period", ["2026-01", "2026-02", "2024-W01", "last-week", f"{FROM}..{TO}", f"{TO}..{sha('bad')}"]
)
def test_the_api_says_the_same_and_as_its_document_has_it(reader: Reader, period: str) -> None:
    assert reader.get(f"/repos/1/reports/{period}", zone="Europe/Berlin") == told(reader, period, zone="Europe/Berlin")
    answer = reader.ask(f"/api/v1/repos/1/reports/{period}.html", zone="Europe/Berlin")
    assert answer.text == reader.ask(f"/repos/1/reports/{period}.html", zone="Europe/Berlin").text
    reader.must_be_described(f"/repos/1/reports/{period}.html", answer)


@pytest.mark.parametrize("end", ["", ".html"])
def test_the_api_refuses_in_words_and_shows_nobody_anothers(reader: Reader, end: str) -> None:
    assert reader.ask(f"/api/v1/repos/1/reports/never{end}").json["type"] == "urn:fullautoci:usage"  # type: ignore[index]
    assert reader.ask(f"/api/v1/repos/1/reports/2026-02{end}", what=1).status_code == 400
    assert reader.ask(f"/api/v1/repos/1/reports/2026-02{end}", "none").status_code == 404
    assert reader.ask(f"/api/v1/repos/1/reports/2026-02{end}", "").status_code == 401


def test_the_page_and_the_file_show_hostile_text_as_text(reader: Reader) -> None:
    for path in ("/repos/1/reports/2026-02", "/repos/1/reports/2026-02.html"):
        shown = reader.ask(path).text
        assert "alert(1)" in shown
        assert "<script>alert" not in shown
        assert shown.count("</style>") == path.count(".html")
        assert "\x1b" not in shown
        assert "\u202e" not in shown


def test_the_file_needs_nothing_else(reader: Reader) -> None:
    answer = reader.ask("/repos/1/reports/2026-02.html", zone="Europe/Berlin")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="report-it-2026-02.html"'
    assert re.findall(r'(?:src|href)="(?!#)', answer.text) == []
    assert "<script" not in answer.text
    assert "url(" not in answer.text
    assert "--good:" in answer.text
    assert "2026-02-03 13:00" in answer.text, "moments are in the report's zone"


def test_periods_are_listed_with_how_much_there_was(reader: Reader) -> None:
    shown = reader.ask("/repos/1/reports", zone="Europe/Berlin").text
    week = periods.weeks(datetime.now(UTC), periods.zone("Europe/Berlin"), 1)[0]
    assert f"/repos/1/reports/{week.name}?zone=Europe/Berlin" in shown
    assert shown.count("data-row") == 13


def test_a_wish_leads_to_its_report(reader: Reader) -> None:
    days = reader.ask("/repos/1/reports", since="2026-01-01", until="2026-02-01", zone="Europe/Berlin")
    assert (days.status_code, days.location) == (
        303, "/repos/1/reports/2026-01-01..2026-02-01?zone=Europe/Berlin",
    )  # fmt: skip
    branch = reader.ask("/repos/1/reports", since=FROM, until="main")
    assert branch.location == f"/repos/1/reports/{FROM}..{sha('elsewhere')}"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/repos/1/reports?since=2026-01-01", 422),
        ("/repos/1/reports?since=no/branch&until=main", 404),
        ("/repos/1/reports?zone=No/Where", 422),
        ("/repos/1/reports?what=1", 400),
        ("/repos/1/reports/never", 422),
        ("/repos/1/reports/2026-02?zone=../../etc/passwd", 422),
        ("/repos/1/reports/2026-02.html?x=1", 400),
        ("/repos/1/reports/2026-02.json?zone=" + "x" * 61, 400),
        ("/repos/1/reports/ffffffff..eeeeeeee", 404),
        (f"/repos/1/reports/{TO}..{FROM}", 422),
        ("/repos/9/reports/2026-02", 404),
    ],
)
def test_what_makes_no_sense_is_said_in_words(reader: Reader, path: str, status: int) -> None:
    assert reader.ask(path).status_code == status


def test_only_so_many_runs_are_looked_at(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporting, "RUNS", 1)
    made = told(reader, "2026-02")
    assert (made["runs"]["total"], made["runs"]["detailed"], made["runs"]["outcomes"]) == (  # type: ignore[index]
        3, 1, {"passed": 2, "failed": 1},
    )  # fmt: skip
    assert names(made, "broke") == []
    assert names(made, "regressed") == [sha("bad")]
    assert "told of the newest 1 run." in reader.ask("/repos/1/reports/2026-02").text
    monkeypatch.setattr(reporting, "SAMPLE", 2)
    assert names(told(reader, "2026-02"), "tools", "times") == [2]


def test_only_a_period_that_is_not_over_keeps_itself_as_things_are(reader: Reader) -> None:
    services = reader.app.extensions["services"]
    reader.app.extensions["services"] = replace(services, state=lambda: "as it is")
    assert 'data-live="as it is"' in reader.ask("/repos/1/reports/this-week").text
    for period in ("2026-02", f"{FROM}..{TO}"):
        assert "data-live" not in reader.ask(f"/repos/1/reports/{period}").text
    reader.app.extensions["services"] = services


def test_whoever_may_not_see_the_repository_sees_no_report(reader: Reader) -> None:
    for ending in ("", ".html", ".json"):
        assert reader.ask(f"/repos/1/reports/2026-02{ending}", "none").status_code == 404
        assert reader.ask(f"/repos/1/reports/2026-02{ending}", "one").status_code == 200
