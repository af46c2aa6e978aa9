"""Commits between which nothing is known: floors come from the nearest that are."""

from tests.support.home import Home
from tests.support.patience import until
from tests.support.repository import Repository


def verdicts(home: Home, sha: str) -> set[object]:
    rows = home.rows(
        "SELECT verdict FROM standings t JOIN series s ON s.id = t.series_id WHERE sha = ? AND metric = 'score'", sha
    )
    return {row[0] for row in rows}


def test_an_old_commit_that_is_tested_late_is_where_a_newer_one_starts_from(home: Home, repository: Repository) -> None:
    old = repository.commit({"a.txt": "1"}, "old")
    repository.commit({"a.txt": "2"}, "between, and never tested")
    tip = repository.commit({"a.txt": "3"}, "tip")
    home.cli("init", "--wait", cwd=repository.path)
    assert verdicts(home, tip) == {"baseline"}
    home.cli("run", "--wait", old, cwd=repository.path)
    assert verdicts(home, old) == {"baseline"}
    until(lambda: verdicts(home, tip) == {"held"}, 20, "the tip is judged by the old commit's floor")
    assert home.rows("SELECT sha, ancestor FROM lineage WHERE gap = 1") == [(tip, old)]
