"""What an image has: asked once of a container of it, and kept beside what else is known of the image."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fullautoci.environments.containers.asking import said
from fullautoci.environments.containers.container import Container
from fullautoci.environments.containers.spec import Spec
from fullautoci.errors import PreparationError
from fullautoci.text import one_line, plain

ASK_WITHIN_S = 60.0
ANSWER_LIMIT = 4 * 1024 * 1024
ASK = """
import json, platform, sys
found = {}
try:
    from importlib.metadata import distributions
    for one in distributions():
        if one.metadata["Name"]:
            found.setdefault(one.metadata["Name"].lower().replace("_", "-"), one.version)
except ImportError:
    pass
print(json.dumps([sys.executable, platform.python_implementation(), platform.python_version(), found]))
"""


@dataclass(frozen=True)
class Described:
    """What is installed in an image.

    Attributes:
        python: the path of its first `python3`; empty without one.
        interpreter: such as `CPython 3.11.2`; empty without one.
        versions: of Python packages.
    """

    python: str = ""
    interpreter: str = ""
    versions: Mapping[str, str] | None = None


def asked(spec: Spec) -> Described:
    """What an image's own interpreter says that it has.

    Raises:
        PreparationError: no container of it can be started, or its interpreter does not work.
    """
    container = Container.made(spec)
    try:
        # Some runtimes give a file system in memory the mode of the folder that it is laid over.
        if said(container, ["test", "-w", "/tmp"], ASK_WITHIN_S, ANSWER_LIMIT)[0]:  # noqa: S108 - the container's own
            raise PreparationError(
                "the image's /tmp is not for everybody", "add 'RUN chmod 1777 /tmp' to its Dockerfile"
            )
        code, words = said(container, ["python3", "-I", "-B", "-c", ASK], ASK_WITHIN_S, ANSWER_LIMIT)
    finally:
        container.remove()
    if code == 127 and not words:
        return Described(versions={})
    if code:
        raise PreparationError("the image's python3 does not work", plain(words.decode("utf-8", "replace"))[-2000:])
    return read(words)


def read(words: bytes) -> Described:
    """The interpreter's answer; it is the image's, so it can be anything.

    Raises:
        PreparationError: it is none.
    """
    try:
        found: Any = json.loads(words.splitlines()[-1])
        python, implementation, version, versions = found
        texts = [python, implementation, version, *versions, *versions.values()]
    except (ValueError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise PreparationError("the image's python3 does not say what it has", _shown(words)) from error
    if not all(isinstance(text, str) and len(text) <= 1000 for text in texts) or not python.startswith("/"):
        raise PreparationError("the image's python3 does not say what it has", _shown(words))
    listed = {one_line(name): one_line(version) for name, version in sorted(versions.items())}
    return Described(one_line(python, 1000), one_line(f"{implementation} {version}"), listed)


def _shown(words: bytes) -> str:
    return one_line(words.decode("utf-8", "replace"), 500)
