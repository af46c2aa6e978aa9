"""What an interpreter of a Nix shell has."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field

from fullautoci import evidence
from fullautoci.environments.base import SYSTEM_PATH, Request, Runner, base_variables
from fullautoci.errors import PreparationError
from fullautoci.text import one_line

ANSWER_LIMIT = 16 * 1024 * 1024
ASK = """
import importlib.metadata, json, platform, sys
found = [(one.metadata["Name"], one.version) for one in importlib.metadata.distributions()]
names = {name.lower().replace("_", "-"): version for name, version in found if name}
words = f"{platform.python_implementation()} {platform.python_version()}"
open(sys.argv[1], "w").write(json.dumps([words, list(sys.version_info[:2]), names, [one for one in sys.path if one]]))
"""


@dataclass(frozen=True)
class Interpreter:
    """What it said of itself; one that is not there has no executable.

    Attributes:
        words: implementation and version.
        version: its first two numbers.
        versions: of the packages that it has.
        path: where it imports from.
    """

    executable: str = ""
    words: str = ""
    version: tuple[int, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    path: tuple[str, ...] = ()


def of_shell(variables: Mapping[str, str], request: Request, runner: Runner) -> Interpreter:
    """The interpreter of a shell with these variables; an empty one where only the system has one."""
    system = SYSTEM_PATH.split(":")
    own = ":".join(one for one in variables.get("PATH", "").split(":") if one not in system)
    found = next((there for name in ("python3", "python") if (there := shutil.which(name, path=own))), None)
    return Interpreter() if found is None else ask(found, variables, request, runner)


def ask(executable: str, variables: Mapping[str, str], request: Request, runner: Runner) -> Interpreter:
    """What one says of itself.

    Raises:
        PreparationError: it does not work.
    """
    output = request.own / "nix-python"
    output.unlink(missing_ok=True)
    env = {**base_variables(request.own / "home", request.own), **variables}
    runner.run([executable, "-c", ASK, str(output)], cwd=request.own, env=env, timeout=60, name="the shell's Python")
    try:
        words, version, versions, path = json.loads(evidence.read(output, ANSWER_LIMIT))
    except (OSError, ValueError, RecursionError) as error:
        raise PreparationError(f"the shell's Python does not work: {one_line(executable)}", str(error)) from error
    return Interpreter(executable, str(words), tuple(version), dict(versions), tuple(path))
