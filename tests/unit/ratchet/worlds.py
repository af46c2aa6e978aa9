"""Random commit graphs, with what each tree yields in every epoch."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st

from fullautoci.ratchet.judge import judge
from fullautoci.ratchet.measured import Epoch, Measured, Missing, Probe, Values
from fullautoci.ratchet.rule import HIGHER, LOWER, Rule
from fullautoci.ratchet.standing import Act, Judgement, Subject

EPOCHS = tuple(Epoch(c, v, "venv") for c in ("c1", "c2") for v in ("v1", "v2"))
FIRST = EPOCHS[0]
FILES = ("a.py", "b.py", "c.py")


@dataclass(frozen=True, repr=False)
class Made:
    """A commit of a world.

    Attributes:
        yields: what its tree yields, by epoch; None: it cannot be measured there.
        state: `measured`, `errored`, `untested`, `off`, or `dirty`.
    """

    parents: tuple[int, ...]
    epoch: Epoch
    yields: Mapping[Epoch, Values | None]
    rule: Rule | None
    state: str = "measured"
    faults: float | None = None
    acts: tuple[Act, ...] = ()
    moment: str = "5"

    def __repr__(self) -> str:
        yields = {f"{at.configuration}{at.version}": found for at, found in self.yields.items()}
        said = (self.state, self.rule, f"faults={self.faults}", self.acts, f"t={self.moment}")
        return f"<{self.parents} @{self.epoch.configuration}{self.epoch.version} {yields} {' '.join(map(str, said))}"


@dataclass(frozen=True, repr=False)
class World:
    """A history; each commit comes after its parents."""

    commits: tuple[Made, ...] = field(default=())

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        for number, one in enumerate(self.commits):
            printer.text(f"\n  {number} {one}")

    def judged(self) -> list[Judgement]:
        """The verdicts on all commits."""
        found: list[Judgement] = []
        for number, one in enumerate(self.commits):
            parents = [found[parent].standing for parent in one.parents]
            found.append(judge(self.subject(number), parents, self.find))
        return found

    def subject(self, number: int) -> Subject:
        """A commit as it is judged."""
        one = self.commits[number]
        measured = None
        if one.state in ("measured", "dirty") and (values := one.yields[one.epoch]) is not None:
            measured = Measured(str(number), one.epoch, values, one.faults)
        return Subject(
            str(number), one.moment, None if one.state == "off" else one.rule, tested=one.state != "untested",
            measured=measured, why="" if measured or one.state == "off" else "it broke", moves=one.state != "dirty",
            acts=one.acts,
        )  # fmt: skip

    def find(self, probe: Probe) -> Measured | Missing | None:
        """What a probe yields."""
        assert probe.epoch.configuration == self.commits[int(probe.settings)].epoch.configuration
        one, around = self.commits[int(probe.commit)], self.commits[int(probe.environment)]
        at = replace(probe.epoch, version=around.epoch.version)
        assert at == probe.epoch or one.state == "off"  # of which nobody knows which version it has before
        values = one.yields[at]
        return Missing("it broke") if values is None else Measured(probe.commit, at, values, one.faults)

    def but(self, number: int, **said: object) -> "World":
        """This world with one commit that is other."""
        other = replace(self.commits[number], **said)  # type: ignore[arg-type]
        return World((*self.commits[:number], other, *self.commits[number + 1 :]))

    def each(self, **said: object) -> "World":
        """This world with something other of every commit."""
        return World(tuple(replace(one, **said) for one in self.commits))  # type: ignore[arg-type]


WHOLES = st.integers(0, 12).map(float)
RULES = st.builds(
    Rule,
    st.just("m"),
    st.sampled_from([HIGHER, LOWER]),
    target=st.none() | st.integers(2, 10).map(float),
    tolerance=st.sampled_from([0.0, 0.5, 1.0, 2.0]),
    slack=st.sampled_from([0.0, 0.0, 0.1, 0.5]),
)
ACTS = st.builds(
    Act,
    st.sampled_from(["waive", "reset", "raise"]),
    st.just("why"),
    st.just("who"),
    st.none() | WHOLES,
    st.sampled_from(["", "4", "6", "8"]),
)
STATES = ["measured"] * 6 + ["errored", "untested", "off", "dirty"]


def values(per: bool) -> st.SearchStrategy[Values]:
    """What a tree may yield."""
    if per:
        files = st.dictionaries(st.sampled_from(FILES), st.integers(0, 5).map(float), max_size=3)
        return files.map(lambda found: {"": 0.0, **found})
    return WHOLES.map(lambda value: {"": value})


@st.composite
def rules(draw: st.DrawFn, per: bool = False) -> Rule:
    """One ratchet."""
    found = draw(RULES)
    return replace(found, direction=LOWER, per="file") if per else found


@st.composite
def worlds(
    draw: st.DrawFn, *, epochs: bool = True, states: bool = True, acts: bool = True, policies: bool = True,
    per: bool = False, linear: bool = False, size: int = 7, faults: bool = True,
) -> World:  # fmt: skip
    """Histories, with as much happening in them as is wanted."""
    rule = draw(rules(per))
    made = []
    for number in range(draw(st.integers(2, size))):
        if linear:
            parents = [number - 1] if number else []
        else:
            some = st.lists(st.integers(0, number - 1), min_size=1, max_size=2, unique=True) if number else st.just([])
            parents = draw(some)
        where = draw(st.sampled_from(EPOCHS)) if epochs else FIRST
        anything = st.none() | values(per) if states else values(per)
        yields = {epoch: draw(anything) for epoch in (EPOCHS if epochs else [FIRST])}
        own: Rule | None = rule
        if policies and draw(st.integers(0, 3)) == 0:
            own = draw(st.none() | rules(per))
        made.append(
            Made(
                tuple(parents), where, yields, own, draw(st.sampled_from(STATES)) if states else "measured",
                draw(st.none() | st.integers(0, 3).map(float)) if faults and not per else None,
                tuple(draw(st.lists(ACTS, max_size=2))) if acts and draw(st.integers(0, 2)) == 0 else (),
                draw(st.sampled_from("3579")),
            )
        )  # fmt: skip
    return World(tuple(made))
