"""What holds of every history, whatever is in it."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fullautoci.ratchet.measured import Epoch, Measured
from fullautoci.ratchet.rule import HIGHER, Rule
from fullautoci.ratchet.standing import FAILING, LOWERING, Act, Flag, Judgement, Standing, Verdict
from tests.unit.ratchet.worlds import EPOCHS, FIRST, WHOLES, Made, World, rules, values, worlds

MANY = settings(max_examples=100, deadline=None)
ANY = st.booleans().flatmap(lambda per: worlds(per=per))


def better(rule: Rule | str, one: float, other: float) -> bool:
    """Whether a value is better than another, by more than floating point adds."""
    direction = rule if isinstance(rule, str) else rule.direction
    return one > other + 1e-6 if direction == HIGHER else one < other - 1e-6


@MANY
@given(ANY)
def test_every_history_has_verdicts_that_say_the_same_each_time(world: World) -> None:
    found = world.judged()
    assert found == world.judged()
    for number, one in enumerate(found):
        waived = Flag.WAIVED in one.flags
        assert one.failing == (one.verdict in FAILING and not waived)
        assert not waived or one.verdict in FAILING
        assert (one.blame == str(number)) == (one.verdict is Verdict.REGRESSED)
        assert one.reason or not one.failing
        assert not one.needs
        assert not one.blame or int(one.blame) <= number


@MANY
@given(worlds(acts=False, states=False))
def test_a_floor_never_falls_along_a_lineage_but_where_that_is_told(world: World) -> None:
    found = world.judged()
    for number, (one, made) in enumerate(zip(found, world.commits, strict=True)):
        if set(one.flags) & set(LOWERING):
            continue
        for parent in made.parents:
            line, own = found[parent].standing, one.standing
            if line.epoch is None or line.epoch != own.epoch or line.direction != own.direction:
                continue
            assert not better(line.direction, line.floor[""], own.floor[""]), (number, parent)


@MANY
@given(st.booleans().flatmap(lambda per: worlds(epochs=False, acts=False, policies=False, faults=False, per=per)))
def test_what_did_not_pass_moves_no_floor(world: World) -> None:
    found = world.judged()
    for one, made in zip(found, world.commits, strict=True):
        if len(made.parents) != 1 or made.state == "off":
            continue
        if made.state != "measured" or one.verdict in FAILING:
            before = found[made.parents[0]].standing
            cap = made.rule.capped if made.rule is not None else float
            assert {name: cap(value) for name, value in before.floor.items()} == one.standing.floor


@MANY
@given(
    st.booleans().flatmap(lambda per: worlds(acts=False, policies=False, per=per, linear=True)),
    st.sampled_from(["errored", "untested", "dirty"]),
    st.data(),
)
def test_what_says_nothing_changes_nothing_for_what_follows(world: World, state: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(world.commits) - 1))
    spare = replace(world.commits[at], state=state, yields=dict.fromkeys(EPOCHS), rule=world.commits[0].rule)
    if state == "dirty":
        spare = replace(
            spare, yields={epoch: data.draw(values(bool(spare.rule and spare.rule.per))) for epoch in EPOCHS}
        )
    # It stands between two commits; those after it have other numbers then.
    longer = World((*world.commits[:at], replace(spare, parents=(at - 1,)), *world.commits[at:]))
    longer = World(
        tuple(replace(one, parents=(number - 1,)) if number else one for number, one in enumerate(longer.commits))
    )
    for number, (before, after) in enumerate(
        zip(world.judged(), [one for n, one in enumerate(longer.judged()) if n != at], strict=True)
    ):
        seen = [(one.verdict, one.value, one.floor, one.flags, one.failing) for one in (before, after)]
        assert seen[0] == seen[1], number


@MANY
@given(worlds(epochs=False, states=False, acts=False, policies=False, faults=False, linear=True, size=12))
def test_small_steps_never_add_up(world: World) -> None:
    rule = world.commits[0].rule
    assert rule is not None
    best: float | None = None
    for one in world.judged():
        assert one.value is not None
        if best is not None and one.verdict not in FAILING:
            assert not rule.breaks(one.value, rule.capped(best))
        if one.verdict not in FAILING:
            best = one.value if best is None else rule.best(best, one.value)


@MANY
@given(worlds(epochs=False, states=False, acts=False, policies=False, faults=False, size=8), st.data())
def test_new_epochs_neither_blame_nor_forgive(world: World, data: st.DataObject) -> None:
    """A tool that finds so many more in every tree: the verdicts are what they would be without it."""
    world = world.each(rule=replace(world.commits[0].rule or Rule("m", HIGHER), target=None, slack=0.0))
    more = {epoch: float(data.draw(st.integers(-3, 3))) for epoch in EPOCHS}
    moved = World(
        tuple(
            replace(
                one,
                epoch=data.draw(st.sampled_from(EPOCHS)),
                yields={epoch: {"": 100 + (one.yields[FIRST] or {})[""] + by} for epoch, by in more.items()},
            )
            for one in world.commits
        )
    )
    kept = ("verdict", "blame", "failing")
    for number, (before, after) in enumerate(zip(world.judged(), moved.judged(), strict=True)):
        assert [getattr(before, name) for name in kept] == [getattr(after, name) for name in kept], number


@MANY
@given(rules(), WHOLES, WHOLES, WHOLES)
def test_a_merge_between_its_parents_blames_nobody(rule: Rule, one: float, other: float, merged: float) -> None:
    base = rule.worst(one, other)

    def made(value: float, *parents: int) -> Made:
        return Made(parents, FIRST, {FIRST: {"": value}}, rule)

    *_, found = World((made(base), made(one, 0), made(other, 0), made(merged, 1, 2))).judged()
    if rule.worse(merged, base):
        assert found.failing == rule.breaks(merged, rule.capped(base))
        assert found.verdict is not Verdict.INHERITED
    else:
        assert (found.failing, found.blame) == (False, "")
        if rule.breaks(merged, rule.capped(rule.best(one, other))):  # then that is not asked of what comes after
            assert Flag.MERGE in found.flags
            assert found.standing.floor[""] == rule.capped(merged)


@MANY
@given(worlds(), st.lists(st.tuples(st.integers(0, 6), st.sampled_from(["", "4", "6", "8"])), min_size=1, max_size=4))
def test_a_waiver_excuses_and_changes_nothing_else(world: World, given_: list[tuple[int, str]]) -> None:
    world = World(tuple(replace(one, acts=tuple(a for a in one.acts if a.kind != "waive")) for one in world.commits))
    waived = world
    for number, until in given_:
        if number < len(world.commits):
            acts = (*waived.commits[number].acts, Act("waive", "why", "who", until=until))
            waived = waived.but(number, acts=acts)
    for before, after in zip(world.judged(), waived.judged(), strict=True):
        assert bare(before) == bare(after)
        assert before.failing or not after.failing
        assert after.failing or Flag.WAIVED in after.flags or not before.failing


def bare(found: Judgement) -> tuple[object, ...]:
    """A verdict without what waivers say of it."""

    def without(line: Standing) -> Standing:
        return replace(line, waiver=None, others=tuple(without(one) for one in line.others))

    flags = tuple(flag for flag in found.flags if flag is not Flag.WAIVED)
    return found.verdict, found.value, found.floor, found.blame, flags, without(found.standing)


@MANY
@given(worlds(epochs=False, policies=False, states=False), st.none() | rules())
def test_no_policy_of_its_own_lets_a_commit_pass(world: World, other: Rule | None) -> None:
    last = len(world.commits) - 1
    assume(world.commits[last].parents)
    without = world.but(last, acts=())
    before, after = without.judged()[last], without.but(last, rule=other).judged()[last]
    if before.verdict in FAILING:
        assert after.failing or Flag.WAIVED in after.flags
        assert after.verdict in FAILING


@MANY
@given(worlds(epochs=False, acts=False, policies=False, states=False), WHOLES)
def test_no_configuration_of_its_own_lets_a_commit_pass(world: World, value: float) -> None:
    last, other = len(world.commits) - 1, Epoch("c9", "v1", "venv")
    one = world.commits[last]
    before = world.judged()[last]
    silenced = world.but(last, epoch=other, yields={**one.yields, other: {"": value}})
    after = silenced.judged()[last]
    assert (after.verdict, after.failing, after.value) == (before.verdict, before.failing, before.value)
    gone = world.but(last, epoch=other, yields={FIRST: None, other: {"": value}})
    assert gone.judged()[last].verdict is Verdict.UNJUDGED


@MANY
@given(worlds(acts=False, states=False, policies=False, faults=False))
def test_a_waiver_ends_when_it_says(world: World) -> None:
    last = len(world.commits) - 1
    before = world.but(last, moment="5").judged()[last]
    assume(before.failing)
    for until, fails in (("4", True), ("5", True), ("6", False), ("", False)):
        act = Act("waive", "why", "who", until=until)
        found = world.but(last, moment="5", acts=(act,)).judged()[last]
        assert found.failing == fails, until


@MANY
@given(worlds(per=True, epochs=False, states=False, acts=False, policies=False, linear=True, size=10))
def test_by_file_the_sum_of_floors_never_grows(world: World) -> None:
    """So findings cannot be brought in by moving files about."""
    rule = world.commits[0].rule
    assert rule is not None
    world = world.each(rule=replace(rule, target=None))
    sums = [sum(one.standing.floor.values()) for one in world.judged()]
    assert all(after <= before + 1e-6 for before, after in pairwise(sums))


def test_measured_values_that_cannot_be_compared_are_none() -> None:
    assert not Measured("a", FIRST, {}).reported
    assert not Measured("a", FIRST, {"": float("nan")}).reported
    assert not Measured("a", FIRST, {"a": 1.0, "b": float("inf")}).reported
    assert Measured("a", FIRST, {"a": 1.0, "b": 0.0}).reported
