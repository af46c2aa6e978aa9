"""Verdicts on lines of commits of one epoch: floor, tolerance, slack, target, blame."""

import pytest

from fullautoci.ratchet.rule import HIGHER, LOWER, Rule
from tests.unit.ratchet.expecting import Case, check

SCORE = Rule("score", HIGHER, tolerance=0.05)
STRICT = Rule("score", HIGHER)
COUNT = Rule("findings", LOWER)
TARGET = Rule("percent_lines", HIGHER, target=90.0, tolerance=1.0, slack=0.1)
FEWER = Rule("findings", LOWER, target=10.0, tolerance=1.0, slack=0.5)

LINES: list[Case] = [
    ("the first commit is the baseline", "a 9.5", "baseline floor=none on=9.5"),
    ("a baseline of nothing at all", "a 0", "baseline on=0"),
    ("a score may be below zero", "a -3.25", "baseline on=-3.25"),
    ("the same value is held", "a 9.5; b<a 9.5", "held floor=9.5 on=9.5"),
    ("a better one improves and is the floor from there", "a 9.5; b<a 9.6", "improved floor=9.5 on=9.6"),
    ("a fall within the tolerance is held", "a 9.5; b<a 9.46", "held on=9.5"),
    ("a fall of the tolerance is held", "a 9.5; b<a 9.45", "held on=9.5"),
    ("a fall beyond it regresses", "a 9.5; b<a 9.44", "regressed floor=9.5 on=9.5 blame=b"),
    ("what regressed moves no floor", "a 9.5; b<a 9.0; c<b 9.5", "held floor=9.5 on=9.5"),
    ("no worse than its parent is inherited", "a 9.5; b<a 9.0; c<b 9.0", "inherited blame=b on=9.5"),
    ("better than its parent, below the floor, is inherited", "a 9.5; b<a 9.0; c<b 9.2", "inherited blame=b on=9.5"),
    ("worse than a parent that failed regresses", "a 9.5; b<a 9.0; c<b 8.9", "regressed on=9.5"),
    ("the first culprit stays to blame", "a 9.5; b<a 9.0; c<b 8.9; d<c 8.9", "inherited blame=b"),
    ("a fall is over once it is made good", "a 9.5; b<a 9.0; c<b 9.46; d<c 9.44", "regressed on=9.5"),
    ("recovery within the tolerance is held", "a 9.5; b<a 9.0; c<b 9.45", "held owner=b on=9.5"),
    ("a second fall blames the second", "a 9.5; b<a 9.0; c<b 9.5; d<c 9.0; e<d 9.0", "inherited blame=d"),
    ("small steps do not add up", "a 9.5; b<a 9.46; c<b 9.42", "regressed floor=9.5 blame=c"),
    ("steps to the edge are held", "a 9.5; b<a 9.48; c<b 9.46; d<c 9.45", "held floor=9.5"),
    ("a floor rises by small steps up", "a 9.5; b<a 9.51; c<b 9.52; d<c 9.46", "regressed floor=9.52"),
    ("a fall after a rise is held against the rise", "a 9.5; b<a 9.9; c<b 9.6", "regressed floor=9.9"),
    ("a wobble within the tolerance moves nothing", "a 9.5; b<a 9.46; c<b 9.5; d<c 9.46", "held on=9.5"),
    ("far back counts as much as the parent", "a 9.9; b<a 9.0; c<b 9.0; d<c 9.0; e<d 9.0", "inherited blame=b on=9.9"),
    ("a fall from a wobble within blames its own", "a 9.5; b<a 9.46; c<b 9.4", "regressed blame=c"),
    ("an inherited one that improves to the floor", "a 9.5; b<a 9.0; c<b 9.7", "improved floor=9.5 on=9.7"),
    ("differences of floating point are none", "a 0.3; b<a 0.29999999999999", "held on=0.3"),
]
STRICTLY: list[Case] = [
    ("without tolerance the least fall regresses", "a 9.5; b<a 9.499", "regressed"),
    ("and the least rise improves", "a 9.5; b<a 9.501", "improved on=9.501"),
    ("and rounding does neither", "a 9.5; b<a 9.5000000000001", "held"),
    ("from far below zero", "a -50; b<a -60", "regressed floor=-50"),
    ("up from far below zero", "a -50; b<a -40", "improved on=-40"),
    ("huge values", "a 1e300; b<a 1e299", "regressed floor=1e300"),
]
COUNTS: list[Case] = [
    ("fewer is better", "a 10; b<a 9", "improved on=9"),
    ("more regresses", "a 10; b<a 11", "regressed floor=10 on=10"),
    ("as many is held", "a 10; b<a 10", "held"),
    ("none is a floor like any other", "a 10; b<a 0; c<b 1", "regressed floor=0"),
    ("from none to none", "a 0; b<a 0", "held on=0"),
    ("one for one is held", "a 10; b<a 9; c<b 9", "held on=9"),
    ("more than the floor, fewer than the parent", "a 10; b<a 14; c<b 12", "inherited blame=b on=10"),
]
TARGETS: list[Case] = [
    ("a baseline below its target", "a 80", "baseline on=80"),
    ("a baseline above it is capped", "a 95", "baseline on=90"),
    ("slack is a share of what is left to the target", "a 80; b<a 78", "held floor=80"),
    ("beyond tolerance and slack it regresses", "a 80; b<a 77.9", "regressed floor=80"),
    ("nearer the target there is less of it", "a 89; b<a 87.95", "held"),
    ("nearer the target it ends sooner", "a 89; b<a 87.85", "regressed"),
    ("at the target it is met", "a 89; b<a 90", "met on=90"),
    ("beyond it, too, and the floor stays at the target", "a 89; b<a 99", "met on=90"),
    ("what is beyond may fall to the target", "a 99; b<a 90", "met floor=90 on=90"),
    ("of a target that was met the tolerance is left", "a 95; b<a 89", "held floor=90 on=90"),
    ("and no slack", "a 95; b<a 88.9", "regressed floor=90"),
    ("once met it has to stay", "a 95; b<a 85; c<b 85", "inherited blame=b floor=90"),
    ("a commit that is below, but no less than it ever was, rises", "a 80; b<a 85", "improved on=85"),
    ("steps with slack do not add up", "a 80; b<a 78.5; c<b 77.5", "regressed floor=80"),
    ("slack goes by the floor that was reached", "a 80; b<a 88; c<b 86.9", "held floor=88"),
    ("and not by the one before", "a 80; b<a 88; c<b 86.7", "regressed floor=88"),
]
FEWER_TO: list[Case] = [
    ("a count far from its target", "a 30; b<a 41", "held floor=30 on=30"),
    ("with tolerance and slack, not more", "a 30; b<a 42", "regressed"),
    ("fewer than the target is met", "a 30; b<a 5", "met on=10"),
    ("it may come back to it", "a 5; b<a 10", "met floor=10"),
    ("and by the tolerance beyond", "a 5; b<a 11", "held floor=10"),
    ("not further", "a 5; b<a 12", "regressed floor=10"),
]
POLICIES: list[Case] = [
    ("a lowered target is judged by the parent's", "a 89; b<a 85 rule:target=70", "regressed+loosened floor=89"),
    ("and counts from there if nothing fell", "a 89; b<a 89 rule:target=70", "held+loosened on=89"),
    ("for the child it is the rule", "a 89; b<a 89 rule:target=70; c<b 71 rule:target=70", "met floor=70"),
    ("a fall waits for no such child", "a 89; b<a 85 rule:target=70; c<b 85 rule:target=70", "met floor=70"),
    ("lowered and raised again, the old floor is there", "a 89; b<a 89 rule:target=70; c<b 80 rule:target=70; d<c 80",
     "inherited floor=89 blame=c"),
    ("also where it fell in the same commit", "a 89; b<a 80 rule:target=70; c<b 80 rule:target=70; d<c 80",
     "inherited floor=89 blame=b"),
    ("also in a new version", "a 89; b<a 89 rule:target=70 v2=88; c<b 80@v2 rule:target=70; d<c 80@v2",
     "inherited floor=88 blame=c"),
    ("what is beyond a target that stays is not asked later", "a 95; b<a 99; c<b 91; d<c 91 rule:target=98;"
     " e<d 91 rule:target=98", "held floor=91"),
    ("a raised target is no loosening", "a 95; b<a 95 rule:target=99", "improved floor=90 on=95"),
    ("and asks of the next what was reached", "a 95; b<a 95 rule:target=99; c<b 93.6 rule:target=99", "held floor=95"),
    ("no target is stricter than one", "a 95; b<a 95 rule:target=none", "improved floor=90 on=95"),
    ("a target where there was none is looser", "a 95 rule:target=none; b<a 95", "held+loosened floor=95 on=95"),
    ("more tolerance is looser", "a 80; b<a 76 rule:tolerance=5", "regressed+loosened"),
    ("less is not", "a 80; b<a 79 rule:tolerance=0,slack=0", "regressed"),
    ("more slack is looser", "a 80; b<a 77 rule:slack=0.9", "regressed+loosened"),
    ("less slack is not", "a 80; b<a 79 rule:slack=0", "held"),
    ("a ratchet switched off is judged once more", "a 80; b<a 70 rule:none", "regressed+loosened floor=80"),
    ("and lets go if nothing fell", "a 80; b<a 80 rule:none", "held+loosened"),
    ("what follows is not judged", "a 80; b<a 80 rule:none; c<b 60 rule:none", "silent"),
    ("while it is off, its floor is kept", "a 80; b<a 80 rule:none; c<b 60 rule:none", "silent on=80"),
    ("when it is on again, too", "a 80; b<a 80 rule:none; c<b 60 rule:none; d<c 60", "inherited floor=80"),
    ("where it comes on and falls at once", "a 80; b<a 80 rule:none; c<b 79 rule:none; d<c 70", "regressed floor=80"),
    ("a rule that comes later begins there", "a 80 rule:none; b<a 70", "baseline on=70"),
    ("a configuration that cannot be read is its parent's", "a 80; b<a 70 unreadable rule:none", "regressed floor=80"),
    ("and is handed on", "a 80; b<a 80 unreadable rule:none; c<b 70", "regressed floor=80"),
    ("another direction is looser", "a 80; b<a 70 rule:direction=lower,target=none", "regressed+loosened"),
    ("and begins anew if nothing fell", "a 80; b<a 80 rule:direction=lower,target=none", "held+loosened on=80"),
    ("what was never measured has no rule to loosen", "a ?; b<a 90 rule:tolerance=5", "baseline on=90"),
    ("while it is off, other configurations do not count", "a 80; b<a 80 rule:none; c<b 99@c2 rule:none; d<c 99@c2",
     "pending needs=d@"),
    ("parents of two directions", "a 80; b<a 80 rule:direction=lower,target=none; c<a 85; m<b,c 82",
     "regressed+loosened floor=80"),
    ("another direction holds from there", "a 80; b<a 80 rule:direction=lower,target=none;"
     " c<b 81.5 rule:direction=lower,target=none", "regressed floor=80"),
    ("a target further away gives no more slack", "a 80; b<a 77.5 rule:target=99", "regressed"),
    ("nor to the next", "a 80; b<a 80 rule:target=99; c<b 77 rule:target=99", "regressed floor=80"),
    ("a tolerance that is given back", "a 80; b<a 80 rule:tolerance=9; c<b 75", "regressed floor=80"),
]  # fmt: skip
SPREADS: list[Case] = [
    ("within what it varies by itself it is held", "a 9.5; b<a 9.3 spread=0.2", "held+flaky floor=9.5 on=9.5"),
    ("beyond that it regresses", "a 9.5; b<a 9.2 spread=0.2", "regressed"),
    ("within the tolerance nobody mentions it", "a 9.5; b<a 9.46 spread=0.2", "held"),
    ("it does not keep a floor from rising", "a 9.5; b<a 9.6 spread=0.2", "improved on=9.6"),
    ("steps within it do not add up", "a 9.5; b<a 9.3 spread=0.2; c<b 9.1 spread=0.2", "inherited floor=9.5 blame=b"),
    ("nor do such as are beyond it", "a 9.5; b<a 9.3 spread=0.2; c<b 9.0 spread=0.2", "regressed floor=9.5"),
]
GROUPS = [
    (SCORE, LINES), (STRICT, STRICTLY), (COUNT, COUNTS), (TARGET, TARGETS), (FEWER, FEWER_TO), (TARGET, POLICIES),
    (SCORE, SPREADS),
]  # fmt: skip
CASES = [pytest.param(rule, text, expected, id=name) for rule, group in GROUPS for name, text, expected in group]


@pytest.mark.parametrize(("rule", "text", "expected"), CASES)
def test_verdict(rule: Rule, text: str, expected: str) -> None:
    check(rule, text, expected)
