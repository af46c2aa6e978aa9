"""Waiting for what must come, never for a time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(look: Callable[[], T], timeout: float = 60.0, what: str = "") -> T:
    """The first true answer.

    Raises:
        AssertionError: none came within `timeout` seconds; the last answer is in the message.
    """
    give_up = time.monotonic() + timeout
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < give_up, f"{what or 'it'} did not come within {timeout} s; the last look: {found!r}"
        time.sleep(0.03)
