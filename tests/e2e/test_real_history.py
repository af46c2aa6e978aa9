"""A real project's releases as commits: each with its verdicts, and a newer pylint in the middle.

FULLAUTOCI_REAL=all takes 24 releases (some minutes); else five. What was judged is kept in tests/output, as the table
that docs/ratchets.md explains.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.support.home import Home
from tests.support.parts import lacking
from tests.support.patience import until
from tests.support.projects import CACHE, INSTALLER_CACHES, DownloadError, replace_tree, sdists
from tests.support.repository import Repository

EVERYTHING = os.environ.get("FULLAUTOCI_REAL") == "all"
NAME = "cachetools"
VERSIONS = (
    "4.2.0 4.2.1 4.2.2 4.2.3 4.2.4 5.0.0 5.1.0 5.2.0 5.2.1 5.3.0 5.3.1 5.3.2 5.3.3 5.4.0 5.5.0 5.5.1 5.5.2"
    " 6.0.0 6.1.0 6.2.0 6.2.6 7.0.0 7.1.0 7.3.3"
).split()
FEW = ["4.2.4", "5.0.0", "6.0.0", "6.1.0", "6.2.0"]
# From the release on that comes with the newer one.
UPGRADE = "6.1.0"
# The release that is accepted afterwards as it is.
ACCEPTED = "5.0.0"
REASON = "accepted with the new major release"
PINS = ("pylint==3.0.4\n", "pylint==4.0.4\n")
OUTPUT = Path(__file__).resolve().parents[1] / "output"
PATIENCE_S = 1200.0
SETTINGS = """\
environment: {venv: {requirements: [tools.txt]}}
tools: {pylint: {ratchet: [{metric: score}, {metric: findings}]}}
"""


@pytest.mark.network
def test_a_real_history_is_judged_and_an_upgrade_resets_nothing(home: Home, tmp_path: Path) -> None:
    versions = VERSIONS if EVERYTHING else FEW
    try:
        releases = dict(zip(versions, sdists(NAME, versions, CACHE / "sdists"), strict=True))
    except DownloadError as error:
        lacking("network", str(error))
    home.env |= INSTALLER_CACHES
    repository = Repository(tmp_path / NAME)
    shas: dict[str, str] = {}
    for version, release in releases.items():
        upgraded = versions.index(version) >= versions.index(UPGRADE)
        shas[version] = commit(repository, release, PINS[upgraded], version)
        if len(shas) == 1:
            home.cli("init", "--wait", cwd=repository.path, timeout=PATIENCE_S)
    number = home.api().repositories()[0]["id"]
    for sha in shas.values():
        home.finished(number, sha, PATIENCE_S)
    before = derived(home, number, shas)
    for ratchet in ("pylint.score", "pylint.findings"):
        home.cli("ratchet", "reset", ratchet, shas[ACCEPTED], "-m", REASON, cwd=repository.path)
    after = derived(home, number, shas)
    keep(before, after)
    holds(before, shas)
    holds(after, shas)
    for version in versions:
        for name, one in after[version].items():
            if not name.startswith(("pylint.score", "pylint.findings")):
                assert one == before[version][name]
    for name in ("pylint.score", "pylint.findings"):
        assert before[ACCEPTED][name]["verdict"] == "regressed"
        assert after[ACCEPTED][name]["verdict"] == "baseline"
        assert REASON in after[ACCEPTED][name]["reason"]


def derived(home: Home, number: int, shas: dict[str, str]) -> dict[str, dict[str, dict[str, Any]]]:
    """The verdicts on all releases, once nothing is to be judged anew."""
    until(lambda: not home.rows("SELECT 1 FROM unsettled"), 60, "all verdicts are derived")
    return {version: judged(home.finished(number, sha, PATIENCE_S)) for version, sha in shas.items()}


def holds(found: dict[str, dict[str, dict[str, Any]]], shas: dict[str, str]) -> None:
    """What is so of every history: an upgrade resets nothing, and no floor falls untold."""
    versions = list(found)
    first, *rest = found.values()
    assert {one["verdict"] for one in first.values()} == {"baseline"}
    assert all(one["verdict"] != "unjudged" for each in rest for one in each.values())
    for metric in ("pylint.score", "pylint.findings"):
        upgraded = found[UPGRADE][metric]
        assert {"remeasured", "new epoch"} <= set(upgraded["flags"])
        assert "by the tool" in upgraded["reason"]
        others = [each[metric] for version, each in found.items() if version != UPGRADE]
        assert not any("new epoch" in one["flags"] for one in others)
    floors: list[float] = []
    for version in versions[1:]:
        one = found[version]["pylint.score"]
        if {"new epoch", "reset"} & set(one["flags"]):
            floors = []
        elif one["floor"] is not None:
            floors.append(one["floor"])
            assert floors == sorted(floors)
        if one["blame"]:
            assert one["blame"] in shas.values()


def keep(before: dict[str, dict[str, dict[str, Any]]], after: dict[str, dict[str, dict[str, Any]]]) -> None:
    """Keep both tables."""
    OUTPUT.mkdir(exist_ok=True)
    (OUTPUT / f"history-{NAME}.json").write_text(json.dumps({"before": before, "after": after}, indent=1))
    (OUTPUT / f"history-{NAME}.md").write_text(f"{table(before)}\nWith the reset at {ACCEPTED}:\n\n{table(after)}")


def commit(repository: Repository, release: Path, pin: str, version: str) -> str:
    """Commit a release, with what the tools are to be."""
    replace_tree(repository, release)
    (repository.path / ".fullautoci.yml").write_text(SETTINGS)
    (repository.path / "tools.txt").write_text(pin)
    return repository.commit(message=f"{NAME} {version}")


def judged(run: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The verdicts on a run, by tool and metric."""
    jobs = [job for job in run["jobs"] if job["verdicts"]]
    assert jobs, run
    return {f"{job['tool']}.{one['metric']}": one for job in jobs for one in job["verdicts"]}


def table(found: dict[str, dict[str, dict[str, Any]]]) -> str:
    """The verdicts as Markdown."""
    lines = ["| release | metric | value | floor | verdict | why |", "|---|---|---|---|---|---|"]
    for version, verdicts in found.items():
        for name, one in verdicts.items():
            floor = "" if one["floor"] is None else f"{one['floor']:g}"
            said = ", ".join([one["verdict"], *one["flags"]])
            value = "" if one["value"] is None else f"{one['value']:g}"
            lines.append(f"| {version} | {name} | {value} | {floor} | {said} | {one['reason']} |")
    return "\n".join(lines) + "\n"
