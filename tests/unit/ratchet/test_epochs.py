"""Verdicts where the tool, its configuration or its environment is not the parents'."""

import pytest

from fullautoci.ratchet.rule import HIGHER, LOWER, Rule
from tests.unit.ratchet.expecting import Case, check

SCORE = Rule("score", HIGHER, tolerance=0.05)
COUNT = Rule("findings", LOWER)
TARGET = Rule("percent_lines", HIGHER, target=90.0)
SILENT = "a 9.5; b<a 9.9@c2 c1=9.0;"
UPGRADE = "a 9.5 v2=8.0; b<a 8.1@v2;"

CONFIGURATIONS: list[Case] = [
    ("a changed configuration asks for the old one", "a 9.5; b<a 9.9@c2", "pending needs=b@ on=9.5"),
    ("a silenced check hides no fall", SILENT.strip(";"), "regressed+new-epoch floor=9.5 on=9.5 at=c1 you=-0.5"),
    ("nor from its child", f"{SILENT} c<b 9.9@c2 c1=9.0", "inherited+new-epoch blame=b on=9.5 at=c1"),
    ("which may make it good", f"{SILENT} c<b 9.9@c2 c1=9.5", "held+new-epoch on=9.9 at=c2"),
    ("and asks for the old one until then", f"{SILENT} c<b 9.9@c2", "pending needs=c@"),
    ("where nothing fell the new one counts", "a 9.5; b<a 9.9@c2 c1=9.5", "held+new-epoch on=9.9 at=c2"),
    ("and holds from there", "a 9.5; b<a 9.9@c2 c1=9.5; c<b 9.8@c2", "regressed floor=9.9"),
    ("a stricter one lowers the value, and no one is to blame", "a 9.5; b<a 8.0@c2 c1=9.5", "held+new-epoch on=8"),
    ("a stricter one and an improvement", "a 9.5; b<a 8.0@c2 c1=9.7", "improved+new-epoch on=8"),
    ("what cannot be measured is not judged", "a 9.5; b<a 9.9@c2 c1=?", "unjudged on=9.5 at=c1"),
    ("nor is what is not reported", "a 9.5; b<a 9.9@c2 c1=x", "unjudged on=9.5 at=c1"),
    ("what was waived is measured as it was, still", "a 9.5; b<a 9.9@c2 c1=? waive; c<b 9.9@c2", "pending needs=c@"),
    ("a reset needs no old one", "a 9.5; b<a 9.9@c2 reset", "baseline+reset on=9.9 at=c2"),
    ("a wobble within the tolerance is owed on", "a 9.5; b<a 9.7@c2 c1=9.46", "held+new-epoch on=9.74 at=c2"),
    ("so that by many changes nothing is won",
     "a 9.5; b<a 9.5@c2 c1=9.46; c<b 9.5@c3 c2=9.46", "regressed+new-epoch floor=9.54"),
    ("back to the old configuration asks for the new", "a 9.5; b<a 9.9@c2 c1=9.5; c<b 9.5", "pending needs=c@c2"),
    ("back, nothing fell", "a 9.5; b<a 9.9@c2 c1=9.5; c<b 9.5 c2=9.9", "held+new-epoch on=9.5 at=c1"),
    ("back at once, after a fall", f"{SILENT} c<b 9.0", "inherited on=9.5 at=c1"),
    ("a fall and a loosening and a silencing", "a 9.5; b<a 9.9@c2 c1=9.0 rule:tolerance=1",
     "regressed+new-epoch+loosened floor=9.5"),
    ("a silencing and a switching off", "a 9.5; b<a 9.9@c2 c1=9.0 rule:none", "regressed+new-epoch+loosened"),
    ("the configuration of a commit that failed is not the next one's parent", f"{SILENT} c<b 9.9@c3 c1=9.0",
     "inherited+new-epoch blame=b at=c1"),
    ("a commit that errored under a new one", "a 9.5; b<a ?@c2; c<b 9.9@c2 c1=9.0", "regressed+new-epoch floor=9.5"),
    ("removals under the old one", "a 9.5 faults=3; b<a 9.9@c2 c1=9.0/3", "held+new-epoch+removals on=9.9 at=c2"),
    ("a working copy in a new one", "a 9.5; b<a 9.9@c2 c1=9.5 dirty", "held+new-epoch on=9.5 at=c1"),
]  # fmt: skip
VERSIONS: list[Case] = [
    ("a new version asks for the parent again", "a 9.5; b<a 8.1@v2", "pending needs=a@v2"),
    ("what the tool did is not the commit's doing", UPGRADE.strip(";"),
     "improved+remeasured+new-epoch floor=8 on=8.1 at=v2 tool=-1.5 you=0.1"),
    ("and holds from there", f"{UPGRADE} c<b 8.0@v2", "regressed floor=8.1"),
    ("a fall beneath an upgrade is one", "a 9.5 v2=8.0; b<a 7.9@v2", "regressed+remeasured+new-epoch on=8 at=v2"),
    ("also where the tool has become kinder", "a 9.5 v2=9.9; b<a 9.6@v2", "regressed+remeasured+new-epoch floor=9.9"),
    ("what was owed is owed on", "a 9.5; b<a 9.46 v2=9.0; c<b 9.0@v2", "held+remeasured+new-epoch floor=9.04"),
    ("so upgrades forgive nothing", "a 9.5; b<a 9.46 v2=9.0; c<b 8.98@v2", "regressed+remeasured+new-epoch"),
    ("nor do they forgive a failure", "a 9.5; b<a 9.0 v2=8.0; c<b 8.0@v2",
     "inherited+remeasured+new-epoch floor=8.5 blame=b"),
    ("made good by the commit", "a 9.5; b<a 9.0 v2=8.0; c<b 8.5@v2", "held+remeasured+new-epoch on=8.5"),
    ("a parent that cannot be measured", "a 9.5 v2=?; b<a 9.9@v2", "unjudged on=9.5 at=v1"),
    ("the next is asked in the new one", "a 9.5 v2=?; b<a 9.9@v2; c<b 9.9@v2", "unjudged on=9.5"),
    ("until somebody says so", "a 9.5 v2=?; b<a 9.9@v2; c<b 9.9@v2 reset", "baseline+reset on=9.9 at=v2"),
    ("another environment", "a 9.5 e2=9.1; b<a 9.1@e2", "held+remeasured+new-epoch on=9.1 at=e2"),
    ("both at once: the old configuration in the new version", "a 9.5; b<a 9.9@c2v2", "pending needs=a@v2,b@v2"),
    ("both at once, judged", "a 9.5 v2=9.0; b<a 9.9@c2v2 v2=8.9", "regressed+remeasured+new-epoch floor=9 at=v2"),
    ("both at once, no fall", "a 9.5 v2=9.0; b<a 9.9@c2v2 v2=9.0", "held+remeasured+new-epoch on=9.9 at=c2v2"),
    ("after a commit of another version that was not judged", "a 9.5 v3=7.0; b<a ?@v2; c<b 7.0@v3",
     "held+remeasured+new-epoch floor=7"),
    ("a downgrade", f"{UPGRADE} c<b 9.5 v2=8.1", "pending needs=b@"),
    ("a downgrade that was measured", "a 9.5 v2=8.0; b<a 8.1@v2 v1=9.6; c<b 9.5",
     "regressed+remeasured+new-epoch floor=9.6"),
    ("a parent of a parent is what is asked", "a 9.5 v2=9.4; b<a -; c<b 9.4@v2", "held+remeasured+new-epoch floor=9.4"),
    ("a tool switched off with its version changed", "a 9.5; b<a off v1=9.0", "regressed+loosened floor=9.5"),
    ("faults tell removals apart in a new version, too", "a 9.5 faults=9 v2=9.0/4; b<a 8.0@v2 faults=4",
     "held+remeasured+new-epoch+removals floor=9 on=8"),
    ("an upgrade blames nobody", "a 9.5 v2=1.0; b<a 1.0@v2", "held+remeasured+new-epoch tool=-8.5 you=0"),
    ("a loan goes along", "a 9.5; b<a 9.0 reset:until=6 v2=8.0; c<b 8.0@v2", "held+remeasured+new-epoch floor=8"),
    ("and its end, too", "a 9.5; b<a 9.0 reset:until=6 v2=8.0; c<b 8.0@v2 t=7",
     "inherited+remeasured+new-epoch floor=8.5"),
]  # fmt: skip
MERGED: list[Case] = [
    ("one side has the new version: the other is measured again", "a 9.0 v2=9.0; b<a 9.2; c<a 9.1@v2; m<b,c 9.2",
     "pending needs=c@"),
    ("a merge into the old configuration", "a 9.0; b<a 9.0; c<a 9.9@c2 c1=9.0; m<b,c 9.0", "held+remeasured"),
    ("a merge into the new one", "a 9.0; b<a 9.0; c<a 9.9@c2 c1=9.0; m<b,c 9.9@c2 c1=9.0", "pending needs=b@c2"),
    ("the new one, all measured", "a 9.0; b<a 9.0 c2=9.9; c<a 9.9@c2 c1=9.0; m<b,c 9.9@c2 c1=9.0",
     "held+remeasured+new-epoch floor=9.9 on=9.9 at=c2"),
    ("the new one, a fall", "a 9.0; b<a 9.0 c2=9.9; c<a 9.9@c2 c1=9.0; m<b,c 9.8@c2",
     "regressed+remeasured+new-epoch floor=9.9"),
    ("a merge after which neither side's is left", "a 9.0; b<a 9.0; c<a 9.9@c2 c1=9.0; m<b,c 9.9@c3 c1=9.0",
     "held+remeasured+new-epoch on=9.9 at=c3"),
    ("the other side cannot be measured any more, and nothing is lost by it",
     "a 9.0; b<a 9.0; c<a 9.9@c2 c1=?; m<b,c 9.0", "held on=9"),
    ("lines of two epochs go on side by side while nothing is judged",
     "a 9.0; b<a 9.0; c<a 9.9@c2 c1=9.0; m<b,c ?", "unjudged rest=1"),
    ("and both are held against", "a 9.0; b<a 9.0 c2=9.9; c<a 9.9@c2 c1=9.0; m<b,c ?; d<m 9.8@c2",
     "regressed+remeasured+new-epoch floor=9.9"),
]  # fmt: skip
COUNTS: list[Case] = [
    ("a count that an upgrade raises", "a 5 v2=19; b<a 18@v2", "improved+remeasured+new-epoch floor=19 tool=14 you=-1"),
    ("and one more", "a 5 v2=19; b<a 20@v2", "regressed+remeasured+new-epoch floor=19 tool=14 you=1"),
    ("a count cannot be owed below nothing", "a 5; b<a 9 v2=1; c<b 1@v2", "inherited+remeasured+new-epoch floor=0"),
]
CAPPED: list[Case] = [
    ("a target that was met holds in a new version", "a 95 v2=85; b<a 85@v2", "held+remeasured+new-epoch floor=85"),
    ("and what is met in the new one is met", "a 80 v2=95; b<a 92@v2", "met+remeasured+new-epoch floor=90"),
    ("below the target after the upgrade, a fall", "a 95 v2=85; b<a 84@v2", "regressed+remeasured+new-epoch floor=85"),
]
GROUPS = [
    (SCORE, CONFIGURATIONS), (SCORE, VERSIONS), (SCORE, MERGED), (COUNT, COUNTS), (TARGET, CAPPED),
]  # fmt: skip
CASES = [pytest.param(rule, text, expected, id=name) for rule, group in GROUPS for name, text, expected in group]


@pytest.mark.parametrize(("rule", "text", "expected"), CASES)
def test_verdict(rule: Rule, text: str, expected: str) -> None:
    check(rule, text, expected)
