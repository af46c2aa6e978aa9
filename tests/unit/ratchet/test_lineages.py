"""Verdicts where histories part, meet, have gaps, or lose what was good."""

import pytest

from fullautoci.ratchet.rule import HIGHER, LOWER, Rule
from tests.unit.ratchet.expecting import Case, check

SCORE = Rule("score", HIGHER, tolerance=0.05)
COUNT = Rule("findings", LOWER)
LINES = Rule("percent_lines", HIGHER, tolerance=0.1)
TARGET = Rule("percent_lines", HIGHER, target=90.0)
FORK = "a 9.0; b<a 9.2; c<a 9.1;"
FAR = "a 9.0; b<a 9.5; c<a 9.1;"

MERGES: list[Case] = [
    ("what another branch reached concerns no one else", "a 9.0; b<a 9.9; c<a 9.0", "held floor=9"),
    ("a merge as good as the better parent", f"{FAR} m<b,c 9.5", "held floor=9.5 on=9.5"),
    ("a merge that is better than both", f"{FAR} m<b,c 9.6", "improved floor=9.5 on=9.6"),
    ("between its parents nobody is to blame", f"{FAR} m<b,c 9.3", "held+merge floor=9.5 on=9.3 owner="),
    ("in whichever order they are", f"{FAR} m<c,b 9.3", "held+merge floor=9.5 on=9.3"),
    ("as low as the lower parent", f"{FAR} m<b,c 9.1", "held+merge on=9.1"),
    ("lower than that within the tolerance", f"{FAR} m<b,c 9.06", "held+merge on=9.1"),
    ("lower than both regresses", f"{FAR} m<b,c 9.0", "regressed floor=9.5 on=9.5 low=9.1 blame=m"),
    ("a merge within the tolerance needs no flag", f"{FORK} m<b,c 9.15", "held floor=9.2 on=9.2"),
    ("after a merge the floor is what it had", f"{FAR} m<b,c 9.3; d<m 9.2", "regressed floor=9.3"),
    ("after a merge that was not tested, both are known", f"{FAR} m<b,c -; d<m 9.3", "held+merge floor=9.5 on=9.3"),
    ("and lower than both regresses", f"{FAR} m<b,c -; d<m 9.0", "regressed floor=9.5"),
    ("after a merge that errored, too", f"{FAR} m<b,c ?; d<m 9.3", "held+merge floor=9.5"),
    ("a merge that failed forgives its child nothing", f"{FAR} m<b,c 9.0; d<m 9.0", "inherited blame=m on=9.5"),
    ("its child may come back to between", f"{FAR} m<b,c 9.0; d<m 9.2", "held+merge on=9.2"),
    ("three parents", "a 9.0; b<a 9.5; c<a 9.1; d<a 9.3; m<b,c,d 9.2", "held+merge floor=9.5 on=9.2"),
    ("three parents, lower than all", "a 9.0; b<a 9.5; c<a 9.2; d<a 9.3; m<b,c,d 9.1", "regressed floor=9.5"),
    ("no worse than a first parent that is below", "a 9.5; b<a 9.0; c<a 9.5; m<b,c 9.0", "inherited blame=b"),
    ("a branch that is below does not lower the floor", "a 9.5; b<a 9.5; c<a 9.0; m<b,c 9.1", "regressed floor=9.5"),
    ("merged with what made it good", "a 9.5; b<a 9.0; c<a 9.6; m<b,c 9.55", "held floor=9.6"),
    ("a criss-cross", "a 9.0; b<a 9.4; c<a 9.2; d<b,c 9.3; e<c,b 9.2; m<d,e 9.25", "held floor=9.3"),
    ("histories with nothing in common", "a 9.0; b 8.0; m<a,b 8.5", "held+merge floor=9 on=8.5"),
    ("one that has no history", "a 9.0; b -; m<a,b 8.5", "regressed floor=9"),
    ("the strictest policy of both", "a 9; b<a 9 rule:tolerance=1; c<a 9; m<b,c 8.5", "regressed floor=9"),
    ("a parent that let go, another that did not", "a 9; b<a 9 rule:none; c<a 9; m<b,c 8.5", "regressed floor=9"),
    ("a fast history of merges stays where it is", f"{FAR} m<b,c 9.3; n<m,b 9.3", "held+merge floor=9.5 on=9.3"),
    ("what a failed merge excuses goes into a new version", f"{FAR} m<b,c 9.0 v2=8.0; d<m 8.2@v2",
     "held+merge+remeasured+new-epoch floor=8.5 on=8.2"),
    ("and no more than that", f"{FAR} m<b,c 9.0 v2=8.0; d<m 8.0@v2",
     "inherited+remeasured+new-epoch floor=8.5 low=8.1"),
    ("and under a new configuration", f"{FAR} m<b,c 9.0; d<m 9.9@c2 c1=9.2", "held+merge+new-epoch floor=9.5 on=9.9"),
    ("a failed merge and a fall in a new version", f"{FAR} m<b,c 9.0 v2=8.0; d<m 7.9@v2",
     "regressed+remeasured+new-epoch on=8.5 low=8.1"),
    ("a loan on one side", "a 9.5; b<a 9.0 reset:until=6; c<a 9.5; m<b,c 9.0", "held+merge floor=9.5 on=9.5"),
    ("it goes on", "a 9.5; b<a 9.0 reset:until=6; c<a 9.5; m<b,c 9.0; n<m 9.0", "held floor=9"),
    ("and ends", "a 9.5; b<a 9.0 reset:until=6; c<a 9.5; m<b,c 9.0; n<m 9.0 t=7", "inherited floor=9.5"),
    ("loans of both sides, nothing judged", "a 9.5; b<a 9.0 reset:until=6; c<a 9.2 reset:until=6; m<b,c -; n<m 9.0",
     "held+merge floor=9.2 rest=0"),
    ("another side that cannot be measured as it is now", "a 9.0; b<a 9.0; c 9.5@v2 v1=?; m<b,c 9.0",
     "held+remeasured"),
    ("nor told from a fall", "a 9.0; b<a 9.0; c 9.5@v2 v1=?; m<b,c 8.9", "unjudged on=9"),
    ("a further wobble is whose it is", "a 9.5; b<a 9.47; c<b 9.45", "held owner=c"),
    ("a merge twice the same", "a 9.0; m<a,a 9.0", "held floor=9"),
    ("a merge of what failed with what failed", "a 9.5; b<a 9.0; c<a 9.1; m<b,c 9.0", "inherited blame=b"),
]  # fmt: skip
COUNTS: list[Case] = [
    ("a count between its parents'", "a 10; b<a 5; c<a 8; m<b,c 7", "held+merge floor=5 on=7"),
    ("a count beyond both", "a 10; b<a 5; c<a 8; m<b,c 9", "regressed floor=5"),
    ("a count after a merge that errored", "a 10; b<a 5; c<a 8; m<b,c ?; d<m 7", "held+merge floor=5 on=7"),
    ("a count after one, beyond both", "a 10; b<a 5; c<a 8; m<b,c ?; d<m 9", "regressed floor=5 low=8"),
    ("findings of both sides add up", "a 10; b<a 8; c<a 8; m<b,c 6", "improved floor=8 on=6"),
]
GAPS: list[Case] = [
    ("a commit that was not tested says nothing", "a 9.5; b<a -", "silent on=9.5"),
    ("and hands on what it was handed", "a 9.5; b<a -; c<b 9.0", "regressed floor=9.5"),
    (
        "a hundred of them, too",
        "a 9.5; " + "; ".join(f"b{n}<{f'b{n - 1}' if n else 'a'} -" for n in range(100)) + "; c<b99 9.0",
        "regressed floor=9.5",
    ),
    (
        "its policy is not taken over",
        "a 9.5; b<a - rule:tolerance=5; c<b 9.0 rule:tolerance=5",
        "regressed+loosened floor=9.5",
    ),
    ("nothing tested before", "a -; b<a -; c<b 9.0", "baseline on=9"),
    ("a first commit that errored", "a ?", "silent"),
    ("and the next begins", "a ?; b<a 9.0", "baseline on=9"),
    ("what errored is not judged, and fails", "a 9.5; b<a ?", "unjudged floor=9.5 on=9.5"),
    ("and moves no floor", "a 9.5; b<a ?; c<b 9.0", "regressed floor=9.5 blame=c"),
    ("what followed is held against it", "a 9.5; b<a ?; c<b 9.6", "improved floor=9.5 on=9.6"),
    ("blame goes past it", "a 9.5; b<a 9.0; c<b ?; d<c 9.0", "inherited blame=b"),
    ("a metric that is not reported is not judged", "a 9.5; b<a x", "unjudged on=9.5"),
    ("and never was", "a x; b<a x", "silent"),
    ("not a number is no value", "a 9.5; b<a nan", "unjudged on=9.5"),
    ("nor is one without end", "a 9.5; b<a inf", "unjudged on=9.5"),
    ("a tool that was switched off is asked still", "a 9.5; b<a off", "pending needs=b@"),
    ("what it says then counts", "a 9.5; b<a off c1=9.0", "regressed+loosened floor=9.5"),
    ("where it fell not, it is off", "a 9.5; b<a off c1=9.5", "held+loosened floor=9.5"),
    ("what follows is not asked", "a 9.5; b<a off c1=9.5; c<b off", "silent on=9.5"),
    ("until it is on again", "a 9.5; b<a off c1=9.5; c<b off; d<c 9.0", "regressed floor=9.5"),
    ("where it cannot be asked, it fails", "a 9.5; b<a off c1=?", "unjudged+loosened on=9.5"),
    ("a tool off from the start", "a off; b<a off", "silent"),
    ("a working copy is judged", "a 9.5; b<a 9.0 dirty", "regressed floor=9.5 on=9.5 owner="),
    ("and moves nothing up", "a 9.5; b<a 9.9 dirty", "improved floor=9.5 on=9.5"),
    ("nor begins anything", "a 9.5 dirty; b<a 9.0", "baseline on=9"),
    ("nor is a policy taken from it", "a 9.5; b<a 9.5 dirty rule:none; c<b 9.0", "regressed floor=9.5"),
]
REMOVALS: list[Case] = [
    ("good lines go, and none that is bad comes", "a 90 faults=10; b<a 80 faults=10",
     "held+removals floor=90 on=80 owner="),
    ("fewer faults, too", "a 90 faults=10; b<a 80 faults=5", "held+removals floor=90 on=80"),
    ("a fault more is a fall", "a 90 faults=10; b<a 80 faults=11", "regressed floor=90"),
    ("where faults are not known, it is a fall", "a 90; b<a 80", "regressed floor=90"),
    ("nor known of the parent", "a 90; b<a 80 faults=1", "regressed floor=90"),
    ("nor of the commit", "a 90 faults=1; b<a 80", "regressed floor=90"),
    ("what was failing is not paid off by removals", "a 90 faults=10; b<a 85 faults=20; c<b 80 faults=20",
     "inherited+removals blame=b on=85"),
    ("and what was owed is owed still", "a 90 faults=10; b<a 85 faults=20; c<b 80 faults=20; d<c 85 faults=10",
     "held floor=85"),
    ("many removals", "a 90 faults=10; b<a 80 faults=10; c<b 70 faults=10; d<c 69 faults=11", "regressed floor=70"),
    ("within the tolerance nobody speaks of removals", "a 90 faults=10; b<a 89.95 faults=10", "held on=90"),
    ("removals below a floor that was raised", "a 90 faults=10 raise:value=95; b<a 80 faults=10",
     "inherited+removals floor=95 on=85 blame="),
    ("removals after a merge that failed", "a 90 faults=10; b<a 95 faults=10; c<a 91 faults=10; m<b,c 85 faults=20;"
     " d<m 80 faults=20", "inherited+removals on=90 low=86 blame=m"),
    ("a merge that is lower by removals alone", "a 90 faults=10; b<a 95 faults=5; c<a 91 faults=9; m<b,c 88 faults=5",
     "held+removals floor=95 on=88"),
    ("removals on what is lent", "a 90 faults=1; b<a 80 faults=9 reset:until=6; c<b 70 faults=9",
     "held+removals floor=80"),
    ("removals and an improvement", "a 90 faults=10; b<a 95 faults=2", "improved on=95"),
]  # fmt: skip
MET: list[Case] = [
    ("between two that are met, one is met", "a 95; b<a 99; c<a 92; m<b,c 91", "met floor=90"),
    ("a merge below the target, between", "a 80; b<a 95; c<a 85; m<b,c 86", "held+merge floor=90 on=86"),
    ("a merge below the target, below both", "a 80; b<a 95; c<a 91; m<b,c 86", "regressed floor=90"),
]
GROUPS = [(SCORE, MERGES), (COUNT, COUNTS), (SCORE, GAPS), (LINES, REMOVALS), (TARGET, MET)]
CASES = [pytest.param(rule, text, expected, id=name) for rule, group in GROUPS for name, text, expected in group]


@pytest.mark.parametrize(("rule", "text", "expected"), CASES)
def test_verdict(rule: Rule, text: str, expected: str) -> None:
    check(rule, text, expected)
