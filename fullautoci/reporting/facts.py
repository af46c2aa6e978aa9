"""What is known of a period, as it was recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Facts:
    """The rows of a report.

    Attributes:
        outcomes: how many runs ended how; of those under way, their states.
        commits: how many commits they are of.
        is_cut: whether there were more runs than are looked at, of which these are the newest.
        turns: jobs whose outcome is other than their parent's, newest first: `tool`, `project`, `variant`, `commit`,
            `subject`, `run`, `at`, `outcome`, `before`, `reason`.
        tools: of each `tool`, `project` and `variant` its `times`, `failed`, `reused`, `measured`, `total_s`,
            `longest_s`, `new` and `fixed` findings.
        verdicts: what improved or got worse, oldest first: `name`, `commit`, `run`, `verdict`, `value`, `floor`,
            `flags`, `reason`.
        acts: what people did: `kind`, `name`, `commit`, `subject`, `actor`, `reason`, `until`, `at`.
        flaky: what differed though nothing else did: `name`, `kind`, `tool`, `project`, `variant`, `times`, `seen_at`.
        tests: that failed: `name`, `tool`, `project`, `variant`, `times`, `run`.
        begin: metrics at the beginning, by series name; `end`: at the end.
        directions: of metrics that are held, by series name, whether higher is better.
    """

    outcomes: Mapping[str, int]
    commits: int
    is_cut: bool = False
    turns: Sequence[Row] = ()
    tools: Sequence[Row] = ()
    verdicts: Sequence[Row] = ()
    acts: Sequence[Row] = ()
    flaky: Sequence[Row] = ()
    tests: Sequence[Row] = ()
    begin: Mapping[str, float] = field(default_factory=dict)
    end: Mapping[str, float] = field(default_factory=dict)
    directions: Mapping[str, bool] = field(default_factory=dict)
