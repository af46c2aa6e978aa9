"""host: the tools that are installed on this machine, as they are."""

import hashlib
import json
import os
import shutil

from fullautoci import process
from fullautoci.environments.base import Prepared, Request, Runner, architecture
from fullautoci.errors import PreparationError
from fullautoci.model import EnvironmentIdentity
from fullautoci.text import one_line, tail

ASK = """
import importlib.metadata, json, sys
found = {d.metadata["Name"].lower(): d.version for d in importlib.metadata.distributions() if d.metadata["Name"]}
print(json.dumps([sys.executable, sys.version.split()[0], found]))
"""


class HostEnvironment:
    """The first `python3` on the daemon's PATH, with whatever it can import."""

    kind = "host"

    def prepare(self, request: Request, runner: Runner) -> Prepared:
        """Ask the interpreter what it has.

        Raises:
            PreparationError: there is no interpreter, or it lacks the tool.
        """
        path = os.environ.get("PATH", os.defpath)
        python = shutil.which("python3", path=path)
        if python is None:
            raise PreparationError(
                "there is no python3 on the daemon's PATH", "install one, or use 'environment: venv'"
            )
        runner.activity("asking the host's interpreter what it has")
        answer = process.run([python, "-c", ASK], cwd=request.checkout, env={**os.environ, "PYTHONPATH": ""})
        if answer.returncode:
            raise PreparationError(f"{python} does not work", tail(answer.stderr))
        executable, version, versions = json.loads(answer.stdout)
        lacking = [one for one in _names(request.requirements) if one not in versions]
        if lacking:
            raise PreparationError(
                f"{executable} has no {' and no '.join(lacking)}",
                one_line(f"'{python} -m pip install {' '.join(lacking)}', or use 'environment: venv'"),
            )
        described = json.dumps([version, architecture(), sorted(versions.items())])
        identity = EnvironmentIdentity(
            "host", hashlib.sha256(described.encode()).hexdigest(), f"{executable} {version}"
        )
        source_root = request.checkout / request.layout.source_root
        variables = {"PATH": path, "PYTHONPATH": str(source_root), "HOME": os.environ.get("HOME", "/")}
        return Prepared(executable, variables, identity, versions)


def _names(requirements: tuple[str, ...]) -> list[str]:
    from packaging.requirements import Requirement

    return [Requirement(requirement).name.lower() for requirement in requirements]
