"""The environment of kind `nix`."""

from pathlib import Path

from fullautoci.environments import installer, overlay, pins
from fullautoci.environments.base import SYSTEM_PATH, Prepared, Request, Runner
from fullautoci.environments.nix import program
from fullautoci.environments.nix.known import Known, own_name
from fullautoci.environments.nix.reference import Reference, reference
from fullautoci.environments.nix.resolution import resolve
from fullautoci.environments.nix.shell import SCRIPT, Shell, used
from fullautoci.environments.nix.verification import Verification
from fullautoci.errors import PreparationError
from fullautoci.model import EnvironmentIdentity

# What a hook that makes files needs in each job: it is run, and what we add ourselves is put back before what it set.
ENTER = (
    'path=$PATH python=$PYTHONPATH tmp=$TMPDIR; source "$0" >&2 </dev/null; export PATH="$path:$PATH" TMPDIR=$tmp'
    ' PYTHONPATH="$python${PYTHONPATH:+:$PYTHONPATH}"; exec "$@"'
)


class NixEnvironment:
    """The development shell of the commit's flake, or of its `shell.nix`."""

    kind = "nix"

    def trouble(self) -> tuple[str, str]:
        """Whether nix is here."""
        return ("", "") if program.find() else ("nix is not installed", program.INSTALL)

    def forget(self, folder: Path) -> None:
        """Its root goes with its folder; the garbage collector does the rest."""

    def prepare(self, request: Request, runner: Runner) -> Prepared:
        """The commit's shell: known, guessed and looked at again while the tool runs, or resolved now.

        Raises:
            PreparationError: nix cannot give it, or it lacks the tool.
        """
        asking = request.asking
        asked = reference(asking)
        base = request.folders["environments"] / self.kind
        base.mkdir(parents=True, exist_ok=True)
        known = Known(base)
        found = self._there(base, known, asked, asking)
        if found is None:
            with installer.locked(base / f"{asked.guess}.lock", runner):
                found = self._there(base, known, asked, asking) or self._resolve(base, known, asked, asking, runner)
        folder, shell, is_sure = found
        self._check_tools(shell, request)
        verification = None if is_sure else Verification(known, asked, folder.name, shell.store, asking)
        return self._prepared(folder, shell, verification, asked, request, runner)

    def _there(self, base: Path, known: Known, asked: Reference, request: Request) -> tuple[Path, Shell, bool] | None:
        """What is kept for this commit, and whether that is sure."""
        for name, is_sure in ((known.sure(asked), True), (known.guessed(asked), False)):
            shell = used(base / name, request.held) if name else None
            if shell is not None:
                return base / name, shell, is_sure
        return None

    def _resolve(
        self, base: Path, known: Known, asked: Reference, request: Request, runner: Runner
    ) -> tuple[Path, Shell, bool]:
        own = own_name(asked)
        folder = base / (known.sure(asked) or (own if known.is_unsure(asked) else asked.guess))
        with installer.unused(installer.usage(folder)) as free:
            if not free:  # what was resolved is gone from the store, and jobs still go by it
                folder = base / own
            resolve(folder, asked, request, runner)
        shell = used(folder, request.held)
        if shell is None:
            raise PreparationError(
                "the Nix shell was gone as soon as it was resolved", "is a garbage collector at work?"
            )
        known.confirm(asked, folder.name)
        return folder, shell, True

    def _check_tools(self, shell: Shell, request: Request) -> None:
        missing = pins.lacking(request.requirements, shell.versions)
        if not missing:
            return
        names = " and no ".join(missing)
        packages = " ".join(f"ps.{name}" for name in missing)
        hint = f"add it to the shell's packages, as in 'python3.withPackages (ps: [ {packages} ])'"
        if not shell.python:
            raise PreparationError(f"the Nix shell has no Python, so no {names}", hint)
        hint += ", or let Full Auto CI bring its own: 'environment: {nix: {tools: fullautoci}}'"
        raise PreparationError(f"the Nix shell has no {names}", hint)

    def _prepared(
        self,
        folder: Path,
        shell: Shell,
        verification: Verification | None,
        asked: Reference,
        request: Request,
        runner: Runner,
    ) -> Prepared:
        variables = shell.applied(request.checkout, request.own)
        programs, imports, sees = (
            [],
            [str(request.checkout / request.layout.source_root)],
            [folder, Path(shell.store).parent],
        )
        if request.needs_project and shell.python:
            laid = overlay.lay(request, shell.python, folder.name, runner)
            imports.append(str(laid))
            programs.append(str(laid / "bin"))
            sees.append(laid)
        imports += [one for one in (variables.get("PYTHONPATH", ""), *shell.tools) if one]
        variables["PYTHONPATH"] = ":".join(imports)
        variables["PATH"] = ":".join([*programs, variables.get("PATH", SYSTEM_PATH)])
        detail = {"file": asked.file, "shell": asked.shell or "default", "store": shell.store}
        if shell.brought:
            detail["tools"] = "of fullautoci: " + ", ".join(
                f"{name} {is_at}" for name, is_at in sorted(shell.brought.items())
            )
        prefix = (shell.bash, "--noprofile", "--norc", "-c", ENTER, str(folder / SCRIPT)) if shell.hooked else ()
        return Prepared(
            python=shell.python or "python3",
            variables=variables,
            identity=EnvironmentIdentity(self.kind, shell.fingerprint, shell.interpreter, detail),
            versions=shell.versions,
            sees=tuple(sees),
            prefix=prefix,
            checked=verification.passed if verification is not None else lambda: True,
        )
