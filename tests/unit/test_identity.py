"""What a result hangs on is in its identity, each thing for itself; what it does not hang on is not."""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from fullautoci import identity
from fullautoci.environments.base import PASSED_ON, Prepared
from fullautoci.model import Box, EnvironmentIdentity, Job, Limits, Sandbox, ToolPlan
from fullautoci.vcs.git.command import write_global_config
from tests.support.repository import Repository

SECRET = "correct-horse-battery-staple"
PLAN = ToolPlan(
    "x", command=("make",), env={"A": "1", "B": "2"}, secrets=("T", "S"), reports={"junit": "a.xml", "b": "c"}
)
JOB = Job(
    1, 1, 1, 1, "c" * 40, "t" * 40, PLAN, Path("/m"), Path("/g"), Path("/l"), {}, "tag", secrets={"S": SECRET, "T": "t"}
)  # fmt: skip
HOST = EnvironmentIdentity("host", "f1", "3.11", {"name": "n"})
PREPARED = Prepared("python", {"PATH": "/bin"}, HOST, {"pylint": "3.0"})
BROUGHT = (("a", "1"), ("b", "2"))


def digest(job: Job = JOB, environment: Prepared = PREPARED, **changed: Any) -> str:
    given: dict[str, Any] = {
        "files": ["", job.tree],
        "version": "7.1",
        "configuration": "k",
        "brought": BROUGHT,
        "sandbox": "none",
    }
    return identity.digest(job, environment=environment, **{**given, **changed})


def planned(**changed: Any) -> Job:
    return replace(JOB, plan=replace(PLAN, **changed))


def surrounded(variables: Mapping[str, str] | None = None, **changed: Any) -> Prepared:
    return replace(PREPARED, identity=replace(HOST, **changed), **({"variables": variables} if variables else {}))


COUNTS: dict[str, Callable[[], str]] = {
    "tree": lambda: digest(replace(JOB, tree="u" * 40)), "files": lambda: digest(files=["c", JOB.tree]),
    "tool": lambda: digest(planned(tool="y")), "command": lambda: digest(planned(command=("make", "all"))),
    "arguments": lambda: digest(planned(args=("--strict",))), "paths": lambda: digest(planned(paths=("src",))),
    "an argument for a word of the command": lambda: digest(planned(command=(), args=("make",))),
    "reports": lambda: digest(planned(reports={"junit": "b.xml", "b": "c"})),
    "setup": lambda: digest(planned(setup=(("true",),))),
    "project": lambda: digest(planned(project="sub")), "variant": lambda: digest(planned(variant="3.12")),
    "options of the environment": lambda: digest(planned(options={"python": "3.12"})),
    "timeout": lambda: digest(planned(timeout=1.0)),
    "configuration": lambda: digest(configuration="other"), "version": lambda: digest(version="7.2"),
    "no version": lambda: digest(version=""),
    "kind of environment": lambda: digest(environment=surrounded(kind="venv")),
    "fingerprint": lambda: digest(environment=surrounded(fingerprint="f2")),
    "network of a container": lambda: digest(environment=surrounded(detail={"network": "none"})),
    "limits of a container": lambda: digest(environment=surrounded(detail={"limits": "1G"})),
    "where the host's programs are": lambda: digest(environment=surrounded({"PATH": "/usr/bin"})),
    "a variable's value": lambda: digest(planned(env={"A": "1", "B": "3"})),
    "a variable's name": lambda: digest(planned(env={"A": "1", "C": "2"})),
    "one variable less": lambda: digest(planned(env={"A": "1"})),
    "a secret's value": lambda: digest(replace(JOB, secrets={"S": "other", "T": "t"})),
    "two secrets' values the other way round": lambda: digest(replace(JOB, secrets={"S": "t", "T": SECRET})),
    "a secret less": lambda: digest(planned(secrets=("S",))),
    "a secret without a value": lambda: digest(replace(JOB, secrets={"S": SECRET})),
    "a file that is brought": lambda: digest(brought=(("a", "1"), ("b", "3"))),
    "none is brought": lambda: digest(brought=()),
    "processes": lambda: digest(replace(JOB, limits=Limits(processes=7))),
    "memory": lambda: digest(replace(JOB, limits=Limits(memory=7))),
    "size of files": lambda: digest(replace(JOB, limits=Limits(file_size=7))),
    "a process namespace": lambda: digest(replace(JOB, limits=Limits(contained=False))),
    "sandbox": lambda: digest(sandbox="bubblewrap"),
    "network": lambda: digest(replace(JOB, sandbox=Sandbox(network=False))),
    "what is read outside": lambda: digest(replace(JOB, sandbox=Sandbox(reads=(Path("/opt"),)))),
    "what is written outside": lambda: digest(replace(JOB, sandbox=Sandbox(writes=(Path("/opt"),)))),
}  # fmt: skip


