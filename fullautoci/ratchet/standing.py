"""What is judged, the verdict on it, and what a commit hands on to its children."""

from dataclasses import dataclass, field
from enum import StrEnum

from fullautoci.ratchet.measured import WHOLE, Epoch, Measured, Missing, Probe, Values
from fullautoci.ratchet.rule import Rule

__all__ = [
    "FAILING", "LOWERING", "WHOLE", "Act", "Epoch", "Flag", "Judgement", "Loan", "Measured", "Missing", "Probe",
    "Standing", "Subject", "Values", "Verdict",
]  # fmt: skip


class Verdict(StrEnum):
    """What the rule says of one commit."""

    UNJUDGED = "unjudged"
    BASELINE = "baseline"
    REGRESSED = "regressed"
    INHERITED = "inherited"
    MET = "met"
    IMPROVED = "improved"
    HELD = "held"


FAILING = (Verdict.UNJUDGED, Verdict.REGRESSED, Verdict.INHERITED)


class Flag(StrEnum):
    """What is to be known beside a verdict."""

    WAIVED = "waived"
    REMEASURED = "remeasured"
    NEW_EPOCH = "new epoch"
    LOOSENED = "policy loosened"
    MERGE = "merge"
    REMOVALS = "removals"
    RESET = "reset"
    FLAKY = "flaky"
    REPEATED = "measured again"


# With one of these a floor may be lower than a parent's: they are what the journal shows.
LOWERING = (Flag.REMEASURED, Flag.NEW_EPOCH, Flag.LOOSENED, Flag.MERGE, Flag.REMOVALS, Flag.RESET, Flag.REPEATED)


@dataclass(frozen=True)
class Act:
    """What a person did about a ratchet at a commit: `waive`, `reset` or `raise`.

    Attributes:
        value: of the floor, for a reset or raise; None: what the commit has.
        until: the moment at which it ends (ISO 8601, UTC); empty: it does not.
    """

    kind: str
    reason: str
    actor: str
    value: float | None = None
    until: str = ""
    id: int = 0

    def active(self, moment: str) -> bool:
        """Whether it counts for what was first seen at a moment."""
        return not self.until or moment < self.until


@dataclass(frozen=True)
class Loan:
    """A floor that stands in for the real one until an act ends."""

    floor: Values
    act: Act


@dataclass(frozen=True)
class Standing:
    """What a commit hands on to its children.

    Attributes:
        rule: its own policy; None: the metric is not held. Of a commit that was not tested, its parents'.
        epoch: the floor's; None: there is no floor yet.
        settings: the commit whose configuration of the tool is the epoch's.
        floor: what may not be fallen below.
        low: the lowest of the floors that were merged and not judged since; else the floor.
        last: what was measured last in that epoch.
        faults: how much was amiss then.
        commit: where that was.
        blame: the commit since which it is below the floor; empty: it is not, or nobody is to blame.
        failing: whether the verdict failed, waived or not.
        waiver: what excuses that.
        loan: what stands in for the floor.
        direction: which values the floor takes for better; empty: there is no floor yet.
        others: what else it hands on because it could not be judged, of other epochs or on other loans.
    """

    rule: Rule | None
    epoch: Epoch | None = None
    settings: str = ""
    floor: Values = field(default_factory=dict)
    low: Values = field(default_factory=dict)
    last: Values = field(default_factory=dict)
    faults: float | None = None
    commit: str = ""
    blame: str = ""
    failing: bool = False
    waiver: Act | None = None
    loan: Loan | None = None
    direction: str = ""
    others: tuple["Standing", ...] = ()


@dataclass(frozen=True)
class Subject:
    """A commit that is to be judged.

    Attributes:
        moment: when it was first seen (ISO 8601, UTC).
        rule: its own policy; None: it does not hold the metric.
        known: whether its policy could be read; if not, its parents' goes on.
        tested: whether it was tested at all; if not, it only hands on.
        measured: what its own configuration yielded; None: nothing.
        why: why that is so.
        moves: whether it may move a floor: a working copy that was not committed does not.
        acts: what was done about the ratchet at this commit.
        spread: by how much the value is known to differ where nothing else does.
        parents: its parents, whether anything is known of them or not.
        repeated: whether what was measured of it before, in the same epoch, was better.
    """

    commit: str
    moment: str
    rule: Rule | None
    known: bool = True
    tested: bool = True
    measured: Measured | None = None
    why: str = ""
    moves: bool = True
    acts: tuple[Act, ...] = ()
    spread: float = 0.0
    parents: tuple[str, ...] = ()
    repeated: bool = False


@dataclass(frozen=True)
class Judgement:
    """A verdict, with all that explains it.

    Attributes:
        verdict: None: there is nothing to judge, or probes are needed first.
        value: what was judged; of files, their sum.
        floor: what it was held against.
        failing: whether it fails the commit.
        blame: the commit to blame.
        standing: what is handed on.
        needs: what must be measured before there can be a verdict.
        by_tool: how much of the change is the tool's or environment's doing.
        by_commit: how much is the commit's.
    """

    standing: Standing
    verdict: Verdict | None = None
    value: float | None = None
    floor: float | None = None
    target: float | None = None
    flags: tuple[Flag, ...] = ()
    reason: str = ""
    blame: str = ""
    failing: bool = False
    needs: tuple[Probe, ...] = ()
    by_tool: float | None = None
    by_commit: float | None = None
