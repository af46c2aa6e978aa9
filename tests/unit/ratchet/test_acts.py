"""Waivers, resets and raises: what they change, what they do not, and when they end."""

import pytest

from fullautoci.ratchet.rule import HIGHER, LOWER, Rule
from tests.unit.ratchet.expecting import Case, check

SCORE = Rule("score", HIGHER, tolerance=0.05)
COUNT = Rule("findings", LOWER)
TARGET = Rule("percent_lines", HIGHER, target=90.0)
FILES = Rule("findings", LOWER, per="file")

WAIVERS: list[Case] = [
    ("a waiver has a fall pass", "a 9.5; b<a 9.0 waive", "regressed+waived floor=9.5 on=9.5 blame=b"),
    ("and its child that is no worse", "a 9.5; b<a 9.0 waive; c<b 9.0", "inherited+waived on=9.5 blame=b"),
    ("and a child that is worse", "a 9.5; b<a 9.0 waive; c<b 8.5", "regressed+waived floor=9.5"),
    ("it ends when it says", "a 9.5; b<a 9.0 waive:until=6; c<b 9.0 t=6", "inherited blame=b"),
    ("not before", "a 9.5; b<a 9.0 waive:until=6; c<b 9.0 t=5", "inherited+waived"),
    ("of what was seen after its end it says nothing", "a 9.5; b<a 9.0 waive:until=4", "regressed"),
    ("it is over once the fall is made good", "a 9.5; b<a 9.0 waive; c<b 9.5; d<c 9.0", "regressed"),
    ("of one commit's the last counts", "a 9.5; b<a 9.0 waive:until=4 waive:until=8", "regressed+waived"),
    ("so that it can be made shorter", "a 9.5; b<a 9.0 waive waive:until=8; c<b 9.0 t=9", "inherited"),
    ("and still counts until then", "a 9.5; b<a 9.0 waive waive:until=8; c<b 9.0 t=7", "inherited+waived"),
    ("of several commits' the one that ends last", "a 9.5; b<a 9.0 waive:until=8; c<b 9.0 waive:until=6; d<c 9.0 t=7",
     "inherited+waived"),
    ("in whichever order", "a 9.5; b<a 9.0 waive:until=6; c<b 9.0 waive:until=8; d<c 9.0 t=7", "inherited+waived"),
    ("it can be ended where it was given", "a 9.5; b<a 9.0 waive end", "regressed"),
    ("and for what comes after", "a 9.5; b<a 9.0 waive end; c<b 9.0", "inherited"),
    ("a later commit ends it from there", "a 9.5; b<a 9.0 waive; c<b 9.0 end", "inherited"),
    ("and not for another branch", "a 9.5; b<a 9.0 waive; c<b 9.0 end; d<b 9.0", "inherited+waived"),
    ("what could not be judged is no longer excused", "a 9.5; b<a ? waive; c<b ? end", "unjudged"),
    ("one that was not tested ends it", "a 9.5; b<a 9.0 waive; c<b - end; d<c 9.0", "inherited"),
    ("after its end it may be given again", "a 9.5; b<a 9.0 waive end waive", "regressed+waived"),
    ("a waiver of what passes does nothing", "a 9.5; b<a 9.5 waive", "held on=9.5"),
    ("nor for the next", "a 9.5; b<a 9.5 waive; c<b 9.0", "regressed"),
    ("it waives what could not be judged", "a 9.5; b<a ? waive", "unjudged+waived on=9.5"),
    ("and the next that cannot", "a 9.5; b<a ? waive; c<b ?", "unjudged+waived on=9.5"),
    ("it goes through commits that were not tested", "a 9.5; b<a 9.0 waive; c<b -; d<c 9.0", "inherited+waived"),
    ("given at one that was not tested, too", "a 9.5; b<a 9.0; c<b - waive; d<c 9.0", "inherited+waived"),
    ("in another branch it does nothing", "a 9.5; b<a 9.0 waive; c<a 9.0", "regressed"),
    ("merged, it goes with what it excused", "a 9.5; b<a 9.0 waive; c<a 9.5; m<b,c 9.0", "inherited+waived"),
    ("it lowers no floor", "a 9.5; b<a 9.0 waive; c<b 9.2; d<c 9.5; e<d 9.4", "regressed floor=9.5"),
    ("waived improvements are none", "a 9.5; b<a 9.0 waive; c<b 9.3", "inherited+waived on=9.5"),
    ("a working copy may be waived, for itself", "a 9.5; b<a 9.0 dirty waive; c<a 9.0", "regressed"),
]  # fmt: skip
RESETS: list[Case] = [
    ("a reset begins anew with the value", "a 9.5; b<a 9.0 reset", "baseline+reset floor=none on=9"),
    ("and holds from there", "a 9.5; b<a 9.0 reset; c<b 8.9", "regressed floor=9"),
    ("it has what was below since pass", "a 9.5; b<a 9.0; c<b 9.0 reset", "baseline+reset on=9"),
    ("with a value it is the floor", "a 9.5; b<a 9.0 reset:value=8", "improved+reset floor=8 on=9"),
    ("it is the first of a history", "a 9.5 reset:value=9,until=6; b<a 9.1", "improved floor=9 on=9.5"),
    ("until it ends", "a 9.5 reset:value=9,until=6; b<a 9.1 t=7", "regressed floor=9.5"),
    ("what follows one that is not reached", "a 9.5; b<a 9.0 reset:value=9.2; c<b 9.0", "inherited floor=9.2 blame=b"),
    ("of another version nobody knows who fell", "a 9.5; b<a 9.0@v2 reset:value=9.2", "inherited+reset floor=9.2"),
    ("removals are no excuse for a value that was said", "a 9.5 faults=3; b<a 9.0 faults=3 reset:value=9.2",
     "regressed+reset floor=9.2 on=9.2"),
    ("while it is off, a value counts, too", "a 9.5; b<a 9.5 rule:none; c<b 9.0 rule:none reset:value=8; d<c 8.5",
     "improved floor=8"),
    ("a value that is not reached", "a 9.5; b<a 9.0 reset:value=9.2", "regressed+reset floor=9.2 on=9.2"),
    ("a value below the commit's", "a 9.5; b<a 9.0 reset:value=8; c<b 8.5", "regressed floor=9"),
    ("a higher one asks more", "a 9.5; b<a 9.5 reset:value=9.8", "inherited+reset floor=9.8 blame="),
    ("with an end the floor comes back", "a 9.5; b<a 9.0 reset:until=6; c<b 9.0 t=7", "inherited floor=9.5"),
    ("until then it counts", "a 9.5; b<a 9.0 reset:until=6; c<b 9.0", "held floor=9"),
    ("and is held itself", "a 9.5; b<a 9.0 reset:until=6; c<b 8.9", "regressed floor=9"),
    ("and rises", "a 9.5; b<a 9.0 reset:until=6; c<b 9.2; d<c 9.1", "regressed floor=9.2"),
    ("what was lent does not lower what comes back", "a 9.5; b<a 9.0 reset:until=6; c<b 9.2; d<c 9.2 t=7",
     "inherited floor=9.5"),
    ("a reset that has ended does nothing", "a 9.5; b<a 9.0 reset:until=4", "regressed floor=9.5"),
    ("in another branch it does nothing", "a 9.5; b<a 9.0 reset; c<a 9.0", "regressed floor=9.5"),
    ("the last one counts", "a 9.5; b<a 9.0 reset:value=8 reset:value=9.3", "regressed+reset floor=9.3"),
    ("where nothing was measured it waits", "a 9.5; b<a - reset:value=8; c<b 8.5", "improved floor=8"),
    ("so long as it counts", "a 9.5; b<a - reset:value=8,until=6; c<b 8.5", "improved floor=8 on=9.5"),
    ("and no longer", "a 9.5; b<a - reset:value=8,until=6; c<b 8.5 t=7", "regressed floor=9.5"),
    ("a value with an end is lent", "a 9.5; b<a 9.0 reset:value=8.5,until=6", "improved+reset floor=8.5 on=9.5"),
    ("and rises", "a 9.5; b<a 9.0 reset:value=8.5,until=6; c<b 8.9", "regressed floor=9"),
    ("and is given back", "a 9.5; b<a 9.0 reset:value=8.5,until=6; c<b 9.0 t=7", "inherited floor=9.5"),
    ("of the first commit it changes nothing", "a 9.5 reset", "baseline+reset on=9.5"),
    ("a reset of a merge", "a 9.5; b<a 9.0; c<a 9.5; m<b,c 9.0 reset", "baseline+reset on=9"),
    ("a working copy's moves nothing", "a 9.5; b<a 9.0 dirty reset; c<b 9.0", "regressed floor=9.5"),
    ("while it is off, a reset counts for later", "a 9.5; b<a 9.5 rule:none; c<b 9.0 rule:none reset; d<c 9.0",
     "held floor=9"),
]  # fmt: skip
RAISES: list[Case] = [
    ("a raise asks more from the next on", "a 9.0; b<a 9.3 raise:value=9.8", "improved floor=9 on=9.8"),
    ("which fails, and blames nobody", "a 9.0; b<a 9.3 raise:value=9.8; c<b 9.3", "inherited floor=9.8 blame="),
    ("who falls is to blame all the same", "a 9.0; b<a 9.3 raise:value=9.8; c<b 9.2", "regressed floor=9.8"),
    ("who reaches it is not", "a 9.0; b<a 9.3 raise:value=9.8; c<b 9.8", "held floor=9.8"),
    ("one that has ended asks nothing", "a 9.0; b<a 9.3 raise:value=9.8,until=4; c<b 9.3", "held floor=9.3"),
    (
        "what a reset lends is raised, too",
        "a 9.5; b<a 9.0 reset:until=6 raise:value=9.2; c<b 9.1",
        "inherited floor=9.2",
    ),
    (
        "it ends what a merge excuses",
        "a 9.0; b<a 9.5; c<a 9.1; m<b,c 9.0 raise:value=9.3; d<m 9.2",
        "inherited floor=9.5",
    ),
    ("without a value it is what the commit has", "a 9.0; b<a 8.5 raise; c<b 8.5", "inherited floor=9 blame=b"),
    ("it lowers nothing", "a 9.0; b<a 9.0 raise:value=5; c<b 8.9", "regressed floor=9"),
    ("with an end it is over then", "a 9.0; b<a 9.3 raise:value=9.8 t=3; c<b 9.3", "inherited floor=9.8"),
    ("not before its end", "a 9.0; b<a 9.3 raise:value=9.8,until=6; c<b 9.3 t=5", "inherited floor=9.8"),
    ("after it, it asks what was reached", "a 9.0; b<a 9.3 raise:value=9.8,until=6; c<b 9.3 t=7", "held floor=9.3"),
    ("up to the target", "a 80; b<a 85 raise:value=99; c<b 90", "met floor=90"),
    ("a raise after a reset counts", "a 9.5; b<a 9.0 reset raise:value=9.2; c<b 9.0", "inherited floor=9.2"),
    ("a reset after a raise, too", "a 9.5; b<a 9.0 raise:value=9.8 reset; c<b 9.0", "held floor=9"),
    ("where it was not tested", "a 9.0; b<a - raise:value=9.8; c<b 9.0", "inherited floor=9.8"),
]
COUNTS: list[Case] = [
    ("a reset of a count", "a 5; b<a 8 reset; c<b 9", "regressed floor=8"),
    ("a raise of a count asks for fewer", "a 5; b<a 5 raise:value=2; c<b 4", "inherited floor=2"),
    ("and does not ask for more", "a 5; b<a 5 raise:value=9; c<b 6", "regressed floor=5"),
]
BY_FILE: list[Case] = [
    ("by file a reset takes what there is", "a a.py:1; b<a a.py:3 reset; c<b a.py:4", "regressed floor=3"),
    ("and a value says nothing", "a a.py:1; b<a a.py:3 reset:value=9; c<b a.py:4", "regressed floor=3"),
    ("also where it was not tested", "a a.py:3; b<a - reset:value=1; c<b a.py:3", "held floor=3"),
    ("also while it is off", "a a.py:3; b<a a.py:3 rule:none; c<b - rule:none reset:value=1; d<c a.py:3",
     "held floor=3"),
    ("by file nothing can be raised", "a a.py:3; b<a a.py:3 raise:value=1; c<b a.py:3", "held floor=3"),
    ("a waiver waives all files", "a a.py:1; b<a a.py:3,b.py:4 waive", "regressed+waived floor=1"),
]  # fmt: skip
GROUPS = [(SCORE, WAIVERS), (SCORE, RESETS), (SCORE, RAISES[:-4] + RAISES[-3:]), (TARGET, RAISES[-4:-3]),
          (COUNT, COUNTS), (FILES, BY_FILE)]  # fmt: skip
CASES = [pytest.param(rule, text, expected, id=name) for rule, group in GROUPS for name, text, expected in group]


@pytest.mark.parametrize(("rule", "text", "expected"), CASES)
def test_verdict(rule: Rule, text: str, expected: str) -> None:
    check(rule, text, expected)