@pytest.mark.parametrize("what", COUNTS)
def test_what_may_change_a_result_changes_its_identity(what: str) -> None:
    assert COUNTS[what]() != digest()


def test_no_two_of_them_are_the_same() -> None:
    found = [one() for one in COUNTS.values()]
    assert len({*found, digest()}) == len(found) + 1


SAME: dict[str, Callable[[], str]] = {
    "ids": lambda: digest(replace(JOB, id=2, attempt=3, run_id=4, repository_id=5, tag="other", fresh=True)),
    "the commit": lambda: digest(replace(JOB, commit="d" * 40)),
    "our own folders": lambda: digest(
        replace(JOB, mirror=Path("/n"), git_config=Path("/h"), log=Path("/o"),
                folders={"a": Path("/b")}, worktree=Path("/w"))
    ),
    "the order of variables": lambda: digest(planned(env={"B": "2", "A": "1"})),
    "the order of secrets": lambda: digest(replace(planned(secrets=("S", "T")), secrets={"T": "t", "S": SECRET})),
    "the order of reports": lambda: digest(planned(reports={"b": "c", "junit": "a.xml"})),
    "the order of files that are brought": lambda: digest(brought=BROUGHT[::-1]),
    "secrets that are not asked for": lambda: digest(replace(JOB, secrets={**JOB.secrets, "U": "u"})),
    "how long results count": lambda: digest(planned(cache=False, expires=1.0)),
    "how the environment was asked for": lambda: digest(
        planned(environment="host", environment_of="d", configured_by="d")
    ),
    "what of a list is allowed": lambda: digest(replace(planned(bring=("a",)), allowed=("a",))),
    "the interpreter's name and the environment's": lambda: digest(
        environment=surrounded(interpreter="3.11.1", detail={"name": "m"})
    ),
    "other packages, which the fingerprint tells": lambda: digest(
        environment=replace(PREPARED, versions={}, python="p")
    ),
    "what is hidden": lambda: digest(replace(JOB, sandbox=Sandbox(mode="on", hidden=(Path("/a"),)))),
    "the box, which is told in words": lambda: digest(replace(JOB, limits=Limits(box=Box(strict=True)))),
}  # fmt: skip


@pytest.mark.parametrize("what", SAME)
def test_what_changes_no_result_changes_no_identity(what: str) -> None:
    assert SAME[what]() == digest()


def test_every_field_of_a_plan_is_thought_of() -> None:
    """A field that is new belongs into one of the tables above."""
    assert {field.name for field in fields(ToolPlan)} == {
        "tool", "paths", "args", "timeout", "command", "reports", "environment", "options", "variant", "env", "setup",
        "secrets", "bring", "project", "said", "reads", "reads_paths", "cache", "expires", "configured_by",
        "environment_of",
    }  # fmt: skip


@pytest.mark.parametrize("name", PASSED_ON)
def test_what_jobs_are_given_of_the_daemons_variables_counts(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name, raising=False)
    before = digest()
    monkeypatch.setenv(name, "another value")
    assert digest() != before
    monkeypatch.setenv("NOT_PASSED_ON", "x")
    monkeypatch.setenv(name, "another value")
    monkeypatch.setenv("HOME", "/another")
    after = digest()
    monkeypatch.delenv("NOT_PASSED_ON")
    assert digest() == after


