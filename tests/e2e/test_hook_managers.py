"""Hook managers, really installed, before our hooks and after them: both sides' hooks run, every commit has its run,
`git status` stays clean, and `deinit` leaves what there would be, had we never been there."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.test_ways_in import QUICK
from tests.support.home import Home
from tests.support.managers import MANAGERS, Manager
from tests.support.patience import until
from tests.support.repository import Repository

TIMES = ("before", "after", "after, and repaired", "before and again after")


@pytest.fixture(scope="module")
def watching(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """One daemon for all, with a user's home of its own."""
    with tempfile.TemporaryDirectory(prefix="fac-", ignore_cleanup_errors=True) as folder:
        home = Home(Path(folder) / "h")
        home.env |= {"HOME": str(tmp_path_factory.mktemp("home")), "GIT_CONFIG_NOSYSTEM": "1"}
        yield home
        home.close()


def project(path: Path, manager: Manager, home: Home) -> Repository:
    """A clone of a project that uses a manager, which is not installed yet."""
    made = Repository(path, env={"HOME": home.env["HOME"], "RAN": str(path.with_name(f"{path.name}-ran"))})
    made.commit({".fullautoci.yml": QUICK, **manager.files}, "first")
    for name in manager.files:
        if name.startswith(".githooks/"):
            made.git("update-index", "--chmod=+x", name)
            (path / name).chmod(0o755)
    made.git("commit", "--quiet", "--allow-empty", "--message", "second")
    return made


def picture(repository: Repository) -> dict[str, object]:
    """All that our hooks might have touched: hooks, configuration, exclusions, and the working copy."""
    git = repository.path / ".git"
    places = [git / "hooks", git / "info", git / "fullautoci"]
    files = [git / "config", git / "fullautoci-hooks", *(path for place in places for path in place.rglob("*"))]
    files += [path for path in repository.path.rglob("*") if git not in path.parents and path != git]
    own = str(repository.path).encode()
    return {
        str(path.relative_to(repository.path)): (path.read_bytes().replace(own, b"HERE"), path.stat().st_mode)
        for path in files
        if path.is_file() and "checksum" not in path.name
    } | {str(path.relative_to(repository.path)): "folder" for path in places if path.is_dir()}


def ran(repository: Repository) -> int:
    """How often the manager's hook has run."""
    path = Path(repository.env["RAN"])
    return len(path.read_text().splitlines()) if path.exists() else 0


def commit_is_seen(home: Home, repository: Repository, by_hook: bool) -> None:
    """Commit; the manager's hook runs once, and there is a run of ours."""
    number = next(one["id"] for one in home.api().repositories() if one["path"] == str(repository.path / ".git"))
    before = ran(repository)
    sha = repository.commit({"file": str(before)})
    assert ran(repository) == before + 1
    run = home.finished(number, sha, 30)
    assert run["outcome"] == "passed"
    if by_hook:  # a slow manager runs ours when the scan has found the commit already
        until(lambda: "post-commit" in home.told(sha), 60, "the hook's event")
    until(lambda: home.api().status()["spool_waiting"] == 0)
    assert repository.git("status", "--porcelain") == ""


@pytest.mark.parametrize("time", TIMES)
@pytest.mark.parametrize("manager", MANAGERS, ids=lambda manager: manager.name)
def test_beside_a_hook_manager(manager: Manager, time: str, watching: Home, tmp_path: Path) -> None:
    control, repository = (project(tmp_path / name, manager, watching) for name in ("control", "watched"))
    manager.install(control)
    if time.startswith("before"):
        manager.install(repository)
    before = picture(repository)
    watching.cli("init", "--wait", cwd=repository.path)
    if "after" in time:
        manager.install(repository)
    if "repaired" in time:
        watching.run("hooks", "status", "--repair", cwd=repository.path)
    alive = manager.ours_may_stand and (time in ("before", "after, and repaired") or manager.holds)
    states = {hook["name"]: hook["state"] for hook in watching.json("hooks", "status", cwd=repository.path)["hooks"]}
    if alive:
        assert states["post-commit"] in ("installed", "wrapped")
    commit_is_seen(watching, repository, alive)
    commit_is_seen(watching, repository, alive)
    said = watching.run("status", cwd=repository.path)
    assert ("the hook post-commit" in said.stdout + said.stderr) == (
        states["post-commit"] not in ("installed", "wrapped")
    )
    watching.cli("deinit", cwd=repository.path)
    for made in (control, repository):
        (made.path / "file").unlink(missing_ok=True)
    if time == "before":
        assert picture(repository) == before
    assert picture(repository) == picture(control)
