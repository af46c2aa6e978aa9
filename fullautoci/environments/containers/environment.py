"""The environment of kind `docker`."""

import atexit
import hashlib
import os
from pathlib import Path

from fullautoci.config.environment import DockerSection
from fullautoci.environments import overlay, pins, pyproject
from fullautoci.environments.base import Prepared, Request, Runner
from fullautoci.environments.containers import engine as engines
from fullautoci.environments.containers import images, leftovers, limits, ownership
from fullautoci.environments.containers.container import Container
from fullautoci.environments.containers.described import asked
from fullautoci.environments.containers.engine import Engine
from fullautoci.environments.containers.images import Image
from fullautoci.environments.containers.spec import Shown, Spec, user
from fullautoci.environments.containers.stream import ContainerStream
from fullautoci.environments.containers.warm import Warm
from fullautoci.errors import PreparationError
from fullautoci.model import EnvironmentIdentity
from fullautoci.text import one_line

PLACE = "/tmp"  # noqa: S108 - the container's own


class ContainerEnvironment:
    """A container of Docker or Podman, of an image that is named or built from the repository's Dockerfile."""

    kind = "docker"

    def __init__(self) -> None:
        self._warm = Warm()
        self._swept: set[tuple[str, str]] = set()

    def trouble(self) -> tuple[str, str]:
        """Why there is no engine to use, and what would help; told within a second."""
        try:
            engines.quickly()
        except PreparationError as error:
            return error.message, error.hint
        return "", ""

    def settled(self) -> bool:
        """Wait until the next container is ready; whether there is one."""
        return self._warm.settled()

    def discard(self) -> None:
        """Remove the container that waits for the next job."""
        self._warm.discard()

    def forget(self, folder: Path) -> None:
        """Remove the image that was built for this folder; what cannot be removed is the engine's to prune.

        Raises:
            PreparationError: the engine cannot be asked.
        """
        images.forget(folder, engines.client_at)

    def prepare(self, request: Request, runner: Runner) -> Prepared:
        """A container of this job's own, started.

        Raises:
            PreparationError: there is none, and why.
        """
        options = DockerSection.model_validate(dict(request.options))
        engine = engines.find(options.engine)
        home = hashlib.sha256(str(request.folders["environments"]).encode()).hexdigest()[:16]
        who = user(engine)
        self._sweep(engine, home)
        base = Spec(
            engine, "", (), request.network and options.network == "on", options.memory, options.processes,
            options.cpus, options.temporary, who, home,
        )  # fmt: skip
        image = images.ready(engine, options, request.asking, home, lambda found: asked(base.of(found)), runner)
        _check(request, image, options)
        container = self._container(base.of(image.id, _shown(request)), request)

        def hand_over() -> None:
            """What is in the way of the container's user: files of root's, those that were brought among them."""
            if os.geteuid() == 0:
                ownership.hand_checkout_over(request.whole, request.git_config, *who)
                ownership.hand_over(container.exchange, *who)

        return Prepared(
            image.described.python or "python3",
            _variables(request, container, image),
            _identity(engine, image, container),
            image.described.versions or {},
            stream=ContainerStream(container, hand_over),
            elsewhere=True,
            reports=container.exchange / "reports",
            over=container.kill,
        )

    def _container(self, spec: Spec, request: Request) -> Container:
        container = self._warm.taken(spec)
        if container is None:
            container = Container.made(spec)
        # Whatever still runs in it must be over before the next checkout; the rest can be done at leisure.
        request.held.callback(self._warm.follow, container)
        request.held.callback(container.kill)
        return container

    def _sweep(self, engine: Engine, home: str) -> None:
        """Remove what workers of an earlier daemon left; once, since later it is done after each job."""
        if not self._swept:
            atexit.register(self._warm.close)
        if (engine.socket, home) not in self._swept:
            api = engine.client()
            leftovers.sweep(api, home)
            api.close()
            self._swept.add((engine.socket, home))


def _shown(request: Request) -> tuple[Shown, ...]:
    """What of this machine the container sees, each at its own path: no more of the mirror than git needs."""
    reads = [*request.programs, request.mirror / "objects"]
    shown = [Shown.of(path) for path in reads if path.is_dir()]
    return (Shown.of(request.whole, writable=True), *shown)


def _check(request: Request, image: Image, options: DockerSection) -> None:
    names = pins.lacking(request.requirements, ())
    shown = one_line(image.name)
    if names and not image.described.python:
        raise PreparationError(
            f"the image {shown} has no python3, which {names[0]} needs",
            "begin from an image with Python, such as 'FROM python:3.13-slim'",
        )
    lacking = pins.lacking(request.requirements, image.described.versions or {})
    if lacking:
        words = f"RUN pip install {' '.join(lacking)}"
        where = f"add '{words}' to {one_line(options.file)}" if options.image is None else f"add it there: '{words}'"
        raise PreparationError(f"the image {shown} has no {' and no '.join(lacking)}", where)


def _variables(request: Request, container: Container, image: Image) -> dict[str, str]:
    programs, import_path = [image.path], [str(request.checkout / request.layout.source_root)]
    if request.needs_project:
        found = pyproject.read(request.checkout)
        # Anything else would have to be built, which is the Dockerfile's to do.
        if overlay.is_static(found, request.checkout):
            laid = container.exchange / "overlay"
            (laid / "bin").mkdir(parents=True)
            overlay.write_metadata(pyproject.table(found, "project"), laid, image.described.python)
            import_path.append(str(laid))
            programs.insert(0, str(laid / "bin"))
    return {
        "PATH": ":".join(programs),
        "PYTHONPATH": ":".join(import_path),
        "HOME": PLACE,
        "TMPDIR": PLACE,
        "PYLINTHOME": f"{PLACE}/pylint",
        "LANG": "C.UTF-8",
        "USER": "ci",
        "LOGNAME": "ci",
        "SHELL": "/bin/sh",
    }


def _identity(engine: Engine, image: Image, container: Container) -> EnvironmentIdentity:
    detail = {
        "image": image.id,
        "name": image.name,
        "engine": engine.name,
        "network": "on" if container.spec.network else "off",
        "limits": limits.described(container),
    }
    return EnvironmentIdentity("docker", image.fingerprint, image.described.interpreter, detail)
