"""A long life in short: thousands of events, after which the daemon is as it was.

    python -m tests.soak [--events N] [--folder DIR]

Bounded by events, not by time. With --folder it can be stopped and goes on where it was. Memory, open files, threads,
zombies, orphans and checkouts are compared after a first tenth and at the end, both when nothing is left to do.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import psutil

from fullautoci import proctree
from tests.support.faults import check_sound, rows
from tests.support.home import Home
from tests.support.patience import until
from tests.support.repository import HOST, Repository

CONFIG = HOST + "tools: {pylint: {enabled: false}, coverage: {enabled: false}, quick: {command: ['true']}}\n"
DRIFT = 1.05
BURST = 50


def facts(home: Home) -> dict[str, float]:
    """How the daemon is, when it has nothing to do."""
    daemon = psutil.Process(home.pid())
    time.sleep(2)  # for collecting what ended by itself
    family = [daemon, *daemon.children()]
    tagged = [one for one in psutil.process_iter() if _tag(one).startswith(home.paths.identity)]
    return {
        "memory_mb": round(sum(one.memory_info().rss for one in family) / 2**20, 1),
        "open_files": sum(one.num_fds() for one in family),
        "threads": daemon.num_threads(),
        "zombies": sum(one.status() == psutil.STATUS_ZOMBIE for one in daemon.children(recursive=True)),
        "orphans": sum(not _tag(one).endswith(":service") for one in tagged),
        "checkouts": len(list(home.paths.slots.glob("*/*"))),
        "pins": len(list((home.paths.mirrors / "1.git/refs/fullautoci/pins").glob("*"))),
    }


def _tag(process: psutil.Process) -> str:
    try:
        return process.environ().get(proctree.TAG, "")
    except psutil.Error:
        return ""


def done(home: Home) -> int:
    """How many events have an outcome."""
    return int(str(rows(home, "SELECT count(*) FROM events")[0][0]))


def commit(home: Home, repository: Repository, goal: int) -> None:
    """Commit until so many events are known, and wait until nothing is left to do."""
    while (known := done(home)) < goal:
        for number in range(min(BURST, goal - known)):
            repository.commit({"file": f"{known + number}"})
        until(lambda: not list(home.paths.spool.glob("*.event")), 120, "the spool's end")
        print(f"{done(home)} events", flush=True)
    until(lambda: not rows(home, "SELECT 1 FROM runs WHERE state <> 'done'"), 3600, "the end of all runs")


def verdict(before: Mapping[str, float], after: Mapping[str, float]) -> list[str]:
    """What has grown that must not."""
    grown = [name for name in ("zombies", "orphans", "checkouts", "threads") if after[name] > before[name]]
    if after["memory_mb"] > before["memory_mb"] * DRIFT:
        grown.append("memory_mb")
    if after["open_files"] > before["open_files"] + 2:
        grown.append("open_files")
    return grown


def soak(folder: Path, events: int) -> int:
    """Run the events in a folder; 1: something grew or was lost."""
    began = time.monotonic()
    home, repository = Home(folder / "h"), Repository(folder / "r")
    if not (repository.path / ".fullautoci.yml").exists():
        repository.commit({".fullautoci.yml": CONFIG})
        repository.git("config", "gc.auto", "0")
    home.cli("init", "--wait", cwd=repository.path)
    kept = folder / "before.json"
    if not kept.exists():
        commit(home, repository, events // 10)
        kept.write_text(json.dumps(facts(home)))
    before = json.loads(kept.read_text())
    commit(home, repository, events)
    after = facts(home)
    check_sound(home)
    lost = rows(home, "SELECT sha FROM runs GROUP BY sha HAVING sum(outcome = 'passed') <> 1")
    grown = verdict(before, after)
    print(f"before {before}\nafter  {after}\n{done(home)} events, {time.monotonic() - began:.0f} s")
    print(f"lost or doubled: {len(lost)}; grown: {', '.join(grown) or 'nothing'}")
    home.stop()
    return int(bool(lost or grown))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fac-", ignore_cleanup_errors=True) as temporary:
        sys.exit(soak(arguments.folder or Path(temporary), arguments.events))
