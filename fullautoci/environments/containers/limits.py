"""Which limits hold for a container, in words."""

from fullautoci.environments.containers.container import Container
from fullautoci.environments.containers.spec import Spec

# A page, or a thousandth of a core, more or less.
SLACK = 1.01


def described(container: Container) -> str:
    """What is limited and what is not, by the kernel's own word; nothing is claimed that it does not say."""
    spec, cgroup = container.spec, container.cgroup
    asked: dict[str, float | None] = {"memory": spec.memory, "processes": spec.processes, "cpus": spec.cpus}
    found: dict[str, float | None] = {}
    if cgroup is not None:
        found = {"memory": cgroup.memory(), "processes": cgroup.processes(), "cpus": cgroup.cpus()}
    wanted = [name for name, most in asked.items() if most is not None]
    held = [name for name in wanted if _holds(asked[name], found.get(name))]
    lacking = [name for name in wanted if name not in held]
    parts = []
    if held:
        parts.append(f"{_listed(held)} {_verb(held)} limited")
    if lacking:
        parts.append(f"{_listed(lacking)} {_verb(lacking)} not limited: {_why(spec, known=cgroup is not None)}")
    return "; ".join(parts)


def _holds(asked: float | None, found: float | None) -> bool:
    return asked is not None and found is not None and found <= asked * SLACK


def _why(spec: Spec, *, known: bool) -> str:
    if not spec.limited:
        return "rootless on cgroups v1"
    if not known:
        return "the engine does not run on this machine itself, and cannot be checked"
    return f"{spec.engine.name} did not set them"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _verb(names: list[str]) -> str:
    return "is" if names == ["memory"] else "are"
