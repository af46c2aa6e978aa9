"""The page of a run and those that it leads to: what is shown, and that nothing of it is markup but ours."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from fullautoci.errors import BusyError, VcsError
from fullautoci.web.dashboard import run_parts
from fullautoci.web.services import SourceFile
from tests.unit.web.dashboard.looked_at import NEW, OLD, PYLINT, RUN, TESTS, Pages

LINES = b"import os\n\n\nx = 1\n"


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    made = Pages(tmp_path, os.getuid())
    yield made
    made.writer.close()


def section(text: str, anchor: str) -> str:
    """A job's part of the page, without markup."""
    found = re.search(rf'<section class="sheet job" id="{anchor}".*?</section>', text, re.DOTALL)
    assert found is not None
    return " ".join(re.sub(r"<[^>]*>", " ", found[0]).split())


def test_what_changed_is_told_first(pages: Pages) -> None:
    text = pages.get(f"/runs/{RUN}")
    pylint = section(text, "pylint")
    assert pylint.startswith("pylint failed")
    assert "3 new 1 fixed 1 unresolved against 00000000" in pylint
    assert pylint.index("New &lt;script&gt;") < pylint.index("Gone now") < pylint.index("There still")
    coverage = section(text, "coverage")
    for words in ("1 newly failing", "1 still failing", "1 newly passing", "1 newly skipped", "1 gone", "1 new test"):
        assert words in coverage
    assert coverage.index("assert &lt;script&gt;") < coverage.index("Slowest tests")
    assert 'href="/runs/1"' in text
    assert f'href="/runs/{RUN}/source/src/a.py#L2"' in text


def test_metrics_say_which_way_they_went(pages: Pages) -> None:
    pylint = section(pages.get(f"/runs/{RUN}"), "pylint")
    assert "8.5 score ▼ worse by 0.5" in pylint
    assert "1 errors ▲ worse by 1" in pylint
    assert "checkout 250 ms" in pylint


@pytest.mark.parametrize(
    "path", [f"/runs/{RUN}", f"/runs/{RUN}/files", f"/jobs/{PYLINT}/findings", f"/jobs/{TESTS}/tests",
             f"/jobs/{TESTS}/log", f"/runs/{RUN}/source/src/a.py"]
)  # fmt: skip
def test_nothing_of_a_repository_is_markup(pages: Pages, path: str) -> None:
    pages.log(TESTS, "<script>alert(1)</script>\u202e\x1b[31m".encode())
    pages.files["src/a.py"] = SourceFile("<script>alert(1)</script>\u202e\n".encode() + LINES, True)
    text = pages.get(path)
    assert not re.search(r"<script(?! src=)", text)
    assert "\u202e" not in text
    assert "\x1b" not in text
    assert not re.search(r"""\son\w+=|(?<!-)style=|javascript:""", re.sub(r">[^<]*<", "><", text))


def test_of_many_the_first_are_shown_and_all_are_linked(pages: Pages) -> None:
    for number in range(300):
        pages.write(
            "INSERT INTO findings (job_id, path, line, column, rule, severity, message, anchor)"
            " VALUES (?, 'many.py', ?, 1, 'r', 's', 'm', ?)", PYLINT, number, f"{number}",
        )  # fmt: skip
        pages.write(
            "INSERT INTO tests (job_id, name, outcome, duration_s, message) VALUES (?, ?, 'failed', 1, 'why')", TESTS,
            f"many {number}",
        )  # fmt: skip
    text = pages.get(f"/runs/{RUN}")
    assert text.count("<code>many.py:") == 100
    assert f'href="/jobs/{PYLINT}/findings?status=new">All 303 new findings' in text
    assert f'href="/jobs/{TESTS}/tests?outcome=failed">All 301 newly failing tests' in text
    assert text.count('<details class="test"') < 30


def test_a_commit_leads_to_its_newest_run(pages: Pages) -> None:
    assert pages.answer(f"/repos/1/commits/{NEW}").headers["Location"] == f"/runs/{RUN}"
    assert "Several commits begin with 0000" in pages.get("/repos/1/commits/0000")
    assert "has no run" in pages.get(f"/repos/1/commits/{'f' * 40}", 404)
    for wrong in ("abc", "xyz!", "A" * 40, "0" * 65, "%00", "HEAD"):
        pages.get(f"/repos/1/commits/{wrong}", 404)


