"""Images that are named: by the configuration, or by a Dockerfile as what it begins from."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from fullautoci.config.environment import DockerSection
from fullautoci.environments import installer
from fullautoci.environments.base import Runner
from fullautoci.environments.containers.context import Context
from fullautoci.environments.containers.engine import Engine
from fullautoci.environments.containers.errors import EngineError, told
from fullautoci.environments.containers.progress import followed
from fullautoci.errors import PreparationError
from fullautoci.text import one_line

_FROM = re.compile(r"^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?\s*$", re.IGNORECASE | re.MULTILINE)


def named(api: Any, engine: Engine, options: DockerSection, place: Path, runner: Runner) -> str:
    """The id of the image that the configuration names; fetched where it says so.

    Raises:
        PreparationError: there is no such image, or it cannot be fetched.
    """
    name = options.image or ""
    found = None if options.pull == "always" else identifier(api, name)
    if found is not None:
        return found
    if options.pull == "never":
        raise PreparationError(
            f"the engine has no image {name}, and the configuration says 'pull: never'",
            f"fetch it by hand ('{engine.kind} pull {name}'), or set 'docker: {{pull: missing}}'",
        )
    lock = place / f"pull-{hashlib.sha256(name.encode()).hexdigest()[:20]}.lock"
    with installer.locked(lock, runner):
        found = None if options.pull == "always" else identifier(api, name)
        if found is None:
            _pulled(engine, name, options.timeout, runner)
            found = identifier(api, name)
    if found is None:
        raise PreparationError(f"the image {name} was fetched and is not there", "look at the engine's own log")
    return found


def _pulled(engine: Engine, name: str, timeout: float, runner: Runner) -> None:
    what = f"the image {name} could not be fetched"
    hint = f"is its name right, and does the registry answer? by hand: '{engine.kind} pull {name}'"
    runner.activity(f"fetching the image {name}")
    try:
        lines: Iterable[Mapping[str, Any]] = followed(
            engine, what, lambda client: client.pull(name, stream=True, decode=True), runner, timeout
        )
        for line in lines:
            if line.get("error"):
                raise PreparationError(f"{what}: {one_line(str(line['error']), 500)}", hint)
            text = " ".join(str(line[part]) for part in ("id", "status") if line.get(part))
            if text and not line.get("progress"):
                runner.write(f"{one_line(text)}\n".encode())
    except EngineError as error:
        raise PreparationError(error.message, error.hint or hint) from error


def bases_are_there(api: Any, made: Context, options: DockerSection) -> None:
    """With `pull: never`, whether a build has all that it begins from: engines would fetch it.

    Raises:
        PreparationError: it has not.
    """
    if options.pull != "never":
        return
    stages: set[str] = set()
    for name, stage in _FROM.findall((made.checkout / made.dockerfile).read_text(errors="replace")):
        if "$" not in name and name != "scratch" and name.lower() not in stages and identifier(api, name) is None:
            raise PreparationError(
                f"the engine has no image {one_line(name)}, which {one_line(made.dockerfile)} begins from",
                "the configuration says 'pull: never'; fetch it by hand, or set 'docker: {pull: missing}'",
            )
        stages.add(stage.lower())


def identifier(api: Any, name: str) -> str | None:
    """An image's id; None where the engine has no such image.

    Raises:
        EngineError: the engine does not answer.
    """
    try:
        with told():
            return str(api.inspect_image(name)["Id"])
    except EngineError as error:
        if error.is_gone:
            return None
        raise
