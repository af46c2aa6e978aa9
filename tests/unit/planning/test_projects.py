"""Projects: what is said of one over what is said of all, and which files are whose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullautoci.config.load import parse
from fullautoci.planning.projects import Project, files_of, projects
from tests.unit.fuzz import FUZZ


def found(text: str) -> dict[str, Project]:
    return {project.path: project for project in projects(parse(text.encode()))}


def test_a_file_that_names_none_is_one_project() -> None:
    (top,) = projects(parse(b"env: {A: b}\ntools: {docs: {command: [make]}}\n"))
    assert (top.path, top.env, top.reads, list(top.tools)) == (".", {"A": "b"}, (), ["pylint", "coverage", "docs"])


def test_with_projects_the_top_is_one_only_if_it_is_named() -> None:
    assert list(found("projects: {api: {path: services/api}, web: {path: web/}}")) == ["services/api", "web"]
    assert list(found("projects: {api: {path: api}, all: {path: .}}")) == ["api", "."]


SAID = """
environment: {venv: {python: ['3.11', '3.12']}}
env: {A: top, B: top}
setup: [[make]]
tools:
  pylint: {paths: [src], args: [-v], timeout: 10m, enabled: false}
  docs: {command: [make, docs], report: {junit: a.xml}, reads: tree}
projects:
  one: {path: one}
  two:
    path: two
    environment: host
    env: {B: own}
    setup: []
    tools:
      pylint: {args: [], enabled: true}
      docs: {timeout: 5m}
      extra: {command: ['true']}
"""


def test_what_a_project_says_takes_the_place_of_what_is_said_of_all_field_by_field() -> None:
    one, two = found(SAID).values()
    assert (one.environment.kind, one.env, one.setup) == ("venv", {"A": "top", "B": "top"}, (("make",),))
    assert (two.environment.kind, two.env, two.setup) == ("host", {"A": "top", "B": "own"}, ())
    assert (list(one.tools), list(two.tools)) == (
        ["pylint", "coverage", "docs"],
        ["pylint", "coverage", "docs", "extra"],
    )
    pylint = two.tools["pylint"]
    assert (pylint.paths, pylint.args, pylint.timeout, pylint.enabled) == (("src",), (), 600.0, True)
    assert not one.tools["pylint"].enabled
    docs = two.tools["docs"]
    assert (docs.command, docs.report.junit, docs.timeout, docs.reads) == (("make", "docs"), "a.xml", 300.0, "tree")


@pytest.mark.parametrize(
    ("top", "own", "held"),
    [
        ("[{metric: score, target: 9}]", "[{metric: score, slack: 10%}]", {"score": (True, 9.0, 0.1)}),
        ("[{metric: score, target: 9}]", "[{metric: x}]", {"score": (True, 9.0, None), "x": (True, None, None)}),
        ("[{metric: score}]", "off", None),
        ("off", "[{metric: score}]", {"suppressions": (False, None, None), "score": (True, None, None)}),
        ("off", "[]", {"score": (False, None, None), "suppressions": (False, None, None)}),
    ],
)  # fmt: skip
def test_ratchets_are_laid_over_one_another_metric_by_metric(
    top: str, own: str, held: dict[str, tuple[bool, float | None, float | None]] | None
) -> None:
    text = f"tools: {{pylint: {{ratchet: {top}}}}}\nprojects: {{a: {{path: a, tools: {{pylint: {{ratchet: {own}}}}}}}}}"
    ratchet = found(text)["a"].tools["pylint"].ratchet
    if held is None:
        assert ratchet == "off"
    else:
        assert ratchet != "off"
        assert {one.metric: (one.enabled, one.target, one.slack) for one in ratchet} == held


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("{path: api}", ()),
        ("{path: api, reads: []}", ("api",)),
        ("{path: api, reads: [libs/a, api, libs/b]}", ("api", "libs/a", "libs/b")),
        ("{path: api, reads: [.]}", ()),
        ("{path: ., reads: [libs]}", ()),
    ],
)
def test_a_project_that_names_what_it_reads_reads_no_more(text: str, reads: tuple[str, ...]) -> None:
    (project,) = found(f"projects: {{a: {text}}}").values()
    assert project.reads == reads


def test_files_are_told_relative_to_their_project() -> None:
    names = ["a.py", "one/b.py", "one/in/c.py", "one/in", "onetwo/d.py", "two/e.py"]
    assert files_of([".", "one", "one/in", "three"], names) == {
        ".": names, "one": ["b.py", "in/c.py", "in"], "one/in": ["c.py"], "three": []
    }  # fmt: skip


@FUZZ
@given(
    st.lists(st.text("ab/", min_size=1, max_size=6), max_size=5, unique=True),
    st.lists(st.text("ab/", min_size=1, max_size=8), max_size=8),
)
def test_a_file_is_below_a_folder_whose_path_it_begins_with(folders: list[str], names: list[str]) -> None:
    folders = [folder for folder in folders if not folder.endswith("/")]
    expected = {one: [name[len(one) + 1 :] for name in names if name.startswith(f"{one}/")] for one in folders}
    assert files_of(folders, names) == expected
