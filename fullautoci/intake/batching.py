"""Events of one repository together, so that one fetch and one transaction serve them all."""

from collections.abc import Sequence

from fullautoci.model import Event

REGISTRATIONS = ("register", "unregister")


def batches(found: Sequence[Event]) -> list[tuple[str, list[Event]]]:
    """Events of one repository together, in their order; none moves across a registration."""
    done: list[tuple[str, list[Event]]] = []
    current: dict[str, list[Event]] = {}
    for event in found:
        if event.source in REGISTRATIONS:
            done += [*current.items(), (event.path, [event])]
            current = {}
        else:
            current.setdefault(event.path, []).append(event)
    return [*done, *current.items()]
