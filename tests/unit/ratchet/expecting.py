"""What a case expects of the verdict on the last commit of its history, in a line.

    VERDICT[+FLAG…] [WORD]…

VERDICT   as in docs/ratchets.md; `pending` where measurements are needed first, `silent` where nothing is judged
FLAG      `new-epoch`, `loosened`, and the others by their names; no flag but these is there
WORD      `floor=9` what it is held against; `on=9` the floor that it hands on; `low=9` the lowest that was merged;
          `blame=b`; `tool=-1` and `you=1` whose doing a change is; `needs=b@c2,a@v2` the measurements it waits for;
          `at=c2` the epoch that it hands on; `owner=b` the commit to blame that it hands on
Whether the verdict fails need not be said: a failing one does unless it is waived.
"""

from fullautoci.ratchet.measured import Probe
from fullautoci.ratchet.rule import Rule
from fullautoci.ratchet.standing import FAILING, Flag, Judgement
from tests.unit.ratchet.histories import epoch, history, judged, values

SHORT = {"new-epoch": Flag.NEW_EPOCH, "loosened": Flag.LOOSENED}
Case = tuple[str, str, str]


def check(rule: Rule, text: str, expected: str) -> None:
    """Judge a history, and hold the verdict on its last commit against what is expected."""
    nodes = history(text, rule)
    found = list(judged(nodes).values())[-1]
    name = list(nodes)[-1]
    first, *words = expected.split()
    verdict, *flags = first.split("+")
    seen = {"verdict": shown(found), "flags": sorted(str(flag) for flag in found.flags)}
    wanted = {"verdict": verdict, "flags": sorted(str(SHORT.get(flag) or Flag(flag)) for flag in flags)}
    for word in words:
        key, _, value = word.partition("=")
        seen[key], wanted[key] = actual(found, key), wanted_of(key, value)
    assert seen == wanted, f"{text}: {found.reason}"
    assert found.failing == (found.verdict in FAILING and Flag.WAIVED not in found.flags)
    assert bool(found.blame) <= found.failing or Flag.WAIVED in found.flags
    if verdict == "regressed":
        assert found.blame == name


def shown(found: Judgement) -> str:
    """A verdict's name, also where there is none."""
    return str(found.verdict) if found.verdict is not None else "pending" if found.needs else "silent"


def actual(found: Judgement, key: str) -> object:
    """What was found of what a word of an expectation names."""
    standing = found.standing
    return {
        "floor": round_of(found.floor),
        "on": {name: round(value, 6) for name, value in standing.floor.items()},
        "low": {name: round(value, 6) for name, value in standing.low.items()},
        "blame": found.blame,
        "owner": standing.blame,
        "tool": round_of(found.by_tool),
        "you": round_of(found.by_commit),
        "needs": {named(probe) for probe in found.needs},
        "at": standing.epoch,
        "rest": len(standing.others),
    }[key]


def wanted_of(key: str, value: str) -> object:
    """What is expected of it."""
    if key in ("floor", "tool", "you"):
        return None if value == "none" else float(value)
    if key in ("on", "low"):
        return values(value) if value != "nothing" else {}
    if key == "needs":
        return set(value.split(","))
    return epoch(value) if key == "at" else int(value) if key == "rest" else value


def round_of(value: float | None) -> float | None:
    """A value without what floating point adds."""
    return None if value is None else round(value, 6)


def named(probe: Probe) -> str:
    """A probe by a short name: what of its epoch is not 1."""
    parts = (probe.epoch.configuration, probe.epoch.version, probe.epoch.environment)
    return f"{probe.commit}@{''.join(part for part in parts if part[1:] != '1')}"
