"""What an environment costs each job once it is there: beside the bare tool, and beside `nix develop -c`.

A job's own share is what `prepare` takes, and what running a program takes beyond the program: here that is `true`, so
that nothing else is measured.
"""

import contextlib
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from bench.harness import Figure, Report, Unavailable, differences, interleave, repository
from fullautoci import boxes, process
from fullautoci.environments import KINDS
from fullautoci.environments.base import Prepared, Request, base_variables
from fullautoci.environments.containers import ContainerEnvironment
from fullautoci.layout import python_layout
from fullautoci.logfile import LogFile
from fullautoci.masking import Masker
from fullautoci.model import Job, Limits, Sandbox, State, ToolPlan
from fullautoci.places import Places
from fullautoci.runner import JobRunner
from fullautoci.tools.base import SHIMS
from fullautoci.vcs.git.command import write_global_config
from tests.support.engines import IMAGE, made_images, running
from tests.support.nix import NixStore, python_packages, shell_flake

ROUNDS = 1000
# Containers and `nix develop` are measured every so many rounds: their figures are far apart from the rest.
SELDOM = 20
GOAL_MS, GOAL_RATIO = 5.0, 1 / 8
BARE, NIX, VENV, HOST = "bare", "nix", "venv", "host"
AUTO, STRICT = "venv in bubblewrap (sandbox: auto)", "venv in bubblewrap (sandbox: on)"
DEVELOP, WARM, COLD = "nix develop -c", "docker, warm", "docker, cold"


class Nobody:
    """A job's line to a daemon that there is not."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe()

    def fileno(self) -> int:
        """Nothing is ever to be read."""
        return self._read

    def requested(self) -> bool:
        """Nobody asks."""
        return False

    def report(self, state: State, activity: str) -> None:
        """Nobody listens."""


class Work:
    """A commit with a flake, and every environment prepared once."""

    def __init__(self, folder: Path, stack: contextlib.ExitStack) -> None:
        self.folder = self._folder = folder
        self._stack = stack
        if shutil.which("nix") is None or shutil.which("bwrap") is None:
            raise Unavailable("nix and bubblewrap are needed")
        self._store = NixStore(folder / "nix", python_packages(folder / "python"))
        stack.callback(self._store.close)
        os.environ.update(self._store.variables)
        made = repository(folder / "r")
        made.write({"calc.py": "VALUE = 1\n", "flake.nix": shell_flake()})
        self._store.lock(made.path)
        self._sha = made.commit()
        self._tree = made.git("rev-parse", "HEAD^{tree}")
        names = made.git("ls-tree", "-r", "HEAD").splitlines()
        self._blobs = {line.partition("\t")[2]: line.split()[2] for line in names}
        self._repository = made
        self._checkout = folder / "checkout"
        made.git("clone", "--quiet", "--no-local", str(made.path), str(self._checkout))
        write_global_config(folder / "gitconfig")
        self._control = Nobody()
        self._log = stack.enter_context(LogFile(folder / "log", masker=Masker(())))
        self._count = 0
        self._bare = self._stack.enter_context(self._prepared(NIX))[0].variables

    def job(self, kind: str, sandbox: Sandbox) -> Job:
        """The value that a worker would be given."""
        folders = {name: self._folder / name for name in ("environments", "overlays")}
        return Job(
            id=1, attempt=1, run_id=1, repository_id=1, commit=self._sha, tree=self._tree,
            mirror=self._repository.path / ".git",
            plan=ToolPlan("true", command=("true",), environment=kind, options=self._options(kind)),
            git_config=self._folder / "gitconfig", log=self._folder / "log", folders=folders, tag="bench:1",
            sandbox=sandbox,
        )  # fmt: skip

    def _options(self, kind: str) -> Mapping[str, object]:
        return {"image": IMAGE, "pull": "never"} if kind == "docker" else {}

    @contextlib.contextmanager
    def _prepared(self, kind: str) -> Iterator[tuple[Prepared, Path]]:
        self._count += 1
        places = Places.made(self._folder / f"job-{self._count}")
        own = places.own
        job = self.job(kind, Sandbox())
        for folder in job.folders.values():
            folder.mkdir(exist_ok=True)
        with contextlib.ExitStack() as held:
            request = Request(
                self._checkout, job.commit, job.tree, job.mirror, job.git_config, own, self._blobs,
                python_layout(self._blobs), (), (), False, job.folders, held, job.plan.options, (SHIMS,),
                private=places.private,
            )  # fmt: skip
            yield KINDS[kind].prepare(request, JobRunner(self._control, self._log, Limits(contained=False))), own
        shutil.rmtree(own.parent, ignore_errors=True)

    def of(self, name: str, kind: str, sandbox: Sandbox) -> Callable[[], Mapping[str, float]]:
        """Measures one job of an environment: prepare, and run `true`."""
        job = self.job(kind, sandbox)

        def measure() -> Mapping[str, float]:
            began = time.perf_counter()
            with self._prepared(kind) as (environment, own):
                box = boxes.around_job(job, self._checkout, own, environment)
                limits = Limits(contained=sandbox.mode != "off", box=box)
                env = {**base_variables(own / "home", own), **environment.variables}
                program = "true" if environment.elsewhere else shutil.which("true", path=env["PATH"]) or "true"
                ended = environment.stream(
                    [*environment.prefix, program], cwd=self._checkout, env=env, sink=self._log, timeout=60,
                    interrupt=self._control, limits=limits,
                )  # fmt: skip
                took = time.perf_counter() - began
                if ended.returncode or not environment.checked():
                    raise Unavailable(f"{name}: true ended with {ended.returncode}")
            return {name: 1000 * took}

        return measure

    def bare(self) -> Mapping[str, float]:
        """`true` alone, in the shell's own variables."""
        program = shutil.which("true", path=self._bare["PATH"]) or "true"
        began = time.perf_counter()
        subprocess.run([program], env=dict(self._bare), check=True)
        return {BARE: 1000 * (time.perf_counter() - began)}

    def develop(self) -> Mapping[str, float]:
        """`true` by `nix develop -c`, in the same shell."""
        began = time.perf_counter()
        done = process.run(["nix", "develop", "--no-write-lock-file", "-c", "true"], cwd=self._repository.path)
        if done.returncode:
            raise Unavailable(done.stderr.decode(errors="replace"))
        return {DEVELOP: 1000 * (time.perf_counter() - began)}


