"""The image of an environment: named or built, and what is known of it."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fullautoci.config.environment import DockerSection
from fullautoci.environments import installer, manifest
from fullautoci.environments.base import Request, Runner
from fullautoci.environments.containers import build, context, leftovers, named
from fullautoci.environments.containers.described import Described
from fullautoci.environments.containers.engine import Engine
from fullautoci.environments.containers.errors import EngineError, told

REPOSITORY = "localhost/fullautoci"
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

KEYS = frozenset({"fingerprint", "interpreter", "versions", "image", "python", "built", "tag", "socket"})

Ask = Callable[[str], Described]


@dataclass(frozen=True)
class Image:
    """An image that is there.

    Attributes:
        name: what the configuration calls it: its tag, or the Dockerfile.
        fingerprint: the digest of its content and architecture.
        path: where its programs are looked for.
    """

    id: str
    name: str
    fingerprint: str
    described: Described
    path: str


def ready(engine: Engine, options: DockerSection, request: Request, home: str, ask: Ask, runner: Runner) -> Image:
    """The image that a job is to run in; fetched or built where it is not there.

    Args:
        home: tells what is built for this daemon from what is built for others.
        ask: finds out what an image has.

    Raises:
        PreparationError: it cannot be had.
    """
    place = request.folders["environments"] / "docker"
    place.mkdir(parents=True, exist_ok=True)
    api = engine.client()
    try:
        if options.image is None:
            made = context.gathered(request.checkout, request.blobs, options.file)
            key = made.key(options, f"{engine.socket} {home}")
            name = made.dockerfile

            def make() -> str:
                named.bases_are_there(api, made, options)
                tag = f"{REPOSITORY}:{key}"
                return build.built(engine, made, options, tag, request.network, runner)
        else:
            name = options.image
            found = named.named(api, engine, options, place, runner)
            key = hashlib.sha256(f"{engine.socket} {found}".encode()).hexdigest()[:20]

            def make() -> str:
                return found

        known = _kept(api, engine, place / key, options, request, make, ask, runner)
        with told():
            inspected = api.inspect_image(known["image"])
    finally:
        api.close()
    described = Described(known["python"], known["interpreter"], known["versions"])
    return Image(known["image"], name, known["fingerprint"], described, _path(inspected))


def forget(folder: Path, client: Callable[[str], Any]) -> None:
    """Remove the image that was built for a folder, and its containers.

    Args:
        client: gives a client for the engine behind a socket.

    Raises:
        PreparationError: the engine cannot be asked, or does not let go of it.
    """
    known = _read(folder / manifest.NAME)
    if known is None or not known.get("built"):
        return
    api = client(str(known["socket"]))
    try:
        with told():
            for one in api.containers(all=True, filters={"ancestor": known["image"]}):
                if leftovers.HOME in (one.get("Labels") or {}):
                    leftovers.remove(api, str(one["Id"]))
            api.remove_image(known["tag"], force=True)
    except EngineError as error:
        if not error.is_gone:
            raise
    finally:
        api.close()


def _kept(
    api: Any,
    engine: Engine,
    folder: Path,
    options: DockerSection,
    request: Request,
    make: Callable[[], str],
    ask: Ask,
    runner: Runner,
) -> dict[str, Any]:
    """What is known of an image; found out under a lock where nothing is, or where the image has gone."""
    with installer.locked(folder.with_suffix(".lock"), runner):
        while not installer.use(installer.usage(folder), request.held):
            runner.pause(0.05)  # it is being pruned just now
        known = _read(folder / manifest.NAME)
        again = options.pull == "always" and options.image is None
        if known is None or again or named.identifier(api, known["image"]) is None:
            image = make()
            if known is None or known["image"] != image:
                runner.activity("asking the image what it has")
                known = _noted(api, engine, folder, image, ask(image), options)
    os.utime(folder / manifest.NAME)  # for pruning by last use
    return known


def _noted(
    api: Any, engine: Engine, folder: Path, image: str, found: Described, options: DockerSection
) -> dict[str, Any]:
    with told():
        inspected = api.inspect_image(image)
    described = json.dumps([image, inspected.get("Architecture", ""), inspected.get("Os", "")])
    known = {
        "fingerprint": hashlib.sha256(described.encode()).hexdigest(),
        "interpreter": found.interpreter,
        "versions": dict(found.versions or {}),
        "image": image,
        "python": found.python,
        "built": options.image is None,
        "tag": f"{REPOSITORY}:{folder.name}" if options.image is None else options.image,
        "socket": engine.socket,
    }
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    manifest.write(folder, known)
    return known


def _read(manifest: Path) -> dict[str, Any] | None:
    try:
        known: dict[str, Any] = json.loads(manifest.read_text())
    except (OSError, ValueError):
        return None
    return known if known.keys() >= KEYS else None


def _path(inspected: Mapping[str, Any]) -> str:
    for line in (inspected.get("Config") or {}).get("Env") or ():
        if str(line).startswith("PATH="):
            return str(line).removeprefix("PATH=")
    return DEFAULT_PATH
