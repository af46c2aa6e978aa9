"""Which box a job's programs are put into: from what the service says and what the environment needs."""

import contextlib
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from fullautoci import pidspace, sandbox
from fullautoci.environments import installer, interpreters
from fullautoci.environments.base import Prepared
from fullautoci.environments.nix import program
from fullautoci.errors import PreparationError
from fullautoci.model import Box, Job
from fullautoci.paths import scratch_of
from fullautoci.tools.base import SHIMS

PACKAGES = ".packages"
# Where package installers are told of indexes: a build needs it, though it is the user's.
INSTALLER_FILES = {
    "PIP_CONFIG_FILE": (".config/pip/pip.conf", ".pip/pip.conf", "/etc/pip.conf"),
    "UV_CONFIG_FILE": (".config/uv/uv.toml", "/etc/uv/uv.toml"),
}
CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "PIP_CERT", "REQUESTS_CA_BUNDLE")


def possible(job: Job) -> bool:
    """Whether there is a box around the job's programs.

    Raises:
        PreparationError: the service asks for more than this machine can do.
    """
    said = job.sandbox
    if said.mode == "on" and not sandbox.works():
        raise PreparationError(
            "'sandbox: on' asks for bubblewrap, and it does not work here",
            "install bubblewrap and allow unprivileged user namespaces; 'fullautoci doctor' tells more",
        )
    there = said.mode != "off" and pidspace.program() is not None
    if not there and not said.network:
        raise PreparationError(
            "the service's 'sandbox' keeps the network from jobs, which takes bubblewrap", "install bubblewrap"
        )
    return there


def around_job(job: Job, checkout: Path, own: Path, environment: Prepared) -> Box | None:
    """What a job's own programs see; None where there is no box around them.

    Raises:
        PreparationError: as `possible`.
    """
    if environment.elsewhere or not possible(job):
        return None
    strict = job.sandbox.mode == "on"
    reads = (job.mirror, SHIMS, *environment.sees, *job.sandbox.reads)
    writes = (checkout, own, *job.sandbox.writes)
    if strict:
        reads += environment.writes
    else:
        writes += environment.writes
    return Box(strict, _hidden(job), reads, writes, wants_network(job))


def _hidden(job: Job) -> tuple[Path, ...]:
    """Our own folders, and those of all jobs."""
    return (*job.sandbox.hidden, scratch_of(job.tag.partition(":")[0]))


def around_evaluation(job: Job, private: Path) -> Box | None:
    """What nix sees while it evaluates and builds a commit's shell, which may name any file.

    That is not what is ours; nor, where the service hides all that is not needed, the user's home.

    Raises:
        PreparationError: as `possible`.
    """
    if not possible(job):
        return None
    home = Path.home()
    caches = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "nix"
    with contextlib.suppress(OSError):
        caches.mkdir(parents=True, exist_ok=True)
    hidden = (*_hidden(job), home) if job.sandbox.mode == "on" else _hidden(job)
    place = job.folders["environments"] / "nix"
    place.mkdir(parents=True, exist_ok=True)
    reads = (job.mirror, job.git_config, home / ".config/nix", home / ".nix-profile", *job.sandbox.reads)
    return Box(False, hidden, reads, (place, private, caches, *program.places()), privileged=True)


def wants_network(job: Job) -> bool:
    """Whether a job is to have a network."""
    return job.sandbox.network and job.plan.options.get("network", "on") == "on"


def around_build(job: Job, checkouts: Iterable[Path], own: Path) -> tuple[Box | None, Mapping[str, str]]:
    """What a build of the commit's own code sees while its environment is prepared, and the variables that go with it.

    It has the network, for package indexes; of ours it can write where virtual environments and packages are kept.

    Raises:
        PreparationError: as `possible`.
    """
    if not possible(job):
        return None, {}
    strict = job.sandbox.mode == "on"
    packages = job.folders["environments"] / PACKAGES
    kept = job.folders["environments"] / "venv"
    for folder in (kept, packages):
        folder.mkdir(parents=True, exist_ok=True)
    writes = (*sorted(checkouts), own, kept, packages)
    prefixes = (Path(sys.prefix), Path(sys.base_prefix), program.places()[0])
    box = Box(strict, _hidden(job), (job.mirror, *prefixes, *job.folders.values(), *job.sandbox.reads), writes)
    if not strict:
        return box, {}
    variables = {
        "HOME": str(own / "home"),
        "UV_CACHE_DIR": str(packages / "uv"),
        "PIP_CACHE_DIR": str(packages / "pip"),
    }
    shown = [Path(os.environ[name]) for name in CERTIFICATES if os.environ.get(name)]
    for name, places in INSTALLER_FILES.items():
        named = os.environ.get(name)
        found = next((one for place in places if (one := Path.home() / place).is_file()), None)
        if named or found:
            variables[name] = named or str(found)
            shown.append(Path(variables[name]))
    uv = installer.uv_program()
    shown += [*interpreters.places(), *([Path(uv)] if uv else [])]
    return Box(True, box.hidden, (*box.reads, *shown), writes), variables


def described(box: Box | None, environment: Prepared) -> str:
    """What a result says of it."""
    if environment.elsewhere:
        return "container"
    if box is None:
        return "none"
    return f"bubblewrap, {'on' if box.strict else 'auto'}{'' if box.network else ', no network'}"
