"""Lock files: the exact versions that a project's own tools chose.

The first that is there counts: `pylock.toml` (PEP 751), `uv.lock`, `poetry.lock`, `pdm.lock`. Each is read by a module
of its own into requirement lines, one a package, that hold for one interpreter.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fullautoci.environments import installer, pdmlock, poetrylock, pylock, pyproject, uvlock
from fullautoci.environments.base import Request, Runner
from fullautoci.environments.choice import Choice
from fullautoci.environments.interpreters import Interpreter
from fullautoci.environments.locked import Locked

Read = Callable[[Mapping[str, Any], Mapping[str, Any], Choice, Interpreter], Locked | None]
READERS: Mapping[str, Read] = {
    "pylock.toml": pylock.read,
    "uv.lock": uvlock.read,
    "poetry.lock": poetrylock.read,
    "pdm.lock": pdmlock.read,
}
KEPT = 32

# A large lock file takes a second to read, and most commits leave it as it is.
_known: dict[str, Locked | None] = {}


def locked(request: Request, choice: Choice, interpreter: Interpreter, runner: Runner) -> Locked | None:
    """What the lock file of a checkout says is to be installed; None where there is none that can be used.

    Raises:
        PreparationError: it is not what its format says, was made for other versions of Python, or lacks what is asked.
    """
    file = next((name for name in READERS if _is_there(request.checkout, name)), None)
    if file is None or not choice.lock:
        return None
    blobs = [request.blobs.get(name) for name in (file, pyproject.FILE)]
    asked = [choice.extras, choice.groups, interpreter.path, interpreter.described, installer.uv_program()]
    key = hashlib.sha256(json.dumps([file, *blobs, *asked]).encode()).hexdigest()
    if key not in _known or None in blobs:
        found = pyproject.read(request.checkout, file, pyproject.LOCK_LIMIT)
        project = pyproject.read(request.checkout)
        result = READERS[file](found, project, choice, interpreter)
        if file == uvlock.FILE and result is not None and installer.uv_program():
            result = uvlock.exported(request, result, interpreter, runner)
        while len(_known) >= KEPT:
            _known.pop(next(iter(_known)))
        _known[key] = result
    known = _known[key]
    for note in known.notes if known is not None else (f"{file} does not say what belongs to which group: not used",):
        runner.activity(note)
    return known


def _is_there(checkout: Path, name: str) -> bool:
    return (checkout / name).is_file() and (checkout / name).resolve().is_relative_to(checkout.resolve())
