"""Anything in any order: commits, rewritten history, pushes, collected garbage, kills, restarts, cancellations, leaps
of the clock, a full disk. The contract is held against a model of it in memory (`contract.py`).
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeding
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.contract import Contract
from tests.faults.history import History
from tests.support.faults import seeded, sized
from tests.support.home import Home
from tests.support.namespace import HomeInside, Namespace
from tests.support.wall_clock import WallClock

EXAMPLES, STEPS = int(os.environ.get("FULLAUTOCI_EXAMPLES") or sized(50, 1000)), 30
BATCH = 50
DISK_MB = 96


@pytest.fixture
def inside(home: Home) -> Iterator[HomeInside]:
    (home.folder / "config.yml").write_text("scan_interval: 2s\n")
    made = HomeInside(home, Namespace(home.paths.state, DISK_MB))
    yield made
    made.close()


def test_any_history(inside: HomeInside, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    History.home, History.folder, History.clock = inside, tmp_path, WallClock(inside, tmp_path)
    with seeded(capsys, f"{EXAMPLES} histories of {STEPS} steps") as chance:
        first = int(os.environ.get("FULLAUTOCI_BATCH") or chance.randrange(2**31))
        for number, done in enumerate(range(0, EXAMPLES, BATCH)):
            with capsys.disabled():
                print(f"\n{done} histories; what follows: FULLAUTOCI_BATCH={first + number}", flush=True)
            run_state_machine_as_test(
                seeding(first + number)(History),
                settings=settings(
                    max_examples=min(BATCH, EXAMPLES - done), stateful_step_count=STEPS, deadline=None, database=None,
                    suppress_health_check=list(HealthCheck), phases=[Phase.generate], print_blob=True,
                ),
            )  # fmt: skip


@pytest.mark.parametrize(
    ("runs", "broken"),
    [
        ([("passed", "")], ""),
        ([("superseded", "replaced by x"), ("passed", "")], ""),
        ([("passed", ""), ("passed", "")], "more than one"),
        ([], "no result"),
        ([("superseded", "replaced by x")], "no result"),
        ([("superseded", ""), ("passed", "")], "nothing says why"),
        ([("failed", "")], "failed"),
        ([("errored", "")], "errored"),
        ([("cancelled", "")], "cancelled"),
        ([("quarantined", "")], "quarantined"),
    ],
)
def test_the_model_knows_what_breaks_the_contract(runs: list[tuple[str, str]], broken: str) -> None:
    told = Contract().broken_by("a", runs, {"a"})
    assert broken in told
    assert bool(broken) is bool(told)
    assert Contract(cancelled={"a"}, losses=3).broken_by("a", [("cancelled", "")], {"a"}) == ""
    assert Contract(losses=3).broken_by("a", [("quarantined", "")], {"a"}) == ""
