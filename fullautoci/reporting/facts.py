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
        detailed: of so many of them, the newest, everything else is told.
        sample: of so many, the newest, what tools took.
        turns: jobs whose outcome is other than their parent's, newest first: `tool`, `project`, `variant`, `commit`,
            `subject`, `run`, `at`, `outcome`, `before`, `reason`.
        tools: of each `tool`, `project` and `variant` its `times`, `failed`, `reused`, `measured`, `total_s`,
            `longest_s`.
        findings: how many came (`new`) and went (`fixed`).
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
    detailed: int = 0
    sample: int = 0
    turns: Sequence[Row] = ()
    tools: Sequence[Row] = ()
    findings: Mapping[str, int] = field(default_factory=lambda: {"new": 0, "fixed": 0})
    verdicts: Sequence[Row] = ()
    acts: Sequence[Row] = ()
    flaky: Sequence[Row] = ()
    tests: Sequence[Row] = ()
    begin: Mapping[str, float] = field(default_factory=dict)
    end: Mapping[str, float] = field(default_factory=dict)
    directions: Mapping[str, bool] = field(default_factory=dict)
