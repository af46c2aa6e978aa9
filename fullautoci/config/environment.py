"""What `.fullautoci.yml` may say of the environment: its kind, or its kind with what that kind can be told."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from fullautoci.config.numerals import text_of
from fullautoci.config.values import Duration, Form, InsidePath, Section, Size, Text, VariableName, switch, switch_form

KINDS = ("auto", "nix", "docker", "venv", "host")

_PYTHON = re.compile(r"3\.\d{1,2}(?:\.\d{1,3})?")
# Of an attribute path, as `nix develop .#NAME` takes it.
_ATTRIBUTE = r"^[A-Za-z_][A-Za-z0-9_'-]{0,99}(?:\.[A-Za-z_][A-Za-z0-9_'-]{0,99}){0,9}$"
# https://distribution.github.io/distribution/spec/api/ and docker's own grammar of references, as far as it is safe.
_IMAGE = r"^[a-z0-9][a-zA-Z0-9._:/@-]{0,254}$"
_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"


def _python(value: Any) -> str:
    if isinstance(value, float) and text_of(value) in ("3.0", "3.1", "3.2", "3.3"):
        # JSON and YAML have 3.10 as the number 3.1: where the text is not known, it cannot be told which was meant.
        raise ValueError(f"{value} is {value}0 without its quotes; write '{value}0', with quotes")
    if isinstance(value, bool) or not _PYTHON.fullmatch(text_of(value)):
        raise ValueError("a Python version such as '3.11' or '3.13.1' is expected")
    return text_of(value)


def _pythons(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def _different(value: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(value)) < len(value):
        raise ValueError("a version stands here twice")
    return value


def _kind(value: Any) -> Any:
    if isinstance(value, str):
        if value not in KINDS:
            raise ValueError(f"one of {', '.join(KINDS)} is expected, or a mapping such as {{nix: {{shell: ci}}}}")
        return {value: {}}
    if isinstance(value, dict):
        if len(value) != 1:
            raise ValueError("one kind of environment is expected, such as {nix: {shell: ci}}")
        return {kind: {} if said is None else said for kind, said in value.items()}
    raise ValueError(f"one of {', '.join(KINDS)} is expected, or a mapping such as {{nix: {{shell: ci}}}}")


_PYTHON_SCHEMA: dict[str, Any] = {"type": ["string", "number"], "pattern": f"^{_PYTHON.pattern}$"}
_PYTHONS_SCHEMA: dict[str, Any] = {
    "type": "array", "items": _PYTHON_SCHEMA, "minItems": 1, "maxItems": 20, "uniqueItems": True,
}  # fmt: skip

Python = Annotated[str, BeforeValidator(_python)]
Pythons = Annotated[
    tuple[Python, ...],
    Field(min_length=1, max_length=20),
    BeforeValidator(_pythons),
    AfterValidator(_different),
    Form("version, or list of versions", (_PYTHON_SCHEMA, _PYTHONS_SCHEMA)),
]
Network = Annotated[Literal["on", "off"], BeforeValidator(switch), switch_form("on", "off")]
Name = Annotated[str, Field(pattern=_NAME), Form("name")]


class AutoSection(Section):
    """The environment that the commit's files call for."""


class NixSection(Section):
    """A Nix development shell.

    Attributes:
        shell: the shell's name below `devShells`, or any attribute of `shell.nix`; without it, the default one.
        tools: where pylint and the like come from if the shell lacks them: of the `project` alone, or from Full
            Auto CI's own tool shell.
        timeout: how long evaluating and building the shell may take.
        network: whether jobs reach the network, where a sandbox (bubblewrap) can keep it from them.
    """

    shell: Annotated[str, Field(pattern=_ATTRIBUTE)] | None = None
    tools: Literal["project", "fullautoci"] = "project"
    timeout: Duration = 1800.0
    network: Network = "on"


class DockerSection(Section):
    """A container of Docker or Podman.

    Attributes:
        image: the container's image; without one, `file` is built.
        file: the Dockerfile; its path, like what it copies, is relative to the repository's top.
        target: the stage of the Dockerfile to build.
        arguments: build arguments.
        pull: when an image is fetched: `never`, where it is `missing`, or `always`.
        engine: whose engine; `auto` takes Docker where it runs, else Podman.
        network: whether jobs reach the network.
        memory: bytes that all of a job's processes may use.
        cpus: how many cores a job may use at once; without it, all.
        processes: how many processes a job may have at once.
        temporary: bytes of a job's temporary folder, which is in memory.
        timeout: how long fetching and building the image may take.
    """

    image: Annotated[str, Field(pattern=_IMAGE)] | None = None
    file: InsidePath = "Dockerfile"
    target: Name | None = None
    arguments: dict[VariableName, Text] = Field(default_factory=dict)
    pull: Literal["never", "missing", "always"] = "missing"
    engine: Literal["auto", "docker", "podman"] = "auto"
    network: Network = "off"
    memory: Size = 4 * 1024**3
    cpus: Annotated[float, Field(gt=0.01, le=1024)] | None = None
    processes: Annotated[int, Field(ge=10, le=1_000_000)] = 2000
    temporary: Size = 1024**3
    timeout: Duration = 1800.0


class VenvSection(Section):
    """A virtual environment.

    Attributes:
        python: the version of its interpreter, or several, of which each is a variant of every tool; without it,
            the one that Full Auto CI runs on.
        extras: the project's extras that are installed, in place of the first that is named for tests.
        groups: the dependency groups that are installed, in place of the first that is named for tests.
        requirements: the requirements files that are installed, in place of those that are found.
        lock: `auto` takes exact versions from a lock file where there is one; `off` takes no notice of it.
        network: whether jobs reach the network, where a sandbox (bubblewrap) can keep it from them.
    """

    python: Pythons | None = None
    extras: tuple[Name, ...] | None = None
    groups: tuple[Name, ...] | None = None
    requirements: tuple[InsidePath, ...] | None = None
    lock: Annotated[Literal["auto", "off"], BeforeValidator(switch), switch_form("auto", "off")] = "auto"
    network: Network = "on"


class HostSection(Section):
    """The tools of this machine.

    Attributes:
        network: whether jobs reach the network, where a sandbox (bubblewrap) can keep it from them.
    """

    network: Network = "on"


class EnvironmentSection(Section):
    """Exactly one kind.

    Attributes:
        auto: `nix` where the commit has a shell and nix is here, else `venv`.
        nix: a Nix development shell.
        docker: a container of Docker or Podman.
        venv: a virtual environment.
        host: the tools of this machine.
    """

    auto: AutoSection | None = None
    nix: NixSection | None = None
    docker: DockerSection | None = None
    venv: VenvSection | None = None
    host: HostSection | None = None

    @property
    def kind(self) -> str:
        """Which it is."""
        return next(kind for kind in KINDS if getattr(self, kind) is not None)

    def options(self) -> dict[str, Any]:
        """What is said of it, defaults included, as JSON has it; for the interpreters see `pythons`."""
        said = getattr(self, self.kind).model_dump(mode="json")
        said.pop("python", None)
        return dict(said)

    def pythons(self) -> tuple[str, ...]:
        """The interpreters that are asked for, of which each is a variant; none where it does not matter."""
        return (self.venv.python or ()) if self.venv is not None else ()


class _KindForm:
    """A mapping, or a kind's name alone."""

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Any) -> dict[str, Any]:
        return {"anyOf": [{"enum": list(KINDS)}, handler(core_schema)]}


Environment = Annotated[EnvironmentSection, BeforeValidator(_kind), _KindForm()]
