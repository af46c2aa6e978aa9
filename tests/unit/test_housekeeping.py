"""Chores are done in their turn, whatever becomes of another, and end when they are told to."""

import threading

import pytest

from fullautoci import housekeeping
from fullautoci.errors import StoreError
from fullautoci.housekeeping import Chore, Housekeeping
from tests.support.patience import until


def test_chores_are_done_again_and_a_failing_one_keeps_none_from_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeeping, "OFTEN_S", 0.01)
    done: list[str] = []

    def fail(error: Exception) -> None:
        done.append(type(error).__name__)
        raise error

    chores = [
        Chore("expected", 0.01, lambda: fail(StoreError("no room"))),
        Chore("a fault", 0.01, lambda: fail(KeyError("x"))),
        Chore("good", 0.01, lambda: done.append("good")),
    ]
    kept = Housekeeping(chores, 0.0)
    kept.start()
    until(lambda: all(done.count(name) >= 3 for name in ("StoreError", "KeyError", "good")), 20)
    kept.stop()


def test_it_waits_at_first_and_stops_at_once() -> None:
    done = threading.Event()
    kept = Housekeeping([Chore("late", 3600, done.set)], settle_s=3600)
    kept.start()
    kept.stop()
    assert not done.is_set()
