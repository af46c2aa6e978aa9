"""A commit that is to be judged, with all that was handed to it."""

from dataclasses import dataclass

from fullautoci.ratchet import acts, lines
from fullautoci.ratchet.rule import Rule
from fullautoci.ratchet.standing import Act, Flag, Standing, Subject


@dataclass(frozen=True)
class Case:
    """What a verdict is made of.

    Attributes:
        rule: by which it is judged.
        own_rule: its own policy, which is handed on; None: the metric is not held from here on.
        handed: its parents' policy; None: they do not hold the metric.
        parents: what each of them hands on.
        flags: of the verdict, whatever it is.
    """

    subject: Subject
    rule: Rule
    own_rule: Rule | None
    handed: Rule | None
    parents: tuple[Standing, ...]
    flags: tuple[Flag, ...]

    @property
    def kept(self) -> Rule | None:
        """The policy that is handed on with an old floor: what is best for one direction is worst for the other."""
        turned = self.own_rule is not None and self.own_rule.direction != self.rule.direction
        return self.rule if turned else self.own_rule

    def passed_on(self) -> Standing:
        """What is handed on where nothing was measured, or nothing may move."""
        if not self.subject.moves:
            return lines.passed_on(self.parents, self.handed)
        return acts.passed(self.subject, lines.passed_on(self.parents, self.kept))

    def waiver(self) -> Act | None:
        """What excuses a verdict that fails."""
        return lines.longest([*acts.waivers(self.subject), *(line.waiver for line in self.parents)])
