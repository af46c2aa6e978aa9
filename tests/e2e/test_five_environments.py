"""The same commits of real projects in every environment: equal figures where the tools are equal.

FULLAUTOCI_REAL=all takes two releases of each of three projects; else one of each of two.
"""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fullautoci import sandbox
from tests.support.engines import IMAGE, Running
from tests.support.home import Home
from tests.support.nix import NixStore, shell_flake
from tests.support.parts import lacking
from tests.support.projects import CACHE, INSTALLER_CACHES, DownloadError, commit_release, sdists
from tests.support.repository import Repository

pytest_plugins = ["tests.support.engine_fixtures"]

EVERYTHING = os.environ.get("FULLAUTOCI_REAL") == "all"
# Pure, with their tests, which need nothing but the tools that every environment here has.
RELEASES = {"pathspec": ("0.11.2", "0.12.1"), "pyasn1": ("0.6.4", "0.6.5"), "idna": ("3.8", "3.10")}
PROJECTS = tuple(RELEASES) if EVERYTHING else ("pyasn1", "idna")
COMMITS = 2 if EVERYTHING else 1
OUTPUT = Path(__file__).resolve().parents[1] / "output"
FIGURES = ("score", "percent_lines", "percent_branches", "tests_passed", "tests_failed")

CONTAINER = f"{{docker: {{image: {IMAGE!r}, pull: never, engine: %s}}}}"
KINDS = {
    "nix": "nix", "docker": CONTAINER % "docker", "podman": CONTAINER % "podman", "venv": "{venv: {lock: 'off'}}",
    "venv in a sandbox": "{venv: {lock: 'off'}}", "host": "host",
}  # fmt: skip


@pytest.mark.network
@pytest.mark.parametrize("name", PROJECTS)
def test_figures_do_not_depend_on_the_environment(
    name: str,
    nix_store: NixStore,
    docker: Running,
    podman: Running,
    short_tmp: Path,
    environments: Path,
    tmp_path: Path,
) -> None:
    if not sandbox.works():
        lacking("bubblewrap", "bwrap is not installed or does not work")
    try:
        releases = sdists(name, RELEASES[name][-COMMITS:], CACHE / "sdists")
    except DownloadError as error:
        lacking("network", str(error))
    more: dict[str, dict[str, str]] = {
        "nix": dict(nix_store.variables),
        "docker": {"DOCKER_HOST": docker.host},
        "podman": {"DOCKER_HOST": podman.host},
    }
    found: dict[str, list[dict[str, Any]]] = {}
    for number, (kind, said) in enumerate(KINDS.items()):
        home = Home(short_tmp / f"h{number}", environments, "sandbox: on\n" if "sandbox" in kind else "")
        home.env |= INSTALLER_CACHES | more.get(kind, {})
        if kind == "nix":
            home.share_no_environments()
        try:
            found[kind] = measured(home, tmp_path / f"{name}-{number}", releases, said, nix_store.lock)
        finally:
            home.close()
    OUTPUT.mkdir(exist_ok=True)
    (OUTPUT / f"environments-{name}.json").write_text(json.dumps(found, indent=1))
    check(found)


def measured(
    home: Home, folder: Path, releases: list[Path], environment: str, lock: Callable[[Path], None]
) -> list[dict[str, Any]]:
    """The figures of each release in one environment, with what that was."""
    repository, shas = Repository(folder), []
    for release in releases:
        commit_release(repository, release)
        repository.write({".fullautoci.yml": f"environment: {environment}\n", "flake.nix": shell_flake()})
        lock(repository.path)
        shas.append(repository.commit(message="with its environment"))
        if len(shas) == 1:
            home.cli("init", cwd=folder)
    rows = []
    for sha in shas:
        jobs = {job["tool"]: job for job in home.finished(1, sha, 600)["jobs"]}
        assert {job["outcome"] for job in jobs.values()} <= {"passed", "failed"}, [
            (job["tool"], job["outcome"], job["reason"], job["hint"]) for job in jobs.values()
        ]
        metrics = {**jobs["pylint"]["metrics"], **jobs["coverage"]["metrics"]}
        rows.append(
            {
                "figures": {figure: metrics[figure] for figure in FIGURES if figure in metrics},
                "tools": {tool: job["tool_version"] for tool, job in jobs.items()},
                "environment": jobs["coverage"]["environment"],
            }
        )
    home.stop()
    shutil.rmtree(folder)
    return rows


def check(found: dict[str, list[dict[str, Any]]]) -> None:
    """Equal figures in all, complete ones, and an identity of each."""
    reference = found["venv"]
    for kind, rows in found.items():
        for row, other in zip(rows, reference, strict=True):
            assert row["environment"]["fingerprint"]
            assert row["environment"]["kind"] == {"podman": "docker"}.get(kind, kind.partition(" ")[0])
            assert set(row["figures"]) == set(FIGURES)
            assert row["tools"] == other["tools"], kind
            assert row["figures"] == other["figures"], kind
    assert len({rows[0]["environment"]["fingerprint"] for rows in found.values()}) >= 4
