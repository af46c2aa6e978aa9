"""A finding is known again by the text of its line, wherever that has moved."""

import os
import time
from pathlib import Path

import pytest

from fullautoci import anchors, findings
from fullautoci.anchors import anchored
from fullautoci.model import Finding, Outcome, Result

CODE = "import os\n\n\ndef f():\n    return os\n"


def at(path: str, line: int, message: str = "m") -> Finding:
    return Finding(path, line, 0, "rule", "warning", message)


def found(top: Path, *ones: Finding) -> list[str]:
    return [one.anchor for one in anchored(Result(Outcome.FAILED, findings=ones), top).findings]


def put(top: Path, content: str | bytes, name: str = "a.py") -> Path:
    path = top / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("# new\n" * 9 + CODE, 14), (CODE.replace("    return", "\t\treturn"), 5), (CODE.replace("\n", "\r\n"), 5),
        ("if 1:\n" + CODE.replace("    return", "        return"), 6), (CODE.rstrip("\n"), 5),
        (CODE.replace("return os", "return os  "), 5),
    ],
)  # fmt: skip
def test_code_that_moved_keeps_its_anchor(code: str, line: int, tmp_path: Path) -> None:
    put(tmp_path, CODE)
    (before,) = found(tmp_path, at("a.py", 5))
    put(tmp_path, code)
    assert found(tmp_path, at("a.py", line)) == [before]
    put(tmp_path / "b", code, "other.py")
    assert found(tmp_path, at("b/other.py", line)) == [before], "also in another file"


def test_another_line_has_another_anchor(tmp_path: Path) -> None:
    put(tmp_path, CODE + "X = 1\nx = 1\nX  = 1\n")
    told = found(tmp_path, *(at("a.py", line) for line in range(1, 9)))
    assert len(set(told)) == 7, "all but the two empty ones"
    assert all(len(one) == anchors.DIGITS for one in told)
    assert "import" not in "".join(told)


def test_nothing_but_the_anchor_is_changed_and_the_order_stays(tmp_path: Path) -> None:
    put(tmp_path, CODE)
    put(tmp_path, CODE, "b.py")
    ones = (at("b.py", 1, "x"), at("a.py", 5, "y"), at("b.py", 5, "z"))
    result = anchored(Result(Outcome.FAILED, "why", findings=ones), tmp_path)
    assert [(one.path, one.line, one.message) for one in result.findings] == [
        ("b.py", 1, "x"),
        ("a.py", 5, "y"),
        ("b.py", 5, "z"),
    ]
    assert result.findings[1].anchor == result.findings[2].anchor
    assert result.reason == "why"


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("a.py", 0), ("a.py", -1), ("a.py", 6), ("a.py", 2**60), ("none.py", 1), (".", 1), ("", 1), ("b", 1),
        ("a\0b", 1),
        ("pipe", 1), ("loop", 1), ("away", 1), ("outside", 1), ("../outside.py", 1), ("ABSOLUTE", 1),
        ("locked/a.py/b", 1), ("x" * 5000, 1),
    ],
)  # fmt: skip
def test_what_cannot_be_read_or_is_not_the_checkouts_has_none(path: str, line: int, tmp_path: Path) -> None:
    top = tmp_path / "top"
    outside = put(tmp_path, CODE, "outside.py")
    put(top, CODE)
    put(top, CODE, "b/c.py")
    os.mkfifo(top / "pipe")
    (top / "loop").symlink_to("loop")
    (top / "away").symlink_to("/dev/zero")
    (top / "outside").symlink_to(outside)
    assert found(top, at(path.replace("ABSOLUTE", str(outside)), line)) == [""]


def test_a_link_within_the_checkout_is_followed(tmp_path: Path) -> None:
    put(tmp_path, CODE)
    (tmp_path / "link.py").symlink_to("a.py")
    one, other = found(tmp_path, at("a.py", 1), at("link.py", 1))
    assert one == other != ""
    assert found(tmp_path, at(str(tmp_path / "a.py"), 1)) == [one], "and its own full path is known"


def test_a_line_of_any_bytes_has_one(tmp_path: Path) -> None:
    put(tmp_path, b"\xff\xfe\n\0\0\n" + b"x" * 1_000_000 + b"\n")
    assert len(set(found(tmp_path, *(at("a.py", line) for line in (1, 2, 3))))) == 3


def test_what_is_too_large_has_none_one_by_one_and_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, b"x\n" * (anchors.FILE_LIMIT // 2), "most.py")
    put(tmp_path, b"x\n" * (anchors.FILE_LIMIT // 2) + b"x", "more.py")
    one, other = found(tmp_path, at("most.py", 1), at("more.py", 1))
    assert (bool(one), other) == (True, "")
    monkeypatch.setattr(anchors, "TOTAL_LIMIT", 25)
    for name in ("a.py", "b.py", "c.py"):
        put(tmp_path, "x = 1 # 10\n"[:10], name)
    told = found(tmp_path, *(at(name, 1) for name in ("a.py", "b.py", "c.py", "a.py")))
    assert [bool(one) for one in told] == [True, True, False, True]


def test_many_findings_of_a_file_read_it_once(tmp_path: Path) -> None:
    put(tmp_path, "x = 1\n" * 500_000)
    put(tmp_path, "y = 1\n" * 500_000, "b.py")
    began = time.process_time()
    told = found(tmp_path, *(at(("a.py", "b.py")[number % 2], 1 + number) for number in range(20_000)))
    assert len(set(told)) == 2
    assert time.process_time() - began < 5


def test_a_finding_that_moved_among_its_likes_is_told_from_them(tmp_path: Path) -> None:
    put(tmp_path, "a = os\nb = os\n")
    before = anchored(Result(Outcome.FAILED, findings=(at("a.py", 1), at("a.py", 2))), tmp_path).findings
    put(tmp_path, "\n\nb = os\nc = os\n")
    after = anchored(Result(Outcome.FAILED, findings=(at("a.py", 3), at("a.py", 4))), tmp_path).findings
    assert findings.compare(before, after).known[0] == 1
