"""The Python interpreters of this machine, by version. None is ever downloaded.

They are looked for where people have them: the one that this program runs on, pyenv's versions, `pythonX.Y` on PATH,
uv's own folder, and whatever else uv knows. pyenv's shims are passed over: they take a tenth of a second, and fail
where another version is chosen.
"""

import contextlib
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from packaging.markers import default_environment

from fullautoci import process
from fullautoci.environments import installer
from fullautoci.errors import PreparationError, StoppingError
from fullautoci.text import one_line

ASK_TIMEOUT_S = 20.0
SHIMS = "shims"
# The variables of markers: https://packaging.python.org/en/latest/specifications/dependency-specifiers/
ASK = """
import json, os, platform, sys
v = sys.version_info
i = sys.implementation.version
def text(v):
    return "%d.%d.%d" % v[:3] + ("" if v[3] == "final" else v[3][0] + str(v[4]))
print(json.dumps({
    "path": os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable),
    "implementation": platform.python_implementation(),
    "version": text(v),
    "described": sys.version,
    "prefixes": [sys.base_prefix, sys.base_exec_prefix],
    "markers": {
        "implementation_name": sys.implementation.name, "implementation_version": text(i),
        "os_name": os.name, "platform_machine": platform.machine(), "platform_release": platform.release(),
        "platform_system": platform.system(), "platform_version": platform.version(),
        "python_full_version": text(v), "platform_python_implementation": platform.python_implementation(),
        "python_version": "%d.%d" % v[:2], "sys_platform": sys.platform,
    },
}))
"""
_FULL = re.compile(r"(?:cpython-)?(\d+)\.(\d+)\.(\d+)(?=$|-)")
_NAMED = re.compile(r"python(3\.\d{1,2})")


@dataclass(frozen=True)
class Interpreter:
    """An interpreter, as it says of itself.

    Attributes:
        path: its program itself, outside of any virtual environment.
        implementation: `CPython`, `PyPy`.
        version: such as `3.13.1`.
        described: `sys.version`: version, build and compiler.
        prefixes: the folders of its standard library.
        markers: what markers of requirements are evaluated with.
    """

    path: str
    implementation: str
    version: str
    described: str
    prefixes: tuple[str, ...]
    markers: Mapping[str, str]

    @property
    def name(self) -> str:
        """For people: `CPython 3.13.1`."""
        return f"{self.implementation} {self.version}"

    def folders(self) -> tuple[Path, ...]:
        """All that its programs must be able to read, by every path that leads there."""
        named = {Path(one) for one in self.prefixes}
        return tuple(sorted(named | {one.resolve() for one in named}))

    def answers_to(self, version: str) -> bool:
        """Whether it is of a version such as `3.13` or `3.13.1`."""
        return self.version == version or self.version.startswith(f"{version}.")


# What each program said, by its path and what the file was then: an upgrade in its place is another interpreter.
_known: dict[tuple[str, int, int], Interpreter] = {}


def own() -> Interpreter:
    """The one that this program runs on."""
    markers = cast("Mapping[str, str]", default_environment())
    return Interpreter(
        path=os.path.realpath(getattr(sys, "_base_executable", sys.executable)),
        implementation=markers["platform_python_implementation"],
        version=markers["python_full_version"].rstrip("+"),
        described=sys.version,
        prefixes=(sys.base_prefix, sys.base_exec_prefix),
        markers=markers,
    )


def find(version: str = "") -> Interpreter:
    """The interpreter of a version; the one that this program runs on, where none is named or that is of it.

    Raises:
        PreparationError: there is none on this machine.
    """
    mine = own()
    if not version or mine.answers_to(version):
        return mine
    for program in _candidates(version):
        found = _asked(program)
        if found is not None and found.answers_to(version):
            return found
    here = sorted({*_versions_here(), mine.version}, key=_order)
    raise PreparationError(
        f"there is no Python {version} on this machine",
        f"there are: {', '.join(here)}; 'uv python install {version}' or 'pyenv install {version}' gets another",
    )


def _candidates(version: str) -> Iterator[Path]:
    """Programs that may be of that version, the likeliest first; uv, which looks everywhere, is asked last."""
    wanted = [folder for full, folder in _installed() if f"{full}.".startswith(f"{version}.")]
    for folder in sorted(wanted, key=lambda one: _order(one.name), reverse=True):
        yield from (folder / "bin" / name for name in (f"python{_minor(version)}", "python3", "python"))
    for folder in _path():
        yield folder / f"python{_minor(version)}"
    uv = installer.uv_program()
    if uv:
        command = [uv, "python", "find", "--no-config", "--no-project", "--offline", "--no-python-downloads", version]
        with contextlib.suppress(OSError, TimeoutError):
            done = process.run(command, cwd=Path("/"), env=installer.variables(), timeout=ASK_TIMEOUT_S)
            if done.returncode == 0:
                yield Path(os.fsdecode(done.stdout).strip())


def _asked(program: Path) -> Interpreter | None:
    """What an interpreter says of itself; None where there is none, or it does not work."""
    try:
        status = program.stat()
    except OSError:
        return None
    key = (str(program), status.st_mtime_ns, status.st_size)
    if key not in _known:
        try:
            # Isolated, and without site: nothing that somebody installed into it has a say.
            done = process.run([program, "-I", "-S", "-c", ASK], cwd=Path("/"), env={}, timeout=ASK_TIMEOUT_S)
            said = json.loads(done.stdout)
            found = Interpreter(**{**said, "prefixes": tuple(said["prefixes"])})
        except StoppingError:
            raise
        except (OSError, TimeoutError, ValueError, TypeError, KeyError):
            return None  # not kept: it may be repaired
        _known[key] = found
    return _known[key]


def _installed() -> Iterator[tuple[str, Path]]:
    """The full version and folder of each interpreter of pyenv and uv, as the folders' names have it."""
    for place in sorted(places()):
        with contextlib.suppress(OSError):
            for folder in sorted(place.iterdir()):
                match = _FULL.match(folder.name)
                if match and (place.name != "python" or folder.name.startswith("cpython-")):
                    yield ".".join(match.groups()), folder


def places() -> set[Path]:
    """Where pyenv and uv keep interpreters; a sandbox around a build shows them."""
    pyenvs = {folder.parent for folder in _folders_of_path() if folder.name == SHIMS}
    pyenvs |= {Path.home() / ".pyenv"} | {Path(os.environ[name]) for name in ("PYENV_ROOT",) if os.environ.get(name)}
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share")
    found = {root / "versions" for root in pyenvs}
    found.add(Path(os.environ.get("UV_PYTHON_INSTALL_DIR") or data / "uv/python"))
    return {folder for folder in found if folder.is_absolute() and folder.is_dir()}


def _path() -> list[Path]:
    return [folder for folder in _folders_of_path() if folder.name != SHIMS]


def _folders_of_path() -> list[Path]:
    return [Path(one) for one in os.environ.get("PATH", os.defpath).split(os.pathsep) if one.startswith("/")]


def _versions_here() -> Iterator[str]:
    """The versions that there are, without starting any of them."""
    found = [full for full, _ in _installed()]
    yield from (full for full in found if _order(full) >= (3, 8))
    for folder in _path():
        with contextlib.suppress(OSError):
            names = [match[1] for path in folder.glob("python3.*") if (match := _NAMED.fullmatch(path.name))]
            # A full version says more of the same, and may be the same.
            yield from (one_line(name) for name in names if not any(one.startswith(f"{name}.") for one in found))


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])


def _order(name: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", name)[:3])
