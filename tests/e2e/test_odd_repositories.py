"""Repositories of other kinds: bare, submodules, shallow, partial, LFS, sha-256; and refs that move many at once."""

import hashlib
import subprocess
from pathlib import Path

import pytest

from tests.support.home import Home
from tests.support.patience import until
from tests.support.places import ALLOWED, clone
from tests.support.repository import HOST, SAMPLE, Repository

QUICK = HOST + "tools: {pylint: {enabled: false}, coverage: {enabled: false}, ok: {command: ['true']}}\n"
READS = QUICK.replace("['true']", "[sh, -c, 'cat data.bin; test $(wc -c <data.bin) -eq 5000']")


def watch(home: Home, repository: Repository) -> int:
    """Register a repository; its number."""
    home.cli("init", cwd=repository.path)
    folder = Path(repository.git("rev-parse", "--path-format=absolute", "--git-common-dir")).resolve()
    return int(next(one["id"] for one in home.api().repositories() if one["path"] == str(folder)))


@pytest.mark.parametrize("hooks", [True, False])
def test_a_push_of_many_refs_with_deletion_and_force(home: Home, tmp_path: Path, hooks: bool) -> None:
    bare = Repository(tmp_path / "bare.git", bare=True)
    work = Repository(tmp_path / "work")
    work.commit({**SAMPLE, ".fullautoci.yml": QUICK}, "first")
    work.git("branch", "doomed")
    work.git("remote", "add", "origin", str(bare.path))
    work.git("push", "--quiet", "origin", "main", "doomed")
    number = watch(home, bare)
    if not hooks:
        bare.git("config", "core.hooksPath", "/dev/null")
    base = work.head()
    tips = []
    for name in ("one", "two", "deep/er"):
        work.git("switch", "--quiet", "--create", name, base)
        tips += [work.commit({f"{len(tips)}.txt": name}, name) for _ in range(2)]
    work.git("switch", "--quiet", "main")
    work.git("commit", "--quiet", "--amend", "--message", "forced")
    forced = work.head()
    work.git("tag", "v1", tips[0])
    work.git("push", "--quiet", "--force", "--tags", "origin", "one", "two", "deep/er", "main", ":doomed")
    runs = {sha: home.finished(number, sha, 60) for sha in (*tips, forced)}
    assert {run["outcome"] for run in runs.values()} == {"passed"}
    assert [runs[sha]["branch"] for sha in tips] == ["one", "one", "two", "two", "deep/er", "deep/er"]
    for sha in (*tips[1::2], forced):
        home.triggered(number, sha, "post-receive" if hooks else "scan")
    assert {runs[sha]["trigger"] for sha in tips[::2]} == {"scan"}


@pytest.mark.parametrize("hooks", [True, False])
def test_a_submodule_is_a_repository_of_its_own(
    home: Home, repository: Repository, tmp_path: Path, hooks: bool
) -> None:
    upstream = Repository(tmp_path / "upstream")
    upstream.commit({**SAMPLE, ".fullautoci.yml": QUICK}, "of the submodule")
    repository.git(*ALLOWED, "submodule", "--quiet", "add", str(upstream.path), "lib/part")
    repository.commit({".fullautoci.yml": QUICK}, "with a submodule")
    part = Repository(
        repository.path / "lib/part", env={} if hooks else {"GIT_CONFIG_PARAMETERS": "'core.hookspath'='/dev/null'"}
    )
    number = watch(home, part)
    sha = part.commit({"x": "1"}, "in the submodule")
    run = home.finished(number, sha, 60)
    assert run["outcome"] == "passed"
    home.triggered(number, sha, "post-commit" if hooks else "scan")
    assert home.finished(watch(home, repository), repository.head(), 60)["outcome"] == "passed"


def test_a_shallow_clone_is_tested_as_it_is_and_after_it_was_deepened(home: Home, tmp_path: Path) -> None:
    upstream = Repository(tmp_path / "upstream")
    for n in range(5):
        upstream.commit({**SAMPLE, ".fullautoci.yml": QUICK, "n": str(n)}, f"n{n}")
    shallow = clone(upstream.path, tmp_path / "shallow", "--depth=1")
    number = watch(home, shallow)
    first = shallow.commit({"n": "mine"})
    assert home.finished(number, first, 60)["outcome"] == "passed"
    shallow.git(*ALLOWED, "fetch", "--quiet", "--unshallow")
    second = shallow.commit({"n": "mine too"})
    assert home.finished(number, second, 60)["outcome"] == "passed"
    assert len(home.api().runs(repository=number)) == 3


