"""What open pages ask, and how long they are told to wait."""

import pytest

from fullautoci.web.dashboard import live
from fullautoci.web.dashboard.live import AT_EASE, MOST_MS, PAUSE_MS, WINDOW_S, Pace, Paces
from tests.unit.web.guards.team import Team


@pytest.mark.parametrize("lookers", [1, 5, 40, 100])
@pytest.mark.parametrize("at_ease", [5.0, 30.0])
def test_however_many_look_on_they_ask_no_more_than_is_good(lookers: int, at_ease: float) -> None:
    now, due, asked = [0.0], [0.0] * lookers, list[float]()
    pace = Pace(at_ease, lambda: now[0])
    while now[0] < 120.0:
        for number, moment in enumerate(due):
            if now[0] >= moment:
                pace.count()
                asked.append(now[0])
                due[number] = now[0] + pace.pause_ms() / 1000
        now[0] += 0.05
    a_second = sum(moment >= 30.0 for moment in asked) / 90.0
    wanted = max(min(at_ease, lookers * 1000 / PAUSE_MS), lookers * 1000 / MOST_MS)
    assert 0.6 * wanted <= a_second <= 1.2 * wanted


def test_the_pause_has_an_end_and_passes() -> None:
    now = [0.0]
    pace = Pace(AT_EASE, lambda: now[0])
    assert pace.pause_ms() == PAUSE_MS
    for _ in range(10):
        for _ in range(20_000):
            pace.count()
        now[0] += WINDOW_S
        pace.pause_ms()
    assert pace.pause_ms() == MOST_MS
    for _ in range(3):
        now[0] += WINDOW_S
        pace.pause_ms()
    assert pace.pause_ms() == PAUSE_MS


def test_nobody_uses_up_what_they_may_send_and_nobody_waits_for_others() -> None:
    now = [0.0]
    paces = Paces(600, lambda: now[0])
    for _ in range(int(10 * WINDOW_S)):  # twice the half of 600 a minute
        paces.count("session:1")
    paces.count("session:2")
    now[0] += WINDOW_S
    assert paces.pause_ms("session:1") == 2 * PAUSE_MS
    assert paces.pause_ms("session:2") == PAUSE_MS


def test_callers_are_forgotten() -> None:
    paces = Paces(600)
    for number in range(live.CALLERS + 10):
        paces.count(f"session:{number}")
    assert len(paces._callers) == live.CALLERS


def test_the_answer_is_short_kept_nowhere_and_only_for_who_is_known(team: Team) -> None:
    answer = team.ask("GET", "/live", team.bearer("reader"))
    assert set(answer.get_json()) == {"state", "pause_ms"}
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(answer.data) < 100
    assert team.ask("GET", "/live").status_code == 401
