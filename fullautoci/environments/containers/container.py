"""A container: made for one job, held by a connection of this process, and gone with it."""

import contextlib
import os
import socket
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fullautoci import proctree
from fullautoci.environments.containers import hijack, leftovers
from fullautoci.environments.containers.cgroup import Cgroup
from fullautoci.environments.containers.errors import EngineError, engine_error, told
from fullautoci.environments.containers.spec import Spec
from fullautoci.errors import PreparationError
from fullautoci.vcs.git.leftovers import remove_tree

OVER_WITHIN_S = 0.25
DEAD_WITHIN_S = 1.5
WARM = "none yet"


class Container:
    """A container that runs, with nothing in it but the process that holds it.

    Attributes:
        exchange: a folder of this machine that it sees at the same path.
        cgroup: where the kernel tells of its limits.
    """

    def __init__(self, spec: Spec, api: Any, identifier: str, exchange: Path, hold: socket.socket, pid: int) -> None:
        self.spec = spec
        self.id = identifier
        self.exchange = exchange
        self.cgroup = Cgroup.of(pid)
        self.ended = False
        self._api = api
        self._hold = hold
        self._pid = pid
        self._killed = 0

    @classmethod
    def made(cls, spec: Spec, *, job: str | None = None) -> "Container":
        """Make one and start it.

        Args:
            job: the tag of the job that it is for; that of this process, if not given.

        Raises:
            PreparationError: the engine could not.
        """
        exchange = leftovers.exchange_folder()
        with contextlib.ExitStack() as undo:
            undo.callback(remove_tree, exchange)
            (exchange / "reports").mkdir()
            api = spec.engine.client()
            undo.callback(api.close)
            labels = {
                leftovers.HOME: spec.home,
                leftovers.WORKER: leftovers.worker(),
                leftovers.JOB: os.environ.get(proctree.TAG, "") if job is None else job,
            }
            with told("the container could not be made"):
                made = api.create_container(use_config_proxy=False, **spec.arguments(api, exchange, labels))
            identifier = str(made["Id"])
            undo.callback(_remove_quietly, api, identifier)
            try:
                # Before it starts: its first process ends when this connection does, so it never lives without one.
                target = f"/v{spec.engine.api}/containers/{identifier}/attach?stream=1&stdin=1"
                hold, _ = hijack.opened(spec.engine.socket, target, {})
                undo.callback(hold.close)
                hold.settimeout(None)
                with told("the container could not be started"):
                    api.start(identifier)
                    pid = int(api.inspect_container(identifier)["State"]["Pid"])
            except EngineError as error:
                raise _explained(error) from error
            undo.pop_all()
        return cls(spec, api, identifier, exchange, hold, pid)

    def begun(self, argv: Sequence[str], cwd: Path, env: Mapping[str, str]) -> tuple[str, socket.socket, bytes]:
        """Start a program in it.

        Returns:
            The program's id, the connection on which its output comes, and what of it has come already.

        Raises:
            EngineError: the engine could not; the container may be gone.
        """
        with told():
            made = self._api.exec_create(self.id, list(argv), environment=dict(env), workdir=str(cwd))
        target = f"/v{self.spec.engine.api}/exec/{made['Id']}/start"
        connection, rest = hijack.opened(self.spec.engine.socket, target, {"Detach": False, "Tty": False})
        return str(made["Id"]), connection, rest

    def status(self, program: str) -> int | None:
        """A program's exit status; None while it runs.

        Raises:
            EngineError: the engine does not answer, or the container is gone.
        """
        with told():
            found = self._api.exec_inspect(program)
        return None if found["Running"] or found["ExitCode"] is None else int(found["ExitCode"])

    def runs(self) -> bool:
        """Whether it still runs.

        Raises:
            EngineError: the engine does not answer.
        """
        try:
            with told():
                return bool(self._api.inspect_container(self.id)["State"]["Running"])
        except EngineError as error:
            if error.is_gone:
                return False
            raise

    def killed_for_memory(self) -> int:
        """How many of its processes the kernel has ended for want of memory, as far as was seen while it ran."""
        self._killed = max(self._killed, self.cgroup.killed() if self.cgroup is not None else 0)
        return self._killed

    def kill(self) -> None:
        """End everything in it, and come back when that is done or has taken two seconds; whatever the engine does."""
        self.ended = True
        with contextlib.suppress(OSError):
            self._hold.shutdown(socket.SHUT_RDWR)
        self._hold.close()
        if self._pid > 0 and self._is_over(OVER_WITHIN_S):
            return  # which the engine would tell us later
        with contextlib.suppress(EngineError), told():
            self._api.kill(self.id, "SIGKILL")
        self._is_over(DEAD_WITHIN_S)

    def _is_over(self, patience_s: float) -> bool:
        give_up = time.monotonic() + patience_s
        while _lives(self._pid):
            if time.monotonic() > give_up:
                return False
            time.sleep(0.002)
        return True

    def remove(self) -> None:
        """End it and leave nothing of it."""
        if not self.ended:
            self.kill()
        _remove_quietly(self._api, self.id)
        self._api.close()
        with contextlib.suppress(OSError):
            remove_tree(self.exchange)


def _lives(pid: int) -> bool:
    try:
        return pid > 0 and Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (OSError, IndexError):
        return False


def _remove_quietly(api: Any, identifier: str) -> None:
    with contextlib.suppress(EngineError):
        leftovers.remove(api, identifier)


def _explained(error: EngineError) -> PreparationError:
    if "/bin/sh" in error.message and "no such file" in error.message.lower():
        return PreparationError("the image has no /bin/sh, which is needed in it", "use an image with a shell")
    return engine_error(error.message, error.hint, error.status)