def measure(rounds: int) -> Report:
    """Measure all in turn; what takes long, more seldom."""
    with tempfile.TemporaryDirectory(prefix="fac-") as name, contextlib.ExitStack() as stack:
        work = Work(Path(name), stack)
        off, auto = Sandbox("off"), Sandbox("auto", hidden=(Path(name) / "state",))
        often = [
            work.bare,
            work.of(NIX, NIX, off),
            work.of(VENV, VENV, off),
            work.of(HOST, HOST, off),
            work.of(AUTO, VENV, auto),
            work.of(STRICT, VENV, replace(auto, mode="on")),
        ]
        for sample in often:
            sample()
        series = interleave(often, rounds)
        seldom = [work.bare, work.develop, *containers(work, stack)]
        for sample in seldom:
            sample()
        rare = interleave(seldom, max(2, rounds // SELDOM))
    bare, rare_bare = series[BARE], rare.pop(BARE)
    over = {
        name: differences(values, bare) for name, values in series.items() if name in {NIX, VENV, HOST, AUTO, STRICT}
    }
    over |= {name: differences(values, rare_bare) for name, values in rare.items() if name in {DEVELOP, WARM, COLD}}
    middle = {name: statistics.median(values) for name, values in over.items()}
    figures = [
        Figure(f"{name}, over bare", value, "ms", GOAL_MS if name == NIX else None) for name, value in middle.items()
    ]
    figures.append(Figure("nix over nix develop -c", middle[NIX] / middle[DEVELOP], "", GOAL_RATIO))
    notes = ["each is prepare and a run of `true`, less `true` alone; what is prepared was prepared before"]
    if WARM not in middle:
        notes.append("no container engine: Docker was not measured")
    return Report("environments", rounds, "ms", {**series, **rare}, figures, notes)


def containers(work: Work, stack: contextlib.ExitStack) -> list[Callable[[], Mapping[str, float]]]:
    """Docker with a container that waits, and with one made for the job; nothing, where there is no engine."""
    try:
        engine = stack.enter_context(running("docker", *made_images(work.folder / "images")))
    except pytest.skip.Exception:
        return []
    os.environ["DOCKER_HOST"] = engine.host
    environment = KINDS["docker"]
    assert isinstance(environment, ContainerEnvironment)
    stack.callback(environment.discard)
    warm, cold = work.of(WARM, "docker", Sandbox("off")), work.of(COLD, "docker", Sandbox("off"))

    def with_none_waiting() -> Mapping[str, float]:
        environment.discard()
        return cold()

    def with_one_waiting() -> Mapping[str, float]:
        environment.settled()  # a job's tool takes longer than the next container
        return warm()

    return [with_none_waiting, with_one_waiting]
