"""Real projects as git repositories: one commit for each released source distribution."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.support.repository import Repository

# Five successive releases each, oldest first. All are pure Python and bring their tests; the last uses unittest alone.
RELEASES: Mapping[str, tuple[str, ...]] = {
    "itsdangerous": ("2.0.1", "2.1.0", "2.1.1", "2.1.2", "2.2.0"),
    "click": ("8.1.4", "8.1.5", "8.1.6", "8.1.7", "8.1.8"),
    "packaging": ("25.0", "26.0", "26.1", "26.2", "26.3"),
    "pyasn1": ("0.6.1", "0.6.2", "0.6.3", "0.6.4", "0.6.5"),
}
# Git ignores it, and it outlives a run: source distributions and installers' own caches.
CACHE = Path(__file__).resolve().parents[2] / ".cache"
INSTALLER_CACHES: Mapping[str, str] = {"PIP_CACHE_DIR": str(CACHE / "pip"), "UV_CACHE_DIR": str(CACHE / "uv")}
DOWNLOAD_TIMEOUT_S = 300.0
DOWNLOADS_AT_ONCE = 3


class DownloadError(Exception):
    """A source distribution could not be had."""


def sdists(name: str, versions: Sequence[str], folder: Path) -> list[Path]:
    """The source distributions of some releases, those that the folder lacks downloaded into it.

    Raises:
        DownloadError: one is neither there nor to be had.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(DOWNLOADS_AT_ONCE) as threads:
        return list(threads.map(lambda version: _sdist(name, version, folder), versions))


def _sdist(name: str, version: str, folder: Path) -> Path:
    target = folder / f"{name}-{version}.tar.gz"
    if target.is_file():
        return target
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        # For this package only: with `:all:` pip would build the build backend from its sources too.
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"]
        command += ["--no-deps", "--no-binary", name, "--dest", scratch, f"{name}=={version}"]
        try:
            done = subprocess.run(
                command, env={**os.environ, **INSTALLER_CACHES}, capture_output=True, text=True, errors="replace",
                check=False, timeout=DOWNLOAD_TIMEOUT_S, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise DownloadError(f"{name} {version} did not come within {DOWNLOAD_TIMEOUT_S:g} s") from error
        found = list(Path(scratch).glob("*.tar.gz"))
        if done.returncode or len(found) != 1:
            said = done.stderr.strip().splitlines()[-1:] or ["nothing was said"]
            raise DownloadError(f"{name} {version} could not be downloaded: {said[0]}")
        found[0].replace(target)
    return target


def replace_tree(repository: Repository, sdist: Path) -> None:
    """Make the working copy what a source distribution holds, and nothing else."""
    for path in repository.path.iterdir():
        if path.name == ".git":
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    with tempfile.TemporaryDirectory(dir=repository.path.parent) as scratch:
        with tarfile.open(sdist) as archive:
            # What tarfile's own filter is for; Python 3.11.3 and older have none.
            archive.extraction_filter = lambda member, _: member
            plain = [one for one in archive.getmembers() if (one.isfile() or one.isdir()) and ".." not in one.name]
            archive.extractall(scratch, [one for one in plain if not one.name.startswith("/")])
        (root,) = Path(scratch).iterdir()
        for path in root.iterdir():
            path.rename(repository.path / path.name)


def commit_release(repository: Repository, sdist: Path) -> str:
    """Commit a release in place of the one before; the commit's id."""
    replace_tree(repository, sdist)
    return repository.commit(message=re.sub(r"\.tar\.gz$", "", sdist.name))


def build(name: str, path: Path, cache: Path, versions: Sequence[str] = ()) -> Repository:
    """A repository with one commit for each release of a project; all that are pinned unless some are named.

    Raises:
        DownloadError: a release could not be had.
    """
    repository = Repository(path)
    for sdist in sdists(name, versions or RELEASES[name], cache):
        commit_release(repository, sdist)
    return repository
