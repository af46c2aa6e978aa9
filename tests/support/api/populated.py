"""A home with a repository, its results, and people: what there is to be asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.home import Home
from tests.support.patience import until
from tests.support.repository import SAMPLE, Repository

# A bound that no test reaches by itself: what is limited is tested elsewhere.
UNLIMITED = "dashboard: {limits: {requests: 1000000, failures: 100000}}\nscan_interval: 1h\nworkers: 2\n"
FILE = "version: 1\nenvironment: host\ntools: {pylint: {ratchet: [{metric: score, target: 9.5}]}}\n"


@dataclass(frozen=True)
class Populated:
    """The home, and what is in it.

    Attributes:
        url: where the API is over TCP.
        repository: the id of the one that was given; `other` is that of another, which nobody was assigned.
        run, job: of the first.
        other_run, other_job: of the other.
    """

    home: Home
    url: str
    repository: int
    other: int
    commit: str
    run: int
    job: int
    other_run: int
    other_job: int

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Ask the API as the owner."""
        return self.home.api()._call("POST", path, dict(body))

    def key(self, user: int | None = None, **more: Any) -> dict[str, Any]:
        """A new key, of the owner or a user."""
        return dict(self.post("/keys", {**({"user": user} if user else {}), **more}))


def populate(folder: Path, config: str = UNLIMITED) -> Populated:
    """Make a home with two repositories, each with a run, and start its daemon."""
    home = Home(folder / "h", config=config)
    home.env["HOME"] = str(folder)
    found = [_watched(home, folder / name) for name in ("one", "two")]
    (one, sha, first), (two, _, second) = found
    return Populated(
        home, home.api().status()["url"], one, two, sha, first["id"], first["jobs"][0]["id"], second["id"],
        second["jobs"][0]["id"],
    )  # fmt: skip


def _watched(home: Home, folder: Path) -> tuple[int, str, dict[str, Any]]:
    made = Repository(folder)
    sha = made.commit({**SAMPLE, ".fullautoci.yml": FILE}, "first")
    home.cli("init", cwd=folder)
    number = home.api().repositories()[-1]["id"]
    run = home.finished(number, sha)
    until(lambda: home.api().status()["running"] == [], 60, "quiet")
    return number, sha, run
