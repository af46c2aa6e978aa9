"""A history of commits whose results are recorded as the daemon records them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlite_utils import Database

from fullautoci.model import Commit, EnvironmentIdentity, Finding, Outcome, Priority, Result, ToolPlan
from fullautoci.ratchet.rule import HIGHER, LOWER, Rule
from fullautoci.store import acts, jobs, judging, repositories, runs
from fullautoci.store.jobs import Due

SCORE = Rule("score", HIGHER, tolerance=0.05)
FINDINGS = Rule("findings", LOWER, per="file")


def sha(name: str) -> str:
    """A commit's id, by its name in a test."""
    return name.encode().hex().ljust(40, "0")


@dataclass
class History:
    """One repository's."""

    db: Database
    path: str = "/it"

    def __post_init__(self) -> None:
        self.number = repositories.add(self.db, name="it", path=self.path, worktree=None, kind="bare", refs={})

    def commit(
        self,
        name: str,
        *parents: str,
        rules: Sequence[Rule] | None = (SCORE,),
        plan: ToolPlan | None = None,
        dirty: bool = False,
        message: str = "",
        tree: str = "",
    ) -> int:
        """A commit with a run that is planned; `rules` None: its configuration is wrong; `tree`: of that commit."""
        known = Commit(
            sha(name), sha(f"tree {tree or name}"), tuple(sha(one) for one in parents), "a", name, message, "2026"
        )
        run, _ = runs.wish(self.db, self.number, runs.Wish(known, "main", "post-commit", Priority.NOW, dirty=dirty))
        self._plan(run, name, rules, plan or ToolPlan("pylint"))
        return run

    def again(self, name: str, rules: Sequence[Rule] = (SCORE,)) -> int:
        """Another run of a commit, as `rerun` makes it."""
        row = self.db.execute("SELECT parents FROM commits WHERE sha = ?", [sha(name)]).fetchone()
        known = Commit(sha(name), sha(f"tree {name}"), tuple(json.loads(row[0])), "a", name, "", "2026")
        run, _ = runs.wish(self.db, self.number, runs.Wish(known, "main", "rerun", Priority.NOW, fresh=True))
        self._plan(run, name, rules, ToolPlan("pylint"))
        return run

    def _plan(self, run: int, name: str, rules: Sequence[Rule] | None, plan: ToolPlan) -> None:
        if rules is None:
            runs.end(self.db, run, Outcome.ERRORED, "its configuration is wrong")
            return
        row = self.db.execute("SELECT generation FROM runs WHERE id = ?", [run]).fetchone()
        policy = [{"tool": "pylint", "project": ".", "variant": "", "rules": [asdict(rule) for rule in rules]}]
        planned = runs.Unplanned(run, self.number, sha(name), row[0], ())
        jobs.plan(self.db, planned, {}, f"digest {name}", [(plan, "")], policy if rules else [])

    def next(self) -> Due:
        """The job that a worker would be given now."""
        due = jobs.start_next(self.db)
        assert due is not None, "nothing is to be done"
        return due

    def record(self, due: Due, score: float | None = None, **said: Any) -> Outcome | None:
        """The result of a job."""
        return jobs.record(self.db, due.id, due.attempt, result(score, **said))

    def measured(
        self, name: str, score: float | None, *parents: str, record: Mapping[str, Any] = {}, **made: Any
    ) -> int:
        """A commit with its result."""
        run = self.commit(name, *parents, **made)
        self.record(self.of(run), score, **(record or {}))
        return run

    def of(self, run: int) -> Due:
        """The job of a run, started; others that wait stay where they are."""
        held = []
        while (due := self.next()).run_id != run:
            held.append(due)
        for one in held:
            jobs.lose(self.db, one.id, one.attempt, "it is put back", spent=False)
        return due

    def work(self) -> None:
        """What the scheduler does until nothing is to be judged anew."""
        for _ in range(1000):
            if not judging.work(self.db, 50):
                assert not self.db.execute("SELECT 1 FROM unsettled").fetchone()
                return
        raise AssertionError("there is no end to it")

    def act(self, kind: str, name: str, **said: Any) -> None:
        """What a person does about the score at a commit."""
        said = {"source": "cli", "reason": "so", **said}
        wanted = acts.Wanted(kind, "pylint", "score", sha(name), actor="ada", **said)
        number = acts.add(self.db, self.number, wanted)
        judging.settle(self.db, self.number, sha(name))
        acts.conclude(self.db, self.number, number, wanted)
        self.work()

    def verdict(self, name: str, metric: str = "score") -> dict[str, Any]:
        """The verdict on a commit."""
        row = self.db.execute(
            "SELECT t.verdict, t.value, t.floor, t.flags, t.blame, t.reason, t.failing, t.standing FROM standings t"
            " JOIN series s ON s.id = t.series_id WHERE t.sha = ? AND s.metric = ?",
            [sha(name), metric],
        ).fetchone()
        assert row is not None, f"there is no verdict on {name}"
        names = ("verdict", "value", "floor", "flags", "blame", "reason", "failing", "standing")
        found = dict(zip(names, row, strict=True))
        blamed = bytes.fromhex(found["blame"]).rstrip(b"\0").decode() if found["blame"] else ""
        return {
            **found,
            "flags": json.loads(found["flags"]),
            "blame": blamed,
            "on": json.loads(found["standing"])["floor"],
        }

    def outcome(self, run: int) -> tuple[str | None, str]:
        """A run's outcome and its reason."""
        return tuple(self.db.execute("SELECT outcome, reason FROM runs WHERE id = ?", [run]).fetchone())


def result(
    score: float | None,
    *,
    outcome: Outcome = Outcome.PASSED,
    configuration: str = "c1",
    version: str = "3.0",
    kind: str = "venv",
    files: Mapping[str, int] | None = None,
) -> Result:
    """What pylint yields."""
    found = [
        Finding(path, line, 0, "unused", "warning", f"m{line}")
        for path, n in (files or {}).items()
        for line in range(n)
    ]
    metrics = {} if score is None else {"score": score, "findings": float(len(found))}
    return Result(
        outcome, tool_version=version, environment=EnvironmentIdentity(kind, "f", "3.11"), metrics=metrics,
        findings=tuple(found), configuration=configuration,
    )  # fmt: skip
