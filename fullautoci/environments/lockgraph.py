"""What of a lock file is reached from what is wanted, for lock files that list packages and what each depends on."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fullautoci.environments import pins
from fullautoci.errors import PreparationError
from fullautoci.text import one_line


@dataclass(frozen=True)
class Edge:
    """A dependency.

    Attributes:
        name: canonical.
        marker: when it counts; `extra` in it is one that its own package was asked for with.
        extras: with which of the other package's extras.
        fits: which versions of it are meant.
    """

    name: str
    marker: str = ""
    extras: tuple[str, ...] = ()
    fits: Callable[[str], bool] = lambda _: True


@dataclass(frozen=True)
class Node:
    """A locked package.

    Attributes:
        line: as the installer takes it; empty where it is the repository's own.
        edges: what it depends on.
        optional: what it depends on besides, by extra.
    """

    version: str
    line: str = ""
    edges: tuple[Edge, ...] = ()
    optional: Mapping[str, tuple[Edge, ...]] = field(default_factory=dict)


def reached(
    file: str,
    roots: Iterable[Edge],
    nodes: Mapping[str, Sequence[Node]],
    markers: Mapping[str, str],
    extras: Sequence[str] = (),
) -> list[Node]:
    """Every package that is needed, each once.

    Args:
        extras: what `extra` in the markers of the roots may be.

    Raises:
        PreparationError: a package is not in the lock file, or in several versions of which none is the one.
    """
    left = [(edge, tuple(extras)) for edge in roots]
    found: dict[int, Node] = {}
    seen: set[tuple[int, str]] = set()
    while left:
        edge, asked = left.pop()
        if not pins.holds(file, edge.marker, markers, asked):
            continue
        node = _chosen(file, edge, nodes.get(edge.name, ()))
        found[id(node)] = node
        for extra in ("", *edge.extras):
            if (id(node), extra) not in seen:
                seen.add((id(node), extra))
                edges = (*node.edges, *node.optional.get(extra, ())) if extra else node.edges
                left += [(one, (extra,)) for one in edges]
    return list(found.values())


def _chosen(file: str, edge: Edge, candidates: Sequence[Node]) -> Node:
    """The one version of a package that is meant."""
    if not candidates:
        raise PreparationError(f"{file} has no {one_line(edge.name, 60)}, which something in it needs", "lock anew")
    fitting = [node for node in candidates if edge.fits(node.version)] if len(candidates) > 1 else list(candidates)
    if len(fitting) != 1:
        listed = one_line(", ".join(node.version for node in candidates))
        raise PreparationError(f"{file} has {one_line(edge.name, 60)} in the versions {listed}: none is the one")
    return fitting[0]