def test_programs_of_other_environments_are_told_by_their_fingerprint() -> None:
    one, other = (surrounded({"PATH": path}, kind="venv") for path in ("/a/job/1/bin", "/a/job/2/bin"))
    assert digest(environment=one) == digest(environment=other)


def test_a_secret_is_not_to_be_read_in_it() -> None:
    assert SECRET not in digest()
    assert SECRET not in repr(JOB)


def test_any_text_has_an_identity() -> None:
    odd = planned(args=("\udcff", "\0", "\ud800", "é" * 10_000), env={"\udc80": "\udcff"})
    assert len({digest(odd), digest(planned(args=("\ufffd",))), digest()}) == 3


@pytest.fixture
def monorepo(tmp_path: Path) -> Repository:
    write_global_config(tmp_path / "gitconfig")
    made = Repository(tmp_path / "r")
    made.commit(
        {"a/x.py": "1", "b/y.py": "1", "lib/z.py": "1", "[a]/w.py": "1", ":a/v.py": "1", "top.txt": "1"}, "first"
    )
    return made


def read(repository: Repository, **plan: Any) -> object:
    sha = repository.head()
    tree = repository.git("rev-parse", "HEAD^{tree}")
    job = replace(
        JOB, commit=sha, tree=tree, plan=replace(PLAN, **plan), mirror=repository.path / ".git",
        git_config=repository.path.parent / "gitconfig",
    )  # fmt: skip
    return identity.read_by(job)


READ = [
    # what the plan says, a file that is changed, whether it counts
    ({}, "top.txt", True), ({}, "a/x.py", True), ({"project": "a"}, "top.txt", True),
    ({"project": "a", "reads_paths": ("a",)}, "a/x.py", True), ({"project": "a",
    "reads_paths": ("a",)}, "b/y.py", False),
    ({"project": "a", "reads_paths": ("lib",)}, "a/x.py", True), ({"project": "a",
    "reads_paths": ("lib",)}, "lib/z.py", True),
    ({"project": "a", "reads_paths": ("lib/",)}, "lib/new.py", True), ({"project": "a",
    "reads_paths": ("lib",)}, "library.py", False),
    ({"project": "a", "reads_paths": ("lib",)}, "top.txt", False), ({"project": "a",
    "reads_paths": (".",)}, "top.txt", True),
    ({"project": ":a", "reads_paths": (":a",)}, ":a/v.py", True),
    ({"project": "[a]", "reads_paths": ("[a]",)}, "[a]/w.py", True), ({"project": "[a]",
    "reads_paths": ("[a]",)}, "a/x.py", False),
    ({"project": ".", "reads_paths": ("lib",)}, "a/x.py", False), ({"project": ".",
    "reads_paths": ("lib",)}, "lib/z.py", True),
    ({"project": "a", "reads_paths": ("none",)}, "none/new.py", True),
]  # fmt: skip


@pytest.mark.parametrize(("plan", "path", "counts"), READ)
def test_of_the_files_those_count_that_are_read(
    monorepo: Repository, plan: dict[str, Any], path: str, counts: bool
) -> None:
    before = read(monorepo, **plan)
    monorepo.commit(message="nothing")
    assert read(monorepo, **plan) == before
    monorepo.commit({path: "2"}, "changed")
    assert (read(monorepo, **plan) != before) == counts


def test_a_mode_counts_and_a_commit_where_it_is_read(monorepo: Repository) -> None:
    plan: dict[str, Any] = {"project": "a", "reads_paths": ("a",)}
    before, of_commit = read(monorepo, **plan), read(monorepo, reads="commit", **plan)
    monorepo.git("update-index", "--chmod=+x", "a/x.py")
    monorepo.git("commit", "--quiet", "--message", "mode")
    assert read(monorepo, **plan) != before
    same = read(monorepo, **plan)
    monorepo.git("commit", "--quiet", "--amend", "--message", "other words")
    assert read(monorepo, **plan) == same
    assert read(monorepo, reads="commit", **plan) != of_commit
