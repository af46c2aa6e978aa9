"""The gate: which jobs may start now."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

import psutil

from fullautoci.store.pauses import EVERYTHING, Pause

log = logging.getLogger(__name__)
BATTERY_S = 30.0
# In seconds: how long what is held back waits to be looked at again, and how long a full disk keeps jobs from starting.
WITHHELD_S = 30.0
HOLD_S = 5.0


@dataclass(frozen=True)
class Open:
    """What may start: anything at all, and the backfill; and why not."""

    anything: bool
    backfill: bool
    reason: str = ""
    again_s: float = WITHHELD_S


class Gate:
    """Says what may start, from a person's pause, the battery, and how many workers are free.

    Args:
        workers: how many there are.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._battery = _Battery()
        self._held = ""
        self._held_until = float("-inf")

    def hold(self, reason: str) -> None:
        """Let nothing start for a few seconds."""
        self._held, self._held_until = reason, time.monotonic() + HOLD_S

    def trouble(self) -> str:
        """Why nothing starts, where it is no person's will; kept until a job could be started and was not put off."""
        return self._held if time.monotonic() < self._held_until + HOLD_S else ""

    def state(self, pause: Pause | None) -> Open:
        """What may start, whatever the workers do."""
        if pause is not None:
            until = f" until {pause.until}" if pause.until else ", 'fullautoci resume' ends it"
            return Open(pause.what != EVERYTHING, False, f"paused{until}")
        if time.monotonic() < self._held_until:
            return Open(False, False, self._held, HOLD_S)
        if self.on_battery():
            return Open(True, False, "on battery")
        return Open(True, True)

    def on_battery(self) -> bool:
        """Whether the machine runs on battery."""
        return self._battery.discharging()

    def may_start(self, pause: Pause | None, free: int) -> Open:
        """What may start now that so many workers are free: the backfill leaves one to what is committed meanwhile."""
        state = self.state(pause)
        spare = free > 1 or self._workers == 1
        return Open(state.anything, state.backfill and spare, state.reason, state.again_s)


class _Battery:
    """Whether the machine runs on battery, asked now and then."""

    def __init__(self) -> None:
        self._asked_at = float("-inf")
        self._found = False

    def discharging(self) -> bool:
        now = time.monotonic()
        if now - self._asked_at >= BATTERY_S:
            self._asked_at, self._found = now, _discharging()
        return self._found


def _discharging() -> bool:
    ask: Callable[[], object] | None = getattr(psutil, "sensors_battery", None)  # not on every platform
    try:
        found = ask() if ask else None
    except (OSError, ValueError, RuntimeError) as error:  # what a machine's own files may make of it
        log.info("the battery cannot be asked: %s", error)
        return False
    return found is not None and getattr(found, "power_plugged", None) is False
