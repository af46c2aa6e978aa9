"""Histories in one line each, and the verdicts on their commits.

A history is its commits, separated by `;`, each after its parents:

    NAME[<PARENT[,PARENT]] VALUE[@EPOCH] [WORD]…

VALUE     9.5, `a.py:2,b.py:1` by file (`none` is no file), `?` could not be measured, `x` was not reported,
          `-` was not tested, `off` its tool was switched off
EPOCH     letters with a number: configuration, version, environment; what is not said is 1: `c2`, `v2`, `c1v2`
WORD      `c1v2=9.0` what a probe of this commit yields in another epoch (`?`: it cannot be measured)
          `rule:target=9,tolerance=0.1` its policy, from the case's; `rule:none`; `unreadable`
          `waive`, `end`, `reset`, `raise`, each with `:value=9` and `until=5`: what a person did there
          `faults=3` how much is amiss; `spread=0.2`; `dirty`; `t=5` when it was first seen, 0 to 9
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from fullautoci.ratchet.judge import judge
from fullautoci.ratchet.measured import Epoch, Measured, Missing, Probe
from fullautoci.ratchet.rule import Rule
from fullautoci.ratchet.standing import Act, Judgement, Standing, Subject

ACTS = ("waive", "end", "reset", "raise")
NUMBER = ("target", "tolerance", "slack")


def epoch(text: str) -> Epoch:
    """An epoch by its short name."""
    said = dict(re.findall(r"([a-z])(\w)", text))
    return Epoch(*(f"{letter}{said.get(letter, '1')}" for letter in "cve"))


def values(text: str) -> dict[str, float] | None:
    """Values by name; None: there are none."""
    if text in ("?", "x", "-", "off"):
        return None
    if text == "none":
        return {"clean.py": 0.0}
    if ":" not in text:
        return {"": float(text)}
    return {name: float(value) for name, value in (one.split(":") for one in text.split(","))}


@dataclass(frozen=True)
class Node:
    """A commit of a history."""

    subject: Subject
    parents: tuple[str, ...]
    epoch: Epoch
    probes: Mapping[Epoch, Measured | Missing] = field(default_factory=dict)


def history(text: str, rule: Rule) -> dict[str, Node]:
    """The commits of a history, in their order."""
    return {node.subject.commit: node for node in (_node(one.split(), rule) for one in text.split(";"))}


def _node(words: list[str], rule: Rule) -> Node:
    name, _, parents = words[0].partition("<")
    value, _, at = words[1].partition("@")
    own = epoch(at)
    subject = Subject(name, "2026-01-0", rule)
    faults, moment = None, "5"
    probes: dict[Epoch, Measured | Missing] = {}
    acts: list[Act] = []
    for word in words[2:]:
        key, _, rest = word.partition(":")
        before, _, after = word.partition("=")
        if key == "rule":
            subject = replace(subject, rule=None if rest == "none" else _changed(rule, rest))
        elif key in ACTS:
            acts.append(replace(_act(key, rest), id=sum(map(ord, name)) * 10 + len(acts)))
        elif word in ("dirty", "unreadable"):
            subject = replace(subject, **{{"dirty": "moves", "unreadable": "known"}[word]: False})
        elif before == "faults":
            faults = float(after)
        elif before == "spread":
            subject = replace(subject, spread=float(after))
        elif before == "t":
            moment = after
        else:
            found, _, amiss = after.partition("/")
            probes[epoch(before)] = _measured(name, epoch(before), found, float(amiss) if amiss else None)
    measured = Measured(name, own, values(value) or {}, faults) if value not in ("?", "-", "off") else None
    subject = replace(
        subject, tested=value != "-", measured=measured, why="it broke" if value == "?" else "", acts=tuple(acts),
        moment=f"{subject.moment}{moment}", rule=None if value == "off" else subject.rule,
    )  # fmt: skip
    return Node(subject, tuple(parents.split(",")) if parents else (), own, probes)


def _measured(name: str, at: Epoch, text: str, faults: float | None) -> Measured | Missing:
    return Missing("it broke") if text == "?" else Measured(name, at, values(text) or {}, faults)


def _changed(rule: Rule, text: str) -> Rule:
    said = dict(one.split("=") for one in text.split(",") if one)
    numbers = {key: None if said[key] == "none" else float(said[key]) for key in NUMBER if key in said}
    return replace(rule, **numbers, **({"direction": said["direction"]} if "direction" in said else {}))  # type: ignore[arg-type]


def _act(kind: str, text: str) -> Act:
    said = dict(one.split("=") for one in text.split(",") if one)
    value = float(said["value"]) if "value" in said else None
    return Act(kind, "why", "who", value, f"2026-01-0{said['until']}" if "until" in said else "")


def judged(nodes: Mapping[str, Node]) -> dict[str, Judgement]:
    """The verdicts on all commits of a history.

    Each probe that is asked for must be one that could be made: its configuration is that of the commit that it names
    for it, its version and environment those of the other.
    """
    found: dict[str, Judgement] = {}

    def find(probe: Probe) -> Measured | Missing | None:
        settings, surroundings = nodes[probe.settings].epoch, nodes[probe.environment].epoch
        assert probe.epoch.configuration == settings.configuration, probe
        node = nodes[probe.commit]
        at = replace(surroundings, configuration=probe.epoch.configuration)
        assert at == probe.epoch or node.subject.rule is None, probe
        probe = replace(probe, epoch=at)
        if node.subject.measured is not None and node.epoch == probe.epoch:
            return node.subject.measured
        return node.probes.get(probe.epoch)

    for name, node in nodes.items():
        standings: list[Standing] = [found[parent].standing for parent in node.parents]
        found[name] = judge(node.subject, standings, find)
    return found
