"""A waiver that a commit proposes counts for its owner's commits, and for others' where the service says so."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.home import Home
from tests.support.repository import HOST, SAMPLE, Repository

UNUSED = SAMPLE["calc.py"].replace('"""A calculator."""\n', '"""A calculator."""\n\nimport os\n')
CONFIG = HOST + "tools: {coverage: {enabled: false}}\n"
WAIVING = "worse\n\nWhat is done here.\n\nFullautoci-Waive: pylint.score the next commit\n mends it\nReviewed-by: Ada\n"


class Watched:
    """A watched repository whose first commit is good, and another's clone of it."""

    def __init__(self, home: Home, folder: Path) -> None:
        self.home = home
        self.repository = Repository(folder / "r")
        self.repository.commit({**SAMPLE, ".fullautoci.yml": CONFIG}, "good")
        home.cli("init", "--wait", cwd=self.repository.path)
        self.repository.git("clone", "--quiet", str(self.repository.path), str(folder / "other"))
        self.other = Repository(folder / "other")

    def pulled(self, files: dict[str, str], message: str) -> str:
        """A commit of somebody else's that was brought here."""
        sha = self.other.commit(files, message)
        self.repository.git("pull", "--quiet", "--ff-only", str(self.other.path), "main")
        return sha

    def score(self, sha: str) -> tuple[str, dict[str, Any]]:
        """The outcome of a commit's run, and its verdict on the score."""
        run = self.home.finished(1, sha)
        (job,) = run["jobs"]
        return run["outcome"], next(one for one in job["verdicts"] if one["metric"] == "score")

    def journal(self) -> list[dict[str, Any]]:
        """Waivers that the journal has."""
        found = self.home.json("ratchet", "log", cwd=self.repository.path)
        return [entry for entry in found if entry["kind"] == "waive"]


@pytest.fixture
def watched(home: Home, tmp_path: Path) -> Watched:
    return Watched(home, tmp_path)


def test_the_owners_own_commit_waives_for_itself_and_says_so(watched: Watched) -> None:
    sha = watched.repository.commit({"calc.py": UNUSED}, WAIVING)
    outcome, verdict = watched.score(sha)
    assert (outcome, verdict["verdict"], "waived" in verdict["flags"]) == ("passed", "regressed", True)
    (entry,) = watched.journal()
    assert (entry["reason"], entry["actor"], entry["commit"]) == ("the next commit mends it", "the commit itself", sha)
    watched.home.cli("rerun", "--wait", cwd=watched.repository.path)
    assert watched.score(sha)[0] == "passed"
    assert len(watched.journal()) == 1, "it is written down once"
    watched.repository.git("commit", "--quiet", "--amend", "--message", "worse, and nothing is said of it")
    outcome, verdict = watched.score(watched.repository.head())
    assert (outcome, verdict["flags"]) == ("failed", [])


NONE = {
    "no reason": "worse\n\nFullautoci-Waive: pylint.score\n",
    "unknown metric": "worse\n\nFullautoci-Waive: pylint.scores why\n",
    "another tool": "worse\n\nFullautoci-Waive: coverage.score why\n",
    "the subject": "Fullautoci-Waive: pylint.score why",
    "in the middle": "worse\n\nFullautoci-Waive: pylint.score why\n\nThe last paragraph is another.\n",
}


def test_what_is_no_waiver_of_it_waives_nothing(watched: Watched) -> None:
    for number, (name, message) in enumerate(NONE.items()):
        watched.repository.git("checkout", "--quiet", "-B", f"b{number}", "main")
        outcome, verdict = watched.score(watched.repository.commit({"calc.py": UNUSED}, message))
        assert (outcome, verdict["verdict"], verdict["flags"]) == ("failed", "regressed", []), name


@pytest.mark.parametrize(("policy", "expected"), [("own", "failed"), ("all", "passed")])
def test_anothers_commit_counts_only_where_the_service_says_so(watched: Watched, policy: str, expected: str) -> None:
    watched.home.stop()
    (watched.home.folder / "config.yml").write_text(f"waivers: {{trailers: {policy}}}\n")
    watched.home.start()
    sha = watched.pulled({"calc.py": UNUSED}, WAIVING)
    assert watched.score(sha)[0] == expected
    assert len(watched.journal()) == (expected == "passed")


def test_nobodys_counts_where_the_service_says_so(watched: Watched) -> None:
    watched.home.stop()
    (watched.home.folder / "config.yml").write_text("waivers: {trailers: off}\n")
    watched.home.start()
    assert watched.score(watched.repository.commit({"calc.py": UNUSED}, WAIVING))[0] == "failed"
    assert watched.journal() == []
