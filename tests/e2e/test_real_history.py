"""A real project's releases as commits: each with its verdicts, and a newer pylint in the middle.

FULLAUTOCI_REAL=all takes 24 releases (some minutes); else four. What was judged is kept in tests/output, as the table
that docs/ratchets.md explains.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.support.home import Home
from tests.support.parts import lacking
from tests.support.projects import CACHE, INSTALLER_CACHES, DownloadError, replace_tree, sdists
from tests.support.repository import Repository

EVERYTHING = os.environ.get("FULLAUTOCI_REAL") == "all"
NAME = "cachetools"
VERSIONS = (
    "4.2.0 4.2.1 4.2.2 4.2.3 4.2.4 5.0.0 5.1.0 5.2.0 5.2.1 5.3.0 5.3.1 5.3.2 5.3.3 5.4.0 5.5.0 5.5.1 5.5.2"
    " 6.0.0 6.1.0 6.2.0 6.2.6 7.0.0 7.1.0 7.3.3"
).split()
FEW = ["5.3.2", "5.3.3", "5.4.0", "5.5.0"]
# From the release on that comes with the newer one.
UPGRADE = "5.4.0"
PINS = ("pylint==3.0.4\n", "pylint==4.0.4\n")
OUTPUT = Path(__file__).resolve().parents[1] / "output"
PATIENCE_S = 1200.0
SETTINGS = "environment: {venv: {requirements: [tools.txt]}}\n"


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
    found = {version: judged(home.finished(number, sha, PATIENCE_S)) for version, sha in shas.items()}
    OUTPUT.mkdir(exist_ok=True)
    (OUTPUT / f"history-{NAME}.json").write_text(json.dumps({"shas": shas, "verdicts": found}, indent=1))
    (OUTPUT / f"history-{NAME}.md").write_text(table(found))

    first, *rest = found.values()
    assert {one["verdict"] for one in first.values()} == {"baseline"}
    assert all(one["verdict"] not in ("baseline", "unjudged") for each in rest for one in each.values())
    score = found[UPGRADE]["pylint.score"]
    assert {"remeasured", "new epoch"} <= set(score["flags"])
    assert "by the tool" in score["reason"]
    others = [each["pylint.score"] for version, each in found.items() if version != UPGRADE]
    assert not any("new epoch" in one["flags"] for one in others)
    floors = [each["pylint.score"]["floor"] for version, each in found.items() if versions.index(version) > 1]
    before, after = floors[: versions.index(UPGRADE) - 2], floors[versions.index(UPGRADE) - 1 :]
    assert before == sorted(before)
    assert after == sorted(after)


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
