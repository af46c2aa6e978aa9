"""What may start: pauses, the battery, and the worker that the backfill leaves free."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fullautoci.gate import Gate
from fullautoci.store.pauses import BACKFILL, EVERYTHING, Pause
from tests.support.parts import lacking

SINCE = "2026-01-01T00:00:00.000Z"


@pytest.mark.parametrize(
    ("workers", "free", "pause", "anything", "backfill"),
    [
        (2, 2, None, True, True),
        (2, 1, None, True, False),
        (1, 1, None, True, True),
        (2, 2, Pause(BACKFILL, SINCE), True, False),
        (2, 2, Pause(EVERYTHING, SINCE), False, False),
        (4, 2, Pause(EVERYTHING, SINCE, "2999-01-01T00:00:00.000Z"), False, False),
    ],
)
def test_what_may_start(workers: int, free: int, pause: Pause | None, anything: bool, backfill: bool) -> None:
    found = Gate(workers).may_start(pause, free)
    assert (found.anything, found.backfill) == (anything, backfill)
    assert ("paused" in found.reason) is (pause is not None)


@pytest.mark.parametrize(("status", "expected"), [("Discharging", "True"), ("Charging", "False"), ("Full", "False")])
def test_on_battery_the_backfill_waits(tmp_path: Path, status: str, expected: str) -> None:
    """A real battery of the kernel's, as far as a process can tell: files, bound over /sys in a namespace."""
    unshare = shutil.which("unshare")
    if unshare is None:
        lacking("namespaces", "unshare is not installed")
    battery = tmp_path / "BAT0"
    battery.mkdir()
    files = {"status": status, "energy_now": "50", "energy_full": "100", "power_now": "10", "capacity": "50"}
    for name, content in files.items():
        (battery / name).write_text(f"{content}\n")
    asked = "from fullautoci.gate import Gate; found = Gate(2).may_start(None, 2); print(not found.backfill)"
    script = f'mount --bind "{tmp_path}" /sys/class/power_supply && exec "$0" -c "{asked}"'
    done = subprocess.run(
        [unshare, "--user", "--map-root-user", "--mount", "sh", "-c", script, sys.executable],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode and "mount" in done.stderr:
        lacking("namespaces", done.stderr)
    assert done.stdout == f"{expected}\n", done.stderr