def test_runs_of_the_same_commit_are_told(pages: Pages) -> None:
    assert "Runs of this commit" not in pages.get(f"/runs/{RUN}")
    pages.write(
        "INSERT INTO runs (id, repository_id, sha, generation, branch, source, priority, state, outcome, queued_at)"
        " VALUES (9, 1, ?, 1, 'main', 'api', 0, 'done', 'errored', '2026-01-01T00:00:00.000Z')", NEW,
    )  # fmt: skip
    assert '<a href="/runs/9">9</a>' in pages.get(f"/runs/{RUN}")
    assert pages.answer(f"/repos/1/commits/{NEW[:39]}").headers["Location"] == "/runs/9"
    assert "Nothing was run." in pages.get("/runs/9")


def test_findings_stand_at_their_lines(pages: Pages) -> None:
    pages.files["src/a.py"] = SourceFile(LINES, True)
    text = pages.get(f"/runs/{RUN}/source/src/a.py")
    assert pages.asked == [(1, NEW, "src/a.py")]
    rows = re.findall(r"<tr[^>]*>.*?</tr>", text, re.DOTALL)
    words = [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in rows]
    assert words[0] == "1 import os"
    assert words[2].startswith("new New &lt;script&gt;")
    assert words[4].startswith("unresolved There still")
    assert words[5] == "4 − not covered x = 1"
    whole = text[text.index("Of the file as a whole") : text.index("</section>")]
    assert "Behind the end" in whole
    assert "<strong>3</strong> of 4 lines covered, <strong>1</strong> of 2 branches" in text


def test_a_part_of_a_long_file_is_shown(pages: Pages) -> None:
    pages.files["src/a.py"] = SourceFile(b"x\n" * 2500, True)
    assert 'id="L1000"' in pages.get(f"/runs/{RUN}/source/src/a.py")
    text = pages.get(f"/runs/{RUN}/source/src/a.py?line=1500")
    assert 'id="L1001"' in text
    assert 'id="L2000"' in text
    assert 'id="L1000"' not in text
    assert 'id="L2001"' not in text
    assert 'href="?line=1000#L1000"' in text
    assert 'href="?line=2001#L2001"' in text
    assert 'id="L2500"' in pages.get(f"/runs/{RUN}/source/src/a.py?line=999999")


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (SourceFile(b"\x7fELF\0\0", True), "This is no text, and not shown."),
        (SourceFile(b"", False), "This file is too large to be shown."),
        (SourceFile(b"a\n" * 100, False), "This file is long: its first 0 KiB are shown."),
        (SourceFile(b"", True), "Behind the end"),
        (SourceFile(b"\xff\xfe\xfa\n", True), "\\xff\\xfe\\xfa"),
        (VcsError("the mirror is gone"), "The source cannot be read: the mirror is gone."),
        (BusyError("busy", ""), "Try again in a moment."),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_told_and_findings_are_there(
    pages: Pages, found: SourceFile | VcsError | BusyError, words: str
) -> None:
    pages.files["src/a.py"] = found
    text = pages.get(f"/runs/{RUN}/source/src/a.py")
    assert words in text
    assert "There still" in text


@pytest.mark.parametrize(
    "path", ["nope", "../../etc/passwd", "/etc/passwd", "a%00b", "src", "%ff%fe", "a" * 3000, "a//b"]
)
def test_what_is_no_file_of_the_commit_is_not_there(pages: Pages, path: str) -> None:
    assert pages.answer(f"/runs/{RUN}/source/{path}").status_code == 404


def test_without_a_daemon_there_are_findings_and_no_source(tmp_path: Path) -> None:
    pages = Pages(tmp_path, os.getuid(), source=False)
    text = pages.get(f"/runs/{RUN}/source/src/a.py")
    assert "fullautoci daemon start" in text
    assert "There still" in text
    assert "Run again" not in pages.get(f"/runs/{RUN}")
    pages.writer.close()


