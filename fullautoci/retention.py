"""What may go: by age, by count, and by size; what is in use never does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Kept:
    """Something that is kept until it is pruned.

    Attributes:
        group: what it is counted in: a repository's logs are counted apart from another's.
        order: the higher, the newer, whatever the clock says; ties are told by `used_at`.
        used_at: when it was last used, in seconds of the wall clock.
        in_use: it never goes.
    """

    path: str
    size: int
    used_at: float
    group: str = ""
    order: int = 0
    in_use: bool = False


@dataclass(frozen=True)
class Rule:
    """What is older than `days` and not of the newest `count` of its group goes; and the oldest, beyond `size` bytes.

    That both age and count must say so keeps a clock that leaps by years from emptying everything.
    """

    days: float
    count: int
    size: int


def surplus(items: Sequence[Kept], rule: Rule, now: float) -> Iterator[tuple[Kept, str]]:
    """What goes, each with the reason."""
    newest_first = sorted(items, key=lambda item: (item.order, item.used_at, item.path), reverse=True)
    seen: dict[str, int] = {}
    left = []
    for item in newest_first:
        seen[item.group] = seen.get(item.group, 0) + 1
        old = now - item.used_at > rule.days * 86400
        if old and seen[item.group] > rule.count and not item.in_use:
            yield item, f"not used for {rule.days:g} days, and {rule.count} newer ones are kept"
        else:
            left.append(item)
    total = sum(item.size for item in left)
    for item in reversed(left):
        if total > rule.size and not item.in_use:
            total -= item.size
            yield item, f"all together are larger than {rule.size} bytes, and it was used longest ago"
