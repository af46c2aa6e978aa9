"""Waivers that commits propose: read as git reads trailers, whatever a message holds."""

import time
from pathlib import Path

import pytest

from fullautoci.trailers import LIMIT, Proposal, proposals, unheeded
from fullautoci.vcs.git.commit import END_KEPT, MESSAGE_LIMIT, parse_commit
from tests.support.repository import Repository

SCORE = Proposal("pylint", "score", "later")
LINES = Proposal("coverage", "percent_lines", "no tests yet")
WAIVE = "Fullautoci-Waive: pylint.score later"

MESSAGES = {
    "alone": f"Subject\n\n{WAIVE}\n",
    "beside others": f"Subject\n\nBody.\n\nReviewed-by: Ada\n{WAIVE}\nSigned-off-by: Ada <ada@example.org>\n",
    "another case": "Subject\n\nFULLAUTOCI-WAIVE: Pylint.Score later\n",
    "a space before the colon": "Subject\n\nFullautoci-Waive : pylint.score later\n",
    "no space behind the colon": "Subject\n\nFullautoci-Waive:pylint.score later\n",
    "a tab": "Subject\n\nFullautoci-Waive:\tpylint.score\tlater\n",
    "lines of another system": f"Subject\r\n\r\nBody.\r\n\r\n{WAIVE}\r\n",
    "blank lines with spaces": f"Subject\n  \nBody.\n\t\n{WAIVE}\n   \n\n",
    "words beside it": f"Subject\n\nOne line.\nTwo lines.\nThree lines.\n{WAIVE}\n",
    "picked": f"Subject\n\n{WAIVE}\n(cherry picked from commit {'a' * 40})\n",
    "folded reason": "Subject\n\nFullautoci-Waive: pylint.score\n later\n",
    "words that are folded behind it": f"Subject\n\n{WAIVE}\nOther words\n that go on\n",
    "folded above": f"Subject\n\nNote: something\n that goes on\n{WAIVE}\n",
}
NOTHING = {
    "empty": "",
    "the whole message": WAIVE,
    "the subject's paragraph": f"Subject\n{WAIVE}\n",
    "in the middle": f"Subject\n\n{WAIVE}\n\nMore words.\n",
    "before the last trailers": f"Subject\n\n{WAIVE}\n\nSigned-off-by: Ada <ada@example.org>\n",
    "goes on with another": f"Subject\n\nNote: as in\n {WAIVE}\n",
    "indented": f"Subject\n\n    {WAIVE}\n",
    "quoted": f"Subject\n\n> {WAIVE}\n",
    "words around it": f"Subject\n\nOne.\nTwo.\nThree.\n{WAIVE}\nFour.\n",
    "words behind it that are folded": f"Subject\n\nOne.\n two\n three\n four\n{WAIVE}\n",
    "another token": "Subject\n\nFullautoci-Waiver: pylint.score later\n",
    "a longer token": "Subject\n\nNot-Fullautoci-Waive: pylint.score later\n",
    "another sign": "Subject\n\nFullautoci-Waive= pylint.score later\n",
}
MALFORMED = {
    "no metric": "Subject\n\nFullautoci-Waive: pylint later\n",
    "no tool": "Subject\n\nFullautoci-Waive: .score later\n",
    "everything": "Subject\n\nFullautoci-Waive: *.* later\n",
}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_trailer_is_read_however_it_is_written(name: str) -> None:
    assert proposals(MESSAGES[name]) == [SCORE]


@pytest.mark.parametrize("name", NOTHING | MALFORMED)
def test_what_is_no_trailer_of_ours_waives_nothing(name: str) -> None:
    assert proposals((NOTHING | MALFORMED)[name]) == []


def test_git_itself_reads_the_same_trailers(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "r")
    # So that ours is one of those that git knows, as its own are.
    repository.git("config", "trailer.waive.key", "Fullautoci-Waive")
    form = "--format=%(trailers:key=Fullautoci-Waive,valueonly,unfold)"
    tree = repository.git("mktree")
    for name, message in (MESSAGES | NOTHING | MALFORMED).items():
        sha = repository.git("commit-tree", "-F", "-", tree, stdin=message.encode())
        assert bool(repository.git("log", "-1", form, sha)) == (name not in NOTHING), name


