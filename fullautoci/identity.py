"""The identity of a result: the digest of all that it hangs on, told before anything is run.

Whatever may change a result has to be in it, and nothing that differs from one run to the next: no folder of the
job's own, no time, no id. A declared environment counts by what is installed in it, a configuration by what it says.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from fullautoci.environments.base import Prepared, architecture, base_variables
from fullautoci.model import Job
from fullautoci.vcs.git.command import Git

# To be raised when the same job yields something else than before because this program reads or counts otherwise.
SCHEME = 3
# What differs from job to job and is in no result.
OWN_FOLDERS = ("HOME", "TMPDIR", "PYLINTHOME")


def digest(
    job: Job,
    files: object,
    environment: Prepared,
    version: str,
    configuration: str,
    brought: Sequence[tuple[str, str]] = (),
    sandbox: str = "none",
) -> str:
    """The digest under which an equal job would yield the same.

    Args:
        files: which of the commit's files, in which state (`read_by`).
        version: the tool's.
        configuration: the digest of the tool's own.
        brought: paths of files of the working copy, each with its digest.
        sandbox: what is around the job's programs, in words.
    """
    plan, limits = job.plan, job.limits
    secrets = json.dumps([(name, job.secrets.get(name)) for name in sorted(plan.secrets)])
    described = [
        SCHEME, files, architecture(), plan.project, plan.variant,
        [plan.tool, plan.paths, plan.args, plan.command, sorted(plan.reports.items()), plan.setup],
        [configuration, version, _of_environment(environment), sorted(plan.options.items())],
        [sorted(plan.env.items()), hashlib.sha256(secrets.encode()).hexdigest(), sorted(brought), _given()],
        [plan.timeout, limits.processes, limits.memory, limits.file_size, limits.contained],
        [sandbox, job.sandbox.network, *(sorted(map(str, paths)) for paths in (job.sandbox.reads, job.sandbox.writes))],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(described).encode("utf-8", "surrogateescape")).hexdigest()


def _of_environment(environment: Prepared) -> list[str]:
    """What is installed; of a container what holds for it, and of the host where its programs are looked for."""
    said = environment.identity
    path = environment.variables.get("PATH", "") if said.kind == "host" else ""
    return [said.kind, said.fingerprint, said.detail.get("network", ""), said.detail.get("limits", ""), path]


def _given() -> list[tuple[str, str]]:
    """The variables that every job is given: of the daemon's own the language and the time zone are among them."""
    nowhere = Path("/")
    return sorted(one for one in base_variables(nowhere, nowhere).items() if one[0] not in OWN_FOLDERS)


def read_by(job: Job) -> object:
    """Which of the commit's files a job's result hangs on, and in which state they are.

    Raises:
        VcsError: the commit cannot be read.
    """
    plan = job.plan
    said: list[object] = [job.commit if plan.reads == "commit" else ""]
    paths = sorted({path.strip("/") for path in plan.reads_paths} | ({plan.project} - {"."}))
    if not plan.reads_paths or "." in paths:
        return [*said, job.tree]
    listing = Git(job.git_config)(
        "ls-tree", "-z", "--full-tree", job.commit, "--", *paths,
        git_dir=job.mirror, env={"GIT_LITERAL_PATHSPECS": "1"},
    )  # fmt: skip
    return [*said, paths, listing.decode("utf-8", "surrogateescape")]
