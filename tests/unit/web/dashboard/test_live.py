"""What open pages ask, and how long they are told to wait."""

from fullautoci.web.dashboard.live import AT_EASE, MOST_MS, PAUSE_MS, WINDOW_S, Pace
from tests.unit.web.guards.team import Team


def test_the_more_is_asked_the_longer_everybody_waits_and_it_passes() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0])
    assert pace.pause_ms() == PAUSE_MS
    for _ in range(int(AT_EASE * WINDOW_S)):
        pace.count()
    assert pace.pause_ms() == PAUSE_MS
    for _ in range(int(3 * AT_EASE * WINDOW_S)):
        pace.count()
    assert pace.pause_ms() == 4 * PAUSE_MS
    for _ in range(20_000):
        pace.count()
    assert pace.pause_ms() == MOST_MS
    now[0] += WINDOW_S + 0.1
    assert pace.pause_ms() == PAUSE_MS


def test_the_answer_is_short_kept_nowhere_and_only_for_who_is_known(team: Team) -> None:
    answer = team.ask("GET", "/live", team.bearer("reader"))
    assert set(answer.get_json()) == {"state", "pause_ms"}
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(answer.data) < 100
    assert team.ask("GET", "/live").status_code == 401