def test_several_are_read_each_once_and_the_first_reason_counts() -> None:
    said = "\n".join((
        "Fullautoci-Waive: pylint.score",
        "Fullautoci-Waive: coverage.percent_lines no tests yet",
        "fullautoci-waive: PYLINT.score later",
        "Fullautoci-Waive: pylint.score another reason",
    ))  # fmt: skip
    assert proposals(f"Subject\n\n{said}") == [SCORE, LINES]


def test_one_without_a_reason_is_told_from_one_with() -> None:
    for line in ("Fullautoci-Waive: pylint.score", "Fullautoci-Waive: pylint.score  \t "):
        assert proposals(f"Subject\n\n{line}\n") == [Proposal("pylint", "score", "")]


def test_a_metric_may_be_any_name() -> None:
    assert proposals("S\n\nFullautoci-Waive: no-such_tool.no.such-metric why not") == [
        Proposal("no-such_tool", "no.such-metric", "why not")
    ]


def test_only_so_many_count() -> None:
    lines = [f"Fullautoci-Waive: tool.metric{number} because" for number in range(LIMIT + 5)]
    assert [one.metric for one in proposals("S\n\n" + "\n".join(lines))] == [f"metric{n}" for n in range(LIMIT)]


def test_a_reason_cannot_reach_the_terminal_or_the_database() -> None:
    (one,) = proposals("S\n\nFullautoci-Waive: pylint.score \x1b[31mred\x07 \u202eturned \udcff end\x00")
    assert one.reason.isprintable()
    assert one.reason.startswith("red� �turned \\xff end")
    assert len(proposals(f"S\n\nFullautoci-Waive: pylint.score {'x' * 10_000}")[0].reason) == 300


@pytest.mark.parametrize(
    "text",
    ["\n" * 500_000, " \n" * 300_000, "Fullautoci-Waive: " + "a." * 300_000, "a-" * 400_000, "\t" * 500_000 + "x"],
    ids=["lines", "blank lines", "dots", "token", "tabs"],
)
def test_a_huge_message_costs_little(text: str) -> None:
    began = time.process_time()
    for message in (text, f"S\n\n{text}", f"S\n\n{text}\n\n{WAIVE}"):
        proposals(message)
    assert time.process_time() - began < 2


def commit(message: bytes) -> str:
    head = b"tree " + b"a" * 40 + b"\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\n"
    return parse_commit("b" * 40, head + message).message


def test_a_message_that_is_not_utf_8_is_read_as_far_as_it_can_be() -> None:
    (one,) = proposals(commit(b"Subject \xff\n\nFullautoci-Waive: pylint.score caf\xe9\n"))
    assert one == Proposal("pylint", "score", "caf\\xe9")


def test_of_a_long_message_the_end_counts_and_what_was_in_its_middle_does_not() -> None:
    words = b"word " * 5 + b"\n"
    long = b"Subject\n\n" + words * (2 * MESSAGE_LIMIT // len(words))
    assert proposals(commit(long + b"\n" + WAIVE.encode())) == [SCORE]
    cut = MESSAGE_LIMIT - END_KEPT
    for before in range(cut - 120, cut + 20, 7):
        middle = b"Subject\n\n" + b"x" * before + b"\n\n" + WAIVE.encode() + b"\n\n"
        for end in (words * 2000, (b"x" * (END_KEPT - 200) + b"\n") * 3):
            assert proposals(commit(middle + end)) == []
    assert len(commit(long)) <= MESSAGE_LIMIT


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("pylint.score", "the commit's trailer for pylint.score gives no reason, and does not count"),
        ("pylint.score ", "the commit's trailer for pylint.score gives no reason, and does not count"),
        ("score later", "the commit's trailer 'score' does not count: it is called pylint.score"),
        ("Score", "the commit's trailer 'Score' does not count: it is called pylint.score"),
        ("pylint.scor later", "the commit's trailer 'pylint.scor' does not count: it is called pylint.score"),
        ("pylint.score:file x", "the commit's trailer 'pylint.score:file' does not count: it is called pylint.score"),
        ("pylint.score later", ""),
        ("pylint.score\tlater", ""),
        ("", ""),
        ("coverage.percent_lines", ""),
        ("percent_lines later", ""),
    ],
)
def test_why_a_trailer_does_not_count(said: str, why: str) -> None:
    assert unheeded(f"Subject\n\nFullautoci-Waive: {said}\n", "pylint", "score") == why
    assert unheeded("Subject\n\nBody.\n", "pylint", "score") == ""