def test_a_partial_clone_is_tested_with_the_files_it_has(home: Home, tmp_path: Path) -> None:
    upstream = Repository(tmp_path / "upstream")
    upstream.commit({**SAMPLE, ".fullautoci.yml": READS, "data.bin": b"a" * 5000}, "first")
    upstream.commit({"data.bin": b"b" * 5000}, "second")
    upstream.git("config", "uploadpack.allowFilter", "true")
    partial = clone(upstream.path, tmp_path / "partial", "--filter=blob:none", "--branch=main")
    assert "?" in partial.git("rev-list", "--objects", "--all", "--missing=print")
    number = watch(home, partial)
    assert home.finished(number, partial.head(), 60)["outcome"] == "passed"
    sha = partial.commit({"data.bin": b"c" * 5000}, "here")
    assert home.finished(number, sha, 60)["outcome"] == "passed"
    far = upstream.commit({"data.bin": b"d" * 5000}, "not fetched yet")
    partial.git(*ALLOWED, "fetch", "--quiet", "origin")
    (tmp_path / "upstream").rename(tmp_path / "gone")
    partial.git("update-ref", "refs/heads/far", far)
    run = home.finished(number, far, 60)
    assert run["outcome"] == "errored"
    assert "partial clone and lacks 1 of the files" in run["reason"]
    assert f"git checkout {far[:10]}" in run["hint"]


def test_lfs_pointers_are_filled_or_said(home: Home, repository: Repository) -> None:
    content = b"l" * 5000
    digest = hashlib.sha256(content).hexdigest()
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize 5000\n"
    number = watch(home, repository)
    files = {".fullautoci.yml": READS, ".gitattributes": "*.bin filter=lfs -text\n", "data.bin": pointer}
    repository.git("config", "filter.lfs.clean", "cat")
    first = repository.commit(files, "pointer only")
    run = home.finished(number, first, 60)
    assert run["outcome"] == "errored"
    assert "data.bin is kept by Git LFS" in run["jobs"][0]["reason"]
    assert "git lfs pull" in run["jobs"][0]["hint"]
    stored = repository.path / ".git/lfs/objects" / digest[:2] / digest[2:4] / digest
    stored.parent.mkdir(parents=True)
    stored.write_bytes(b"damaged")
    second = repository.commit(message="damaged")
    assert "is damaged" in home.finished(number, second, 60)["jobs"][0]["reason"]
    stored.write_bytes(content)
    third = repository.commit(message="filled")
    assert home.finished(number, third, 60)["outcome"] == "passed"
    plain = repository.commit({"data.bin": b"p" * 5000, ".gitattributes": ""}, "no pointer any more")
    assert home.finished(number, plain, 60)["outcome"] == "passed"


@pytest.mark.parametrize("hooks", [True, False])
def test_a_sha_256_repository(home: Home, tmp_path: Path, hooks: bool) -> None:
    path = tmp_path / "long"
    subprocess.run(["git", "init", "--quiet", "--object-format=sha256", "-b", "main", str(path)], check=True)
    repository = Repository(path)
    repository.commit({**SAMPLE, ".fullautoci.yml": QUICK}, "first")
    number = watch(home, repository)
    if not hooks:
        repository.git("config", "core.hooksPath", "/dev/null")
    sha = repository.commit({"a": "1"}, "second")
    assert len(sha) == 64
    run = home.finished(number, sha, 60)
    assert run["outcome"] == "passed"
    home.triggered(number, sha, "post-commit" if hooks else "scan")


def test_nothing_old_runs_after_a_repository_with_a_long_history_was_registered(home: Home, tmp_path: Path) -> None:
    repository = Repository(tmp_path / "long")
    who = "Ada <ada@example.org> 1700000000 +0000"
    stream = "".join(
        f"commit refs/heads/main\ncommitter {who}\ndata 3\n{n % 10}x\n\nM 100644 inline f\ndata 5\n{n:04}\n\n"
        for n in range(5000)
    )
    config = f"M 100644 inline .fullautoci.yml\ndata {len(QUICK)}\n{QUICK}\n"
    config = f"commit refs/heads/main\ncommitter {who}\ndata 2\nc\n\n{config}"
    repository.git("fast-import", "--quiet", stdin=(stream + config).encode())
    repository.git("reset", "--quiet", "--hard", "main")
    repository.git("branch", "older", "main~100")
    number = watch(home, repository)
    assert home.finished(number, repository.head(), 60)["outcome"] == "passed"
    sha = repository.commit({"new": "1"})
    assert home.finished(number, sha, 60)["outcome"] == "passed"
    repository.git("branch", "even-older", "main~2000")
    repository.git("switch", "--quiet", "older")
    last = repository.commit({"new": "2", ".fullautoci.yml": QUICK})
    assert home.finished(number, last, 60)["outcome"] == "passed"
    until(lambda: not home.api().status()["jobs_queued"])
    assert len(home.api().runs(repository=number)) == 3
