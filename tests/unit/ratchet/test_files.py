"""Verdicts on metrics that are held file by file."""

import pytest

from fullautoci.ratchet.rule import LOWER, Rule
from tests.unit.ratchet.expecting import Case, check

FILES = Rule("findings", LOWER, per="file")
AIMED = Rule("findings", LOWER, target=3, per="file")
LENIENT = Rule("findings", LOWER, per="file", tolerance=2)

ONE: list[Case] = [
    ("the first commit is the baseline of each file", "a x.py:3,y.py:1", "baseline on=x.py:3,y.py:1"),
    ("nothing changed", "a x.py:3,y.py:1; b<a x.py:3,y.py:1", "held floor=4"),
    ("one file is better", "a x.py:3,y.py:1; b<a x.py:2,y.py:1", "improved on=x.py:2,y.py:1"),
    ("one is worse", "a x.py:3,y.py:1; b<a x.py:4,y.py:1", "regressed on=x.py:3,y.py:1 blame=b"),
    ("one worse is not paid for by one better", "a x.py:3,y.py:1; b<a x.py:1,y.py:2", "regressed"),
    ("a new file with findings", "a x.py:3; b<a x.py:3,new.py:1", "regressed floor=3"),
    ("a new file with none", "a x.py:3; b<a x.py:3,new.py:0", "held"),
    ("a file that is gone", "a x.py:3,y.py:1; b<a x.py:3", "improved floor=4 on=x.py:3"),
    ("a file that was moved", "a x.py:3,y.py:1; b<a z.py:3,y.py:1", "held on=z.py:3,y.py:1"),
    ("a file that was moved, with one more", "a x.py:3,y.py:1; b<a z.py:4,y.py:1", "regressed"),
    ("a file that was moved, with one fewer", "a x.py:3; b<a z.py:2", "improved floor=3 on=z.py:2"),
    ("a file that was split", "a x.py:3; b<a one.py:1,two.py:2", "held on=one.py:1,two.py:2"),
    ("two that became one", "a x.py:3,y.py:1; b<a z.py:4", "held on=z.py:4"),
    ("moved back and forth", "a x.py:3; b<a z.py:3; c<b x.py:3", "held on=x.py:3"),
    ("moved, and then worse", "a x.py:3; b<a z.py:3; c<b z.py:4", "regressed"),
    ("a file that was clean", "a x.py:3,y.py:0; b<a x.py:3,y.py:1", "regressed"),
    ("no files at all", "a none; b<a none", "held floor=0"),
    ("from none to some", "a none; b<a x.py:1", "regressed"),
    ("all files gone", "a x.py:3; b<a none", "improved floor=3 on=none"),
    ("what was worse is inherited by file", "a x.py:1; b<a x.py:2; c<b x.py:2,y.py:0", "inherited blame=b"),
    ("one inherited, another fallen", "a x.py:1,y.py:1; b<a x.py:2,y.py:1; c<b x.py:2,y.py:2", "regressed"),
    ("one inherited, another improved", "a x.py:1,y.py:1; b<a x.py:2,y.py:1; c<b x.py:2,y.py:0", "inherited blame=b"),
    ("made good", "a x.py:1; b<a x.py:2; c<b x.py:1", "held"),
    ("a fall hidden by a move", "a x.py:1; b<a x.py:2; c<b z.py:2", "inherited blame=b"),
    ("a fall hidden by going", "a x.py:1,y.py:5; b<a x.py:2", "regressed"),
]
TOLERANT: list[Case] = [
    ("each file has the tolerance", "a x.py:1,y.py:1; b<a x.py:3,y.py:3", "held on=x.py:1,y.py:1"),
    ("and no more", "a x.py:1,y.py:1; b<a x.py:4,y.py:1", "regressed"),
    ("a new file has it, too", "a x.py:1; b<a x.py:1,n.py:2,m.py:2", "held floor=1 on=x.py:1,n.py:0,m.py:0"),
    ("and no more", "a x.py:1; b<a x.py:1,n.py:3,m.py:1", "regressed"),
    ("a new file's steps do not add up", "a none; b<a n.py:2; c<b n.py:3", "regressed"),
    ("a file that was moved has what it had, and the tolerance", "a x.py:3; b<a z.py:5", "held on=z.py:3"),
    ("and no more than that", "a x.py:3; b<a z.py:6", "regressed"),
    ("moved, it is held for what it had", "a x.py:3; b<a z.py:5; c<b z.py:5", "held floor=3"),
    ("what went from one may be in several", "a x.py:6; b<a z.py:5,y.py:5", "held on=z.py:3,y.py:3"),
    ("and is not there twice", "a x.py:6; b<a z.py:5,y.py:5; c<b z.py:6,y.py:5", "regressed"),
]
TARGETS: list[Case] = [
    ("every file may have what the target allows", "a x.py:1; b<a x.py:3", "met on=x.py:3"),
    ("a new one, too", "a x.py:1; b<a x.py:1,n.py:3", "met on=x.py:3,n.py:3"),
    ("and no more", "a x.py:1; b<a x.py:1,n.py:4", "regressed"),
    ("one that is beyond is held where it is", "a x.py:9; b<a x.py:10", "regressed floor=9"),
    ("one that is beyond may move", "a x.py:9; b<a n.py:9", "held on=n.py:9"),
    ("and is held there", "a x.py:9; b<a n.py:9; c<b n.py:10", "regressed floor=9"),
    ("it gets better down to the target", "a x.py:9; b<a x.py:2; c<b x.py:3", "met floor=3"),
]
MERGES: list[Case] = [
    ("between its parents, by file", "a x.py:5; b<a x.py:1; c<a x.py:3; m<b,c x.py:2", "held+merge floor=1 on=x.py:2"),
    ("worse than both in one file", "a x.py:5,y.py:5; b<a x.py:1,y.py:5; c<a x.py:3,y.py:1; m<b,c x.py:2,y.py:6",
     "regressed"),
    ("each branch brings a file of its own", "a x.py:1; b<a x.py:1,y.py:0; c<a x.py:1,z.py:0; m<b,c x.py:1",
     "held"),
    ("a file moved on one side", "a x.py:3; b<a z.py:3; c<a x.py:3; m<b,c z.py:3", "held+merge on=z.py:3"),
    ("a file moved on the other side", "a x.py:3; b<a z.py:3; c<a x.py:3; m<c,b z.py:3", "held+merge on=z.py:3"),
    ("after a merge that was not tested", "a x.py:5; b<a x.py:1; c<a x.py:3; m<b,c -; d<m x.py:2",
     "held+merge floor=1 on=x.py:2"),
    ("after one, beyond both", "a x.py:5; b<a x.py:1; c<a x.py:3; m<b,c -; d<m x.py:4", "regressed"),
    ("both moved it, and both are there", "a x.py:3; b<a z.py:3; c<a y.py:3; m<b,c z.py:3,y.py:3", "held+merge"),
]  # fmt: skip
EPOCHS: list[Case] = [
    ("an upgrade finds more", "a x.py:3 v2=x.py:9; b<a x.py:9@v2", "held+remeasured+new-epoch on=x.py:9"),
    ("and one more", "a x.py:3 v2=x.py:9; b<a x.py:10@v2", "regressed+remeasured+new-epoch"),
    ("in a file that had none", "a x.py:3 v2=x.py:3,y.py:2; b<a x.py:3,y.py:2@v2", "held+remeasured+new-epoch"),
    ("what was owed is owed on", "a x.py:1; b<a x.py:2 v2=x.py:5; c<b x.py:5@v2",
     "inherited+remeasured+new-epoch floor=4 blame=b"),
    ("an upgrade and a move", "a x.py:3 v2=x.py:9; b<a z.py:9@v2", "held+remeasured+new-epoch"),
    ("a file that is gone, owed for, in a new version", "a x.py:1,y.py:1; b<a x.py:3,y.py:1 v2=x.py:6,y.py:1;"
     " c<b z.py:4,y.py:1@v2", "held+remeasured+new-epoch floor=5 on=z.py:4,y.py:1"),
    ("and no more than is left of it", "a x.py:1,y.py:1; b<a x.py:3,y.py:1 v2=x.py:6,y.py:1; c<b z.py:5,y.py:1@v2",
     "inherited+remeasured+new-epoch floor=5"),
    ("a loan by file goes along", "a x.py:1; b<a x.py:3 reset:until=6 v2=x.py:5; c<b x.py:5@v2",
     "held+remeasured+new-epoch floor=5"),
    ("and its end", "a x.py:1; b<a x.py:3 reset:until=6 v2=x.py:5; c<b x.py:5@v2 t=7",
     "inherited+remeasured+new-epoch floor=3"),
    ("a silenced check", "a x.py:3; b<a x.py:0@c2 c1=x.py:4", "regressed+new-epoch on=x.py:3"),
    ("a silenced check that hides nothing", "a x.py:3; b<a x.py:0@c2 c1=x.py:3", "held+new-epoch on=x.py:0 at=c2"),
]  # fmt: skip
GROUPS = [(FILES, ONE), (LENIENT, TOLERANT), (AIMED, TARGETS), (FILES, MERGES), (FILES, EPOCHS)]
CASES = [pytest.param(rule, text, expected, id=name) for rule, group in GROUPS for name, text, expected in group]


@pytest.mark.parametrize(("rule", "text", "expected"), CASES)
def test_verdict(rule: Rule, text: str, expected: str) -> None:
    check(rule, text, expected)
