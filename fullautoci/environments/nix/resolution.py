"""Resolving a shell: one evaluation and build by nix, one run of its hook, one question to its interpreter."""

import os
import shutil
from pathlib import Path

from fullautoci import evidence
from fullautoci.environments.base import SYSTEM_PATH, Request, Runner, base_variables
from fullautoci.environments.nix import program
from fullautoci.environments.nix.python import of_shell
from fullautoci.environments.nix.reference import Reference, digest, options_of, provide
from fullautoci.environments.nix.shell import CHECKOUT, OWN, ROOT, SCRIPT, Shell
from fullautoci.environments.nix.toolshell import bring
from fullautoci.errors import PreparationError

# Variables of the build that nix imitates, or of whoever runs it: none of the shell's.
DROPPED = frozenset(
    "HOME OLDPWD PWD SHELL SHLVL TERM TMP TMPDIR TEMP TEMPDIR NIX_BUILD_TOP NIX_LOG_FD NIX_BUILD_CORES NIX_STORE _ "
    "shellHook nix_saved_PATH".split()
)
HOOK_TIMEOUT_S = 300.0
VARIABLES_LIMIT = 16 * 1024 * 1024
CAPTURE = 'source "$1" >&2 </dev/null && exec /usr/bin/env -0 >"$2"'


def resolve(folder: Path, asked: Reference, request: Request, runner: Runner) -> Shell:
    """Resolve a shell into a folder, which keeps it from the garbage collector.

    Raises:
        PreparationError: nix cannot give it, in its own words; nothing is noted then.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    said = options_of(request)
    provide(request)
    runner.activity(f"resolving the Nix shell of {asked.file}")
    script = folder / SCRIPT
    arguments = ["print-dev-env", "--profile", str(folder / ROOT), *asked.arguments(restricted=request.strict)]
    program.call(request, runner, arguments, float(str(said["timeout"])), script)
    bash = _bash(script)
    before = _stamps(request.checkout)
    captured = _capture(bash, script, request, runner)
    hooked = _stamps(request.checkout) != before
    python = of_shell(captured, request, runner)
    tools = bring(folder, asked, python, request, runner)
    store = os.path.realpath(folder / ROOT)
    shell = Shell(
        store=store,
        variables={name: _portable(value, request) for name, value in captured.items()},
        hooked=hooked,
        bash=bash,
        python=python.executable,
        interpreter=python.words,
        versions={**tools.versions, **python.versions},
        tools=tuple(one for one in tools.path if one not in python.path),
        brought={name: version for name, version in tools.versions.items() if name in tools.lacking},
        fingerprint=digest([store, tools.store]),
    )
    shell.write(folder)
    return shell


def _bash(script: Path) -> str:
    """The bash that the shell was built with: the hook is written for it."""
    for line in script.read_text("utf-8", "replace").splitlines():
        if line.startswith(("builder='", "SHELL='")) and line.endswith("bash'"):
            found = line.partition("'")[2].rstrip("'")
            if Path(found).is_file():
                return found
    return shutil.which("bash", path=SYSTEM_PATH) or "bash"


def _capture(bash: str, script: Path, request: Request, runner: Runner) -> dict[str, str]:
    """The variables that the shell exports once its hook has been run."""
    output = request.own / "nix-variables"
    variables = base_variables(request.own / "home", request.own)
    runner.activity("entering the Nix shell")
    runner.run(
        [bash, "--noprofile", "--norc", "-c", CAPTURE, "bash", str(script), str(output)],
        cwd=request.checkout, env=variables, timeout=HOOK_TIMEOUT_S, name="the shell's hook",
    )  # fmt: skip
    if not os.path.lexists(output):
        raise PreparationError("the shell's hook ended before the shell was entered", "it must not call exit or exec")
    text = evidence.read(output, VARIABLES_LIMIT).decode("utf-8", "surrogateescape")
    pairs = [line.partition("=") for line in text.split("\0") if "=" in line]
    found = {name: value for name, _, value in pairs if name not in DROPPED and not name.startswith("BASH_FUNC_")}
    return {name: value for name, value in found.items() if variables.get(name) != value}


def _portable(value: str, request: Request) -> str:
    """A value without the folders of the job in which it came about, by whichever name a program has seen them."""
    for folder, sign in ((request.checkout, CHECKOUT), (request.own, OWN)):
        value = value.replace(str(folder), sign).replace(str(folder.resolve()), sign)
    return value


def _stamps(checkout: Path) -> dict[str, tuple[int, int]]:
    """Every file of the checkout with its size and time in ns; git's own excepted."""
    found = {}
    for folder, folders, files in os.walk(checkout):
        if folder == str(checkout) and ".git" in folders:
            folders.remove(".git")
        for name in [*files, *folders]:
            path = os.path.join(folder, name)  # noqa: PTH118 - of a large tree
            status = os.lstat(path)
            if name in files:
                found[path] = (status.st_size, status.st_mtime_ns)
            else:
                found[path] = (0, 0)
    return found