def test_files_are_narrowed_and_listed_part_by_part(pages: Pages) -> None:
    assert re.findall(r"<code>(src/\w\.py)</code>", pages.get(f"/runs/{RUN}/files")) == ["src/a.py", "src/z.py"]
    assert re.findall(r"<code>(src/\w\.py)</code>", pages.get(f"/runs/{RUN}/files?only=missed")) == ["src/a.py"]
    assert "src/a.py" not in pages.get(f"/runs/{RUN}/files?text=Z.")
    assert "No such file" in pages.get(f"/runs/{RUN}/files?text=nothing&only=findings")
    for number in range(150):
        pages.write("INSERT INTO files VALUES (?, ?, 2, 1, 0, 0, '[1]')", TESTS, f"many/{number:03}.py")
    seen: list[str] = []
    path: str | None = f"/runs/{RUN}/files?text=many"
    while path:
        text = pages.get(path)
        seen += re.findall(r"<code>(many/\d+\.py)</code>", text)
        found = re.search(r'rel="next" href="([^"]+)"', text)
        path = found[1].replace("&amp;", "&") if found else None
    assert seen == [f"many/{number:03}.py" for number in range(150)]


@pytest.mark.parametrize(
    "path",
    [f"/runs/{RUN}?a=1", f"/runs/{RUN}/files?only=x", f"/runs/{RUN}/source/src/a.py?line=-1",
     f"/jobs/{TESTS}/log?line=x", f"/jobs/{TESTS}/log/more", f"/jobs/{TESTS}/log/more?offset=0&number=0",
     f"/jobs/{TESTS}/log.txt?x=1",
     f"/jobs/{TESTS}/log/more?offset=0&number=1&style=x", f"/jobs/{PYLINT}/findings?status=odd",
     f"/jobs/{TESTS}/tests?outcome=odd", f"/repos/1/commits/{OLD}?x=1", f"/jobs/{TESTS}/log?offset={10**30}"],
)  # fmt: skip
def test_what_is_not_known_is_refused(pages: Pages, path: str) -> None:
    pages.log(TESTS, b"x")
    pages.get(path, 400)


def test_a_log_is_shown_followed_and_downloaded(pages: Pages) -> None:
    pages.get(f"/jobs/{TESTS}/log", 404)  # it was pruned
    pages.log(TESTS, b"one\n\x1b[31mtwo\nthree")
    text = pages.get(f"/jobs/{TESTS}/log")
    assert '<div id="L2"><a href="#L2">2</a><span><b class="f1">two</b></span></div>' in text
    assert "data-follows" not in text
    part = pages.get(f"/jobs/{TESTS}/log/more?offset=4&number=2&style=1")
    assert '<b class="bo f1">three</b>' in part
    assert 'data-end="18" data-number="4"' in part
    assert "data-done" in part
    assert "data-anew" in pages.get(f"/jobs/{TESTS}/log/more?offset=999&number=2")
    answer = pages.answer(f"/jobs/{TESTS}/log.txt")
    assert (answer.data, answer.mimetype) == (b"one\n\x1b[31mtwo\nthree", "text/plain")
    assert answer.headers["Content-Disposition"] == f"attachment; filename=job-{TESTS}.log"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_log_that_is_being_written_is_followed(pages: Pages) -> None:
    pages.write("UPDATE jobs SET state = 'running', outcome = NULL WHERE id = ?", TESTS)
    assert "data-follows" in pages.get(f"/jobs/{TESTS}/log")  # nothing was written yet
    pages.log(TESTS, b"one\ntw")
    part = pages.get(f"/jobs/{TESTS}/log/more?offset=0&number=1")
    assert 'data-end="4" data-number="2"' in part
    assert "data-done" not in part
    pages.write("UPDATE jobs SET state = 'queued', attempt = 0 WHERE id = ?", TESTS)
    assert "It has not begun." in pages.get(f"/jobs/{TESTS}/log")


def test_two_jobs_of_one_name_have_two_anchors() -> None:
    jobs = [{"id": number, "tool": "a b<", "variant": "", "project": "."} for number in (1, 2)]
    assert run_parts.anchors(jobs) == {1: "a-b-", 2: "a-b--2"}
