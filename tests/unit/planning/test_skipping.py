"""What a commit says about its own testing: branches and files that are not tested, and messages that ask for none."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullautoci.config.load import parse
from fullautoci.config.origin import BUILT_IN, Origin
from fullautoci.config.schema import BranchesSection, PathsSection
from fullautoci.planning.skipping import why_skipped, why_unchanged
from fullautoci.store.runs import ASKED, Unplanned
from tests.unit.fuzz import FUZZ

WIP = BranchesSection(exclude=("wip/*",))


def run(branch: str = "main", message: str = "change", source: str = "post-commit") -> Unplanned:
    return Unplanned(1, 1, "a" * 40, 0, (), branch, source, message)


@pytest.mark.parametrize(
    ("text", "branch", "reason"),
    [
        ("", "main", ""),
        ("branches: {exclude: ['wip/*']}", "wip/x", "the branch wip/x is excluded by .fullautoci.yml"),
        ("branches: {exclude: ['wip/*']}", "wip/x/y", "the branch wip/x/y is excluded by .fullautoci.yml"),
        ("branches: {exclude: ['wip/*']}", "wip", ""),
        ("branches: {exclude: ['wip/*']}", "Wip/x", ""),
        ("branches: {exclude: ['*/x']}", "a/b/x", "the branch a/b/x is excluded by .fullautoci.yml"),
        ("branches: {exclude: ['v?']}", "v1", "the branch v1 is excluded by .fullautoci.yml"),
        ("branches: {exclude: ['[0-9]*']}", "12-fix", "the branch 12-fix is excluded by .fullautoci.yml"),
        ("branches: {include: [main, 'release/*']}", "release/1/2", ""),
        ("branches: {include: [main, 'release/*']}", "topic", "the branch topic is not included by .fullautoci.yml"),
        ("branches: {include: ['*'], exclude: ['*']}", "main", "the branch main is excluded by .fullautoci.yml"),
        ("branches: {include: [main]}", "", ""),
        ("branches: {include: [main], exclude: ['*']}", "HEAD", ""),
    ],
)
def test_branches_are_told_by_patterns_in_which_a_star_is_anything(text: str, branch: str, reason: str) -> None:
    assert why_skipped(run(branch), parse(text.encode()).branches) == reason


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("docs [skip ci]", "[skip ci]"),
        ("[ci skip] docs", "[ci skip]"),
        ("docs\n\nA word.\n\n[skip ci]\n", "[skip ci]"),
        ("docs [Skip CI]", "[Skip CI]"),
        ("docs [skip  ci]", ""),
        ("docs skip ci", ""),
        ("docs [skip]", ""),
    ],
)
def test_a_message_may_ask_for_no_tests(message: str, said: str) -> None:
    assert why_skipped(run(message=message), BranchesSection()) == (f"its message says {said}" if said else "")


@pytest.mark.parametrize("source", ASKED)
def test_what_a_person_asked_for_runs_anyway(source: str) -> None:
    assert why_skipped(run("wip/x", "x [skip ci]", source), WIP) == ""


@FUZZ
@given(st.lists(st.text("a*?[]!-/\\^.+(", max_size=12), min_size=1, max_size=4), st.text("ab/-[]", max_size=12))
def test_any_pattern_matches_or_does_not(patterns: list[str], branch: str) -> None:
    found = why_skipped(run(branch), BranchesSection(include=tuple(patterns), exclude=tuple(patterns)))
    assert found or not branch


DOCS = "paths: {exclude: ['docs/*', '*.md']}"
ONLY = "only files that .fullautoci.yml excludes were changed: "


def unchanged(text: str, changed: Sequence[str] | None, source: str = "post-commit") -> str:
    return why_unchanged(run(source=source), parse(text.encode()).paths, lambda: changed)


@pytest.mark.parametrize(
    ("text", "changed", "reason"),
    [
        (DOCS, ["docs/a.txt"], f"{ONLY}docs/a.txt"),
        (DOCS, ["docs/a/b.txt", "docs/c.txt", "x/README.md"], f"{ONLY}docs/a/b.txt and 2 more"),
        (DOCS, ["docs/a.txt", "src/a.py"], ""),
        (DOCS, ["DOCS/a.txt"], ""),
        (DOCS, ["docs"], ""),
        (DOCS, [], "it changed no file"),
        (DOCS, None, ""),
        (DOCS, [".fullautoci.yml", "a.md"], ""),
        ("paths: {exclude: ['*']}", [".fullautoci.yml"], ""),
        ("paths: {exclude: ['*']}", ["a"], f"{ONLY}a"),
        ("paths: {include: ['src/*', 'tests/*']}", ["tests/a.py"], ""),
        ("paths: {include: ['src/*', 'tests/*']}", ["README"], f"{ONLY}README"),
        ("paths: {include: ['src/*'], exclude: ['*.md']}", ["src/a.md", "b.py"], f"{ONLY}src/a.md and 1 more"),
        (DOCS, ["line\nbreak\x1b[31m.md"], f"{ONLY}line break.md"),
        (DOCS, ["\udcff.md"], f"{ONLY}\\xff.md"),
        (DOCS, ["line\nbreak.py"], ""),
    ],
)
def test_a_commit_that_changes_nothing_that_matters_says_so(text: str, changed: list[str] | None, reason: str) -> None:
    assert unchanged(text, changed) == reason


SET = "Ada ('fullautoci config unset {key}' takes it back)"


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ("branches: {exclude: [main]}", "branches.exclude", f"the branch main is excluded by {SET}"),
        ("branches: {include: [x]}", "branches.include", f"the branch main is not included by {SET}"),
        ("paths: {exclude: ['*']}", "paths.exclude", f"only files that {SET} excludes were changed: a"),
        ("paths: {include: [x]}", "paths.include", f"only files that {SET} excludes were changed: a"),
        ("paths: {include: [x], exclude: [y]}", "paths.include", f"only files that {SET} excludes were changed: a"),
    ],
)
def test_what_a_person_set_is_not_blamed_on_the_file(text: str, key: str, reason: str) -> None:
    def origin(asked: str) -> Origin:
        return Origin("database", key=key, actor="Ada", at="2026-01-01T00:00:00.000Z") if asked == key else BUILT_IN

    file = parse(text.encode())
    found = why_skipped(run(), file.branches, origin=origin) or why_unchanged(run(), file.paths, lambda: ["a"], origin)
    assert found == reason.format(key=key)


def test_without_the_section_nobody_looks_at_what_was_changed() -> None:
    def never() -> list[str]:
        raise AssertionError

    assert why_unchanged(run(), PathsSection(), never) == ""
    for source in ASKED:
        assert why_unchanged(run(source=source), PathsSection(exclude=("*",)), never) == ""


@FUZZ
@given(
    st.lists(st.text("a*?[]!-/\\^.+(\n", min_size=1, max_size=12), min_size=1, max_size=4),
    st.lists(st.text("ab/-[]\n\udcff", min_size=1, max_size=12), min_size=1, max_size=4),
)
def test_any_pattern_matches_files_or_does_not(patterns: list[str], names: list[str]) -> None:
    section = PathsSection(include=tuple(patterns), exclude=tuple(patterns))
    assert why_unchanged(run(), section, lambda: names), "what is included is excluded too"
