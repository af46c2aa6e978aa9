"""Whether a guessed shell is the commit's: told by an evaluation that goes on while the tool runs."""

import os
import threading

from fullautoci import process
from fullautoci.environments.base import Request
from fullautoci.environments.nix import program
from fullautoci.environments.nix.known import Known
from fullautoci.environments.nix.reference import Reference, options_of, provide
from fullautoci.errors import FullAutoCIError, PreparationError
from fullautoci.process import Completed


class Verification:
    """One evaluation, begun at once.

    Args:
        name: the guessed shell's.
        store: what its derivation yields.
    """

    def __init__(self, known: Known, asked: Reference, name: str, store: str, request: Request) -> None:
        self._known, self._asked, self._name, self._store = known, asked, name, store
        self._request = request
        self._timeout = float(str(options_of(request)["timeout"]))
        provide(request)
        self._root = request.private / "root"
        self._done: Completed | None = None
        self._thread = threading.Thread(target=self._begin, name="nix", daemon=True)
        self._thread.start()

    def passed(self) -> bool:
        """Whether the guess was right; what was learned is noted for the next.

        Raises:
            PreparationError: the commit's shell cannot be evaluated at all.
        """
        self._thread.join()
        # The end of a tool ends all that its worker started, and takes its exit status with it: what did not come to
        # its end by then is done again, and whatever it says then is so.
        done = self._done
        if done is None or done.returncode or not self._root.exists():
            done = self._evaluate()
        if done.returncode or not self._root.exists():
            raise program.explained(done.returncode, done.stderr)
        if os.path.realpath(self._root) == self._store:
            self._known.confirm(self._asked, self._name)
            return True
        self._known.refuse(self._asked)
        return False

    def _begin(self) -> None:
        try:
            self._done = self._evaluate()
        except (FullAutoCIError, OSError):
            self._done = None  # then it is done again, and told of, where it is asked for

    def _evaluate(self) -> Completed:
        arguments = ["print-dev-env", "--profile", str(self._root)]
        arguments += self._asked.arguments(restricted=self._request.strict)
        given = program.variables(self._request)
        try:
            done = process.run(program.boxed(self._request, arguments), env=given, timeout=self._timeout)
            if done.returncode > 0 and program.UNREACHABLE.search(done.stderr.decode("utf-8", "replace")):
                offline = program.boxed(self._request, ["--offline", *arguments])
                done = process.run(offline, env=given, timeout=self._timeout)
        except TimeoutError as error:
            raise PreparationError(f"nix did not end within {self._timeout:g} s") from error
        return done
