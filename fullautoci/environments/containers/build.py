"""Building an image from the repository's Dockerfile."""

import re
import tempfile
from collections.abc import Iterator, Mapping
from typing import Any

from fullautoci.config.environment import DockerSection
from fullautoci.environments.base import Runner
from fullautoci.environments.containers.context import Context
from fullautoci.environments.containers.engine import Engine
from fullautoci.environments.containers.errors import told
from fullautoci.environments.containers.progress import followed
from fullautoci.errors import PreparationError
from fullautoci.text import counted, one_line, plain

KEPT = 20
_STEP = re.compile(r"^STEP (\d+)/(\d+)\b", re.IGNORECASE)


def built(
    engine: Engine,
    context: Context,
    options: DockerSection,
    tag: str,
    network: bool,
    runner: Runner,
) -> str:
    """Build an image and give it a tag.

    Args:
        network: whether the steps may have one.

    Returns:
        The image's id.

    Raises:
        PreparationError: it could not be built; the hint has the engine's own words.
    """
    runner.activity(f"building the image from {one_line(context.dockerfile)}: {counted(len(context.files), 'file')}")
    with tempfile.TemporaryFile() as archive:
        context.write(archive)
        archive.seek(0)
        lines = followed(
            engine,
            "the image could not be built",
            lambda client: client.build(
                fileobj=archive, custom_context=True, encoding=None, dockerfile=context.dockerfile, tag=tag,
                target=options.target or "", buildargs=dict(options.arguments), decode=True,
                rm=True, forcerm=True, pull=options.pull == "always", network_mode=None if network else "none",
                container_limits={"memory": options.memory, "memswap": options.memory},
            ),
            runner,
            options.timeout,
        )  # fmt: skip
        _watched(lines, runner)
    client = engine.client()
    with told("the image was built and is not there"):
        return str(client.inspect_image(tag)["Id"])


def _watched(lines: Iterator[Mapping[str, Any]], runner: Runner) -> None:
    last: list[str] = []
    for line in lines:
        text = str(line.get("stream") or line.get("status") or "")
        wrong = line.get("error") or line.get("errorDetail")
        if wrong:
            words = plain(str(wrong.get("message", "") if isinstance(wrong, dict) else wrong)).strip()
            runner.write(f"{words}\n".encode())
            raise PreparationError(
                f"the image could not be built: {one_line(words)}", plain("".join(last[-KEPT:])).strip()
            )
        if not text:
            continue
        last = [*last[-KEPT:], text]
        step = _STEP.match(text)
        if step:
            runner.activity(f"building the image: step {step[1]} of {step[2]}")
        runner.write(text.encode("utf-8", "replace"))
