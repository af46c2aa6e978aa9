"""A commit and its child with results of every kind, hostile words among them, and the pages about them."""

from pathlib import Path

from sqlite_utils import Database
from werkzeug.test import TestResponse

from fullautoci.errors import FullAutoCIError
from fullautoci.model import Commit, FileCoverage, Finding, Outcome, Priority, Result, TestCase, ToolPlan
from fullautoci.store import database, jobs, runs
from fullautoci.store.writer import Writer
from fullautoci.web.app import create_app
from fullautoci.web.callers import PEER_UID
from fullautoci.web.services import Services, SourceFile
from tests.unit.store.parts import sha, watch

HOST = "127.0.0.1:8765"
EVIL = '<script>alert("x")</script>\u202e\x1b]0;t\x07&amp;'
OLD, NEW = sha(0xAB), sha(0xCD)
RUN, PARENT_RUN = 2, 1
PYLINT, TESTS = 3, 4
BOTH = Finding("src/a.py", 3, 1, "both", "warning", "There still", "aa")
FIXED = Finding("src/a.py", 9, 1, "old", "warning", "Gone now", "bb")
FRESH = Finding("src/a.py", 2, 1, "fresh", "error", f"New {EVIL}", "cc")
NOWHERE = Finding("src/a.py", 99, 1, "beyond", "error", "Behind the end", "dd")
HOSTILE = Finding(f"src/{EVIL}.py", 1, 1, EVIL, EVIL, "odd path", "ee")


def case(name: str, outcome: str, seconds: float = 0.1, message: str = "") -> TestCase:
    """A test."""
    return TestCase(name, outcome, seconds, message)


RESULTS = (
    (Result(Outcome.PASSED, metrics={"score": 9.0, "errors": 0.0}, findings=(BOTH, FIXED)),
     Result(Outcome.PASSED, metrics={"tests_passed": 4.0}, tests=(
         case("breaks", "passed"), case("mended", "failed"), case("stays bad", "failed"), case("left out", "passed"),
         case("removed", "passed")))),
    (Result(Outcome.FAILED, metrics={"score": 8.5, "errors": 1.0}, findings=(BOTH, FRESH, NOWHERE, HOSTILE),
            timings={"checkout_s": 0.25, "tool_s": 0.75}, duration_s=1.0),
     Result(Outcome.FAILED, metrics={"tests_passed": 2.0}, tests=(
         case("breaks", "failed", 0.3, f"assert {EVIL}"), case("mended", "passed"), case("stays bad", "failed"),
         case("left out", "skipped", 0.0, "not now"), case(f"added {EVIL}", "passed", 2.5)),
            files=(FileCoverage("src/a.py", 4, 3, 2, 1, (4,)), FileCoverage("src/z.py", 4, 4, 0, 0, ())))),
)  # fmt: skip


def fill(db: Database) -> None:
    """Both commits, with pylint's and coverage's results."""
    watch(db, "/mine/.git", "mine")
    for number, (commit, results) in enumerate(zip((OLD, NEW), RESULTS, strict=True)):
        made = Commit(
            commit, f"{number}" * 40, (OLD,) if number else (), f"Ada {EVIL}", f"Subject {EVIL}",
            f"Subject {EVIL}\n\nBody {EVIL}", "2026-01-01T00:00:00.000Z",
        )  # fmt: skip
        run, _ = runs.wish(db, 1, runs.Wish(made, f"b{EVIL}", "post-commit", Priority.NOW))
        plans = [(ToolPlan("pylint"), ""), (ToolPlan("coverage"), "")]
        jobs.plan(db, runs.Unplanned(run, 1, commit, 0, ()), {}, "d", plans)
        for result in results:
            due = jobs.start_next(db)
            assert due is not None
            jobs.record(db, due.id, due.attempt, result)


class Pages:
    """The application, asked as whoever runs it.

    Attributes:
        files: of commits, by path; an error is raised.
        asked: for which files, with repository and commit.
    """

    def __init__(self, folder: Path, uid: int, *, source: bool = True) -> None:
        self.folder = folder
        self.uid = uid
        self.path = folder / "fullautoci.db"
        self.writer = Writer(lambda: database.open_for_writing(self.path))
        self.writer.call(fill)
        self.files: dict[str, SourceFile | FullAutoCIError] = {}
        self.asked: list[tuple[int, str, str]] = []
        services = Services(
            lambda: database.reading(self.path), folder, dict, None, source=self._source if source else None
        )
        self.app = create_app(services, b"k" * 32, lambda: {HOST})

    def _source(self, repository: int, commit: str, path: str) -> SourceFile | None:
        self.asked.append((repository, commit, path))
        found = self.files.get(path)
        if isinstance(found, FullAutoCIError):
            raise found
        return found

    def get(self, path: str, status: int = 200) -> str:
        """A page's markup."""
        answer = self.answer(path)
        assert answer.status_code == status, answer.text
        return answer.text

    def answer(self, path: str, **headers: str) -> TestResponse:
        """What is answered."""
        client = self.app.test_client(use_cookies=False)
        return client.get(
            path, base_url=f"http://{HOST}/", headers=headers, environ_overrides={PEER_UID: self.uid}, buffered=True
        )

    def log(self, job: int, text: bytes) -> None:
        """Write a job's log."""
        name = self.writer.call(lambda db: db.execute("SELECT log FROM jobs WHERE id = ?", [job]).fetchone()[0])
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text)

    def write(self, query: str, *values: object) -> None:
        """Change the database."""
        self.writer.call(lambda db: db.execute(query, values))
