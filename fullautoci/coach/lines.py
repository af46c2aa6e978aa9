"""Lines and branches that no test reaches: where the most of them are, and how many bring a metric to its goal."""

from collections.abc import Callable, Sequence

from fullautoci.coach.facts import Facts, File
from fullautoci.coach.steps import ROUNDING, TOLD, Advice, Goal, Group, walk
from fullautoci.text import counted

LINES, BRANCHES = "line", "branch"


def advise(metric: str, facts: Facts, wanted: Goal) -> Advice:
    """The fewest places to reach: the longest runs of lines first, or the files with the most branches."""
    lines = metric.endswith("lines")
    noun = LINES if lines else BRANCHES
    total = sum(one.statements if lines else one.branches for one in facts.files)
    reached = sum(one.covered if lines else one.covered_branches for one in facts.files)
    groups = _runs(facts.files) if lines else _branches(facts.files)
    if not groups:
        return Advice(wanted, why=f"there is no {noun} to reach" if facts.files else "its files are not known any more")
    share = metric.startswith("percent_")
    own = round(100 * reached / total, ROUNDING) if share else float(total - reached)
    shift = facts.value - own

    def after(done: int) -> float:
        value = 100 * (reached + done) / total if share else float(total - reached - done)
        return round(round(value, ROUNDING) + shift, ROUNDING)

    steps, reaches = walk(groups, wanted, after, higher=share)
    return Advice(
        wanted,
        steps,
        reaches,
        f"not reached: {total - reached} of {counted(total, noun) if lines else _branches_in_words(total)}",
        _costs(facts.files, lines),
    )


def runs(missing: Sequence[int]) -> list[tuple[int, int]]:
    """Successive lines, each run as its first and last."""
    found: list[tuple[int, int]] = []
    for line in sorted(set(missing)):
        if found and line == found[-1][1] + 1:
            found[-1] = (found[-1][0], line)
        else:
            found.append((line, line))
    return found


def _runs(files: Sequence[File]) -> list[Group]:
    there = [(one.path, first, last) for one in files for first, last in runs(one.missing)]
    there.sort(key=lambda run: (run[1] - run[2], run))
    return [Group(_reaching(path, first, last), last - first + 1) for path, first, last in there]


def _reaching(path: str, first: int, last: int) -> Callable[[int], str]:
    def text(count: int) -> str:
        where = f"{path}:{first}" if first == last else f"{path}:{first}-{last}"
        return f"reach {where}" if count == last - first + 1 else f"reach {counted(count, 'line')} of {where}"

    return text


def _branches(files: Sequence[File]) -> list[Group]:
    there = [(one.branches - one.covered_branches, one.path) for one in files if one.branches > one.covered_branches]
    there.sort(key=lambda one: (-one[0], one[1]))
    return [Group(lambda n, path=path: f"reach {_branches_in_words(n)} in {path}", size) for size, path in there]  # type: ignore[misc]


def _branches_in_words(count: int) -> str:
    return f"{count} branch{'es' * (count != 1)}"


def _costs(files: Sequence[File], lines: bool) -> tuple[str, ...]:
    """The files in which the most is not reached."""
    gaps = [
        (one.statements - one.covered, one.statements, one.path)
        if lines
        else (one.branches - one.covered_branches, one.branches, one.path)
        for one in files
    ]
    worst = sorted((gap for gap in gaps if gap[0]), key=lambda gap: (-gap[0], gap[2]))[:TOLD]
    words = "line" if lines else "branch"
    return tuple(
        f"file {path}: {gap} of {counted(of, words) if lines else _branches_in_words(of)}" for gap, of, path in worst
    )
