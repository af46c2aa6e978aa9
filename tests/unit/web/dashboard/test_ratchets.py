"""The pages of ratchets: what comes first, bars, advice, and what people do there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from fullautoci.ratchet.rule import HIGHER, LOWER, Rule
from fullautoci.web.dashboard.ratchet_bar import EDGE, OPEN, WIDE, bar, places
from fullautoci.web.dashboard.ratchets import urgency
from tests.unit.store.parts import watch
from tests.unit.store.ratcheting import History, sha
from tests.unit.web.api.reader import Reader
from tests.unit.web.dashboard.handed import give_hands, post

HOSTILE = "<script>alert(1)</script>\x1b[31m\u202e"
RULES = (Rule("score", HIGHER, target=9.5), Rule("findings", LOWER, target=0))


def fill(db: Database) -> None:
    """A repository in which the newest commit is worse, and the one after it is not judged yet; and an empty one."""
    history = History(db)
    history.measured("good", 9.0, rules=RULES)
    history.measured("bad", 8.0, "good", rules=RULES, message=HOSTILE, record={"files": {f"{HOSTILE}.py": 1}})
    db.execute("UPDATE commits SET subject = ? WHERE sha = ?", [HOSTILE, sha("bad")])
    history.commit("later", "bad", rules=RULES)
    watch(db, "/empty/.git", "empty")


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    made = Reader(tmp_path, fill)
    yield made
    made.close()


def test_what_is_held_is_shown_at_the_newest_commit_that_was_judged(reader: Reader) -> None:
    shown = reader.ask("/repos/1/ratchets").text
    assert sha("bad")[:10] in shown
    assert shown.index(">score</a>") > 0
    assert "regressed" in shown
    assert 'class="between"' in shown
    before = reader.ask(f"/repos/1/ratchets?commit={sha('good')}").text
    assert "regressed" not in before
    assert "baseline" in before


def test_hostile_text_is_text_on_every_page(reader: Reader) -> None:
    for path in ("/repos/1/ratchets", "/repos/1/ratchets/pylint.findings", "/repos/1/ratchets/pylint.score"):
        shown = reader.ask(path).text
        assert "alert(1)" in shown
        assert "<script>alert" not in shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown


def test_an_empty_repository_says_what_to_do(reader: Reader) -> None:
    assert "No commit was judged yet" in reader.ask("/repos/2/ratchets").text
    assert "Nothing was waived" in reader.ask("/repos/2/journal").text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/repos/1/ratchets?commit=zz", 400),
        ("/repos/1/ratchets?commit=ffffffff", 404),
        ("/repos/1/ratchets?no=1", 400),
        ("/repos/1/ratchets/pylint.score?before=zz", 400),
        ("/repos/1/ratchets/pylint.none", 404),
        ("/repos/1/ratchets/a/b/../c", 404),
        ("/repos/1/journal?cursor=zz", 422),
        ("/repos/9/ratchets", 404),
    ],
)
def test_what_is_not_there_is_said_in_words(reader: Reader, path: str, status: int) -> None:
    answer = reader.ask(path)
    assert answer.status_code == status
    assert 'id="main"' in answer.text


def test_history_goes_on_before_a_commit(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fullautoci.web.dashboard.ratchets.SHOWN", 1)
    first = reader.ask("/repos/1/ratchets/pylint.score").text
    assert f"before={sha('bad')}" in first
    second = reader.ask(f"/repos/1/ratchets/pylint.score?before={sha('bad')}").text
    assert "baseline" in second
    assert 'rel="next"' not in second


def test_the_coach_says_what_moves_it_most(reader: Reader) -> None:
    shown = reader.ask("/repos/1/ratchets/pylint.findings").text
    assert "The smallest way to the floor, 0" in shown


def test_an_admin_waives_and_the_page_and_the_journal_say_so(reader: Reader) -> None:
    assert "Waive" not in reader.ask("/repos/1/ratchets/pylint.score").text, "nobody would do it"
    give_hands(reader)
    assert "Waive" not in reader.ask("/repos/1/ratchets/pylint.score", "one").text
    assert ">Waive</button>" in reader.ask("/repos/1/ratchets/pylint.score").text
    said = {"kind": "waive", "name": "pylint.score", "commit": sha("bad"), "reason": HOSTILE, "until": "2999-12-31"}
    assert post(reader, "/repos/1/ratchets/acts", "one", **said).status_code == 403
    answer = post(reader, "/repos/1/ratchets/acts", **said)
    assert (answer.status_code, answer.location) == (303, f"/repos/1/ratchets/pylint.score?commit={sha('bad')}")
    shown = reader.ask(answer.location).text
    assert "End the waiver" in shown
    assert ">waived</span>" in shown
    assert "<script>alert" not in shown
    told = reader.ask("/repos/1/journal").text
    assert "waive</span>" in told
    assert "2999-12-31" in told
    assert "<script>alert" not in told


def test_a_raise_without_a_better_value_is_refused(reader: Reader) -> None:
    give_hands(reader)
    said = {"kind": "raise", "name": "pylint.score", "commit": sha("bad"), "reason": "so it is"}
    answer = post(reader, "/repos/1/ratchets/acts", **said)
    assert answer.status_code == 422
    assert "already" in answer.text


def one(name: str, verdict: str, left: float | None = None, *, waived: bool = False) -> dict[str, Any]:
    flags = ["waived"] if waived else []
    failing = verdict == "regressed" and not waived
    return {"name": name, "verdict": verdict, "left": left, "target": 10.0, "failing": failing, "flags": flags}


def test_what_fails_comes_first_and_then_what_is_nearest() -> None:
    shown = [
        one("met", "met", 0.0), one("none", "held"), one("far", "held", 5.0), one("near", "improved", 1.0),
        one("waived", "regressed", 2.0, waived=True), one("bad", "regressed", 1.0), one("worse", "regressed", 3.0),
    ]  # fmt: skip
    assert [each["name"] for each in sorted(shown, key=urgency)] == [
        "worse", "bad", "waived", "near", "far", "none", "met",
    ]  # fmt: skip


def test_on_a_bar_better_is_further_right() -> None:
    up = places(8.0, 9.0, 10.0, higher=True)
    assert (up["value"], up["floor"], up["target"]) == (EDGE, WIDE / 2, WIDE - EDGE)
    down = places(4.0, 3.0, 0.0, higher=False)
    assert down["value"] < down["floor"] < down["target"]
    same = places(1.0, 1.0, 1.0, higher=True)
    assert set(same.values()) == {WIDE - EDGE}
    room = places(2.0, 1.0, None, higher=True)
    assert room["value"] == EDGE + (WIDE - 2 * EDGE) * (1 - OPEN)


def test_a_bar_is_coloured_by_its_verdict_and_empty_without_a_value() -> None:
    stands = {
        "value": 1.0, "floor": 2.0, "next_floor": 2.0, "target": None, "direction": HIGHER, "verdict": "regressed",
        "flags": [],
    }  # fmt: skip
    assert '<circle class="bad"' in bar(stands)
    assert '<circle class="warn"' in bar({**stands, "flags": ["waived"]})
    assert '<circle class="good"' in bar({**stands, "verdict": "held", "floor": None})
    assert "goal" not in bar(stands)
    assert bar({**stands, "value": None}) == ""
