"""Configuration with a real daemon: what counts, where it was said, what is set, and what a bad file comes to."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.support.home import PROGRAM, Home
from tests.support.repository import Repository

FILE = """environment: host
env: {IN_FILE: file, TWICE: file}
tools:
  pylint: {enabled: false}
  coverage: {enabled: false}
  say: {command: [sh, -c, "env | sort"], timeout: 5m}
"""
SERVICE = """defaults:
  env: {IN_DEFAULTS: config.yml, TWICE: config.yml}
  tools: {say: {timeout: 1m, cache: off}, elsewhere: {timeout: 1m}}
repositories:
  sample: {override: {env: {IN_OVERRIDE: config.yml}}}
"""
PYPROJECT = "[project]\nname = 'x'\nversion = '1'\n"
PACKAGE = '"""X."""\n\nA = 1\n'


class Watched:
    """A registered repository whose one tool prints its variables, under a service with defaults."""

    def __init__(self, home: Home, repository: Repository, file: str = FILE, service: str = SERVICE) -> None:
        self.home, self.repository = home, repository
        (home.folder / "config.yml").write_text(service)
        repository.commit({".fullautoci.yml": file})
        home.cli("init", "--wait", cwd=repository.path)

    def cli(self, *arguments: str) -> str:
        """What the command says, which ends well."""
        return self.home.cli(*arguments, cwd=self.repository.path)

    def refused(self, *arguments: str, code: int = 1) -> str:
        """What the command says of itself, which ends so."""
        done = self.home.run(*arguments, cwd=self.repository.path)
        assert (done.returncode, done.stdout) == (code, ""), done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr

    def run_of(self, sha: str) -> dict[str, Any]:
        """The commit's run, once it is over."""
        return self.home.finished(1, sha)

    def variables(self, sha: str) -> dict[str, str]:
        """What the tool was given at a commit."""
        self.run_of(sha)
        lines = self.cli("log", sha, "say").splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)


@pytest.fixture
def watched(home: Home, repository: Repository) -> Watched:
    return Watched(home, repository)


def beside(text: str) -> dict[str, str]:
    """Of what `--origin` shows, the last word before each origin, with that."""
    pairs = [line.split("  # ") for line in text.splitlines() if "  # " in line]
    return {value.strip(): origin for value, origin in pairs}


def test_every_layer_counts_and_is_shown_with_where_it_was_said(watched: Watched) -> None:
    watched.cli("config", "set", "env.IN_DATABASE", "1.10")
    watched.cli("config", "set", "defaults.env.SET_FOR_ALL", "on_it", "--service")
    shown = beside(watched.cli("config", "show", "--origin"))
    assert shown["IN_DEFAULTS: config.yml"] == "config.yml:2"
    assert shown["IN_FILE: file"] == shown["TWICE: file"] == ".fullautoci.yml:2"
    assert shown["IN_OVERRIDE: config.yml"] == "config.yml:5"
    assert shown["IN_DATABASE: '1.10'"].startswith("database (")
    assert shown["SET_FOR_ALL: on_it"].startswith("database (")
    assert shown["timeout: 5m"] == ".fullautoci.yml:6"
    assert shown["policy: every"] == "built-in"
    given = watched.variables(watched.repository.commit({"a.txt": "1"}))
    assert {name: value for name, value in given.items() if name.startswith(("IN_", "SET_", "TWICE"))} == {
        "IN_DEFAULTS": "config.yml",
        "SET_FOR_ALL": "on_it",
        "IN_FILE": "file",
        "TWICE": "file",
        "IN_OVERRIDE": "config.yml",
        "IN_DATABASE": "1.10",
    }
    told = watched.home.json("config", "show", cwd=watched.repository.path)
    assert told["values"]["env"]["IN_DATABASE"] == "1.10"
    assert told["origins"]["env.IN_FILE"] == ".fullautoci.yml:2"
    assert set(told["values"]["tools"]) == {"pylint", "coverage", "say"}


def test_what_is_set_counts_from_the_next_commit_on_and_no_file_changes(watched: Watched) -> None:
    files = [watched.repository.path / ".fullautoci.yml", watched.home.folder / "config.yml"]
    before = [(file.read_bytes(), file.stat().st_mtime_ns) for file in files]
    first = watched.repository.head()
    watched.cli("config", "set", "env", "{TWICE: database, MORE: 012}")
    watched.cli("config", "set", "tools.say.timeout", "20m")
    assert watched.cli("config", "get", "tools.say.timeout") == "20m\n"
    given = watched.variables(watched.repository.commit({"a.txt": "1"}))
    assert (given["TWICE"], given["MORE"], given["IN_FILE"]) == ("database", "012", "file")
    assert "MORE" not in watched.variables(first)
    watched.cli("config", "unset", "env")
    watched.cli("config", "unset", "tools.say")
    assert watched.cli("config", "get", "tools.say.timeout") == "5m\n"
    given = watched.variables(watched.repository.commit({"a.txt": "2"}))
    assert (given["TWICE"], given.get("MORE")) == ("file", None)
    assert [(file.read_bytes(), file.stat().st_mtime_ns) for file in files] == before
    assert watched.repository.git("status", "--porcelain") == ""
    assert "'env' is not set in the database" in watched.refused("config", "unset", "env")


def test_what_is_set_lives_through_a_restart_and_can_be_read_without_a_daemon(watched: Watched) -> None:
    watched.cli("config", "set", "policy", "latest")
    before = watched.home.api().status()["workers"]
    done = watched.home.run("config", "set", "workers", str(before + 1), "--service", cwd=watched.repository.path)
    assert "it counts after 'fullautoci daemon restart'" in done.stderr
    watched.home.stop()
    assert watched.cli("config", "get", "policy") == "latest\n"
    assert watched.cli("config", "get", "workers", "--service") == f"{before + 1}\n"
    assert "daemon is not running" in watched.refused("config", "set", "policy", "every")
    watched.home.start()
    assert watched.home.api().status()["workers"] == before + 1
    assert beside(watched.cli("config", "show", "--origin"))["policy: latest"].startswith("database (")
    assert beside(watched.cli("config", "show", "--service", "--origin"))[f"workers: {before + 1}"].startswith(
        "database ("
    )


BAD = [
    ("version: 1\ntools:\n  pylint:\n    pathz: [a]\n", "4:5", "unknown key 'pathz'", "did you mean 'paths'?"),
    ("enviroment: venv\n", "1:1", "unknown key 'enviroment'", "did you mean 'environment'?"),
    ("tools:\n  pylint:\n    timeout: 10 parsecs\n", "3:14", "a duration such as 90s", ""),
    ("env:\n\tA: b\n", "2:1", "a tab cannot stand here", "indent with spaces"),
    ("tools: !!python/object/apply:os.system [touch ran]\n", "1:8", "python/object", ""),
]


def test_a_bad_file_gives_an_errored_run_that_says_where_and_what(watched: Watched) -> None:
    commits = [watched.repository.commit({".fullautoci.yml": file}) for file, *_ in BAD]
    for sha, (_, place, words, hint) in zip(commits, BAD, strict=True):
        run = watched.run_of(sha)
        assert (run["outcome"], run["jobs"]) == ("errored", [])
        assert run["reason"].startswith(f".fullautoci.yml:{place}: ")
        assert words in run["reason"]
        assert hint in run["reason"] + str(run.get("hint", ""))
    said = watched.cli("results", commits[0])
    assert ".fullautoci.yml:4:5: unknown key 'pathz'" in said
    assert "did you mean 'paths'?" in said
    assert watched.home.run("wait", commits[0], cwd=watched.repository.path).returncode == 2
    assert ".fullautoci.yml:4:5: unknown key" in watched.refused("config", "show", commits[0])
    assert watched.refused("config", "check", commits[0]).splitlines()[1:] == [
        "        pathz: [a]", "        ^", "  did you mean 'paths'?",
    ]  # fmt: skip
    repaired = watched.repository.commit({".fullautoci.yml": FILE})
    assert watched.run_of(repaired)["outcome"] == "passed"


def test_a_command_line_that_makes_no_sense_is_told_the_nearest_that_does(watched: Watched) -> None:
    for arguments, code, words in [
        (("set", "tools.say.timout", "5m"), 2, "did you mean 'timeout'?"),
        (("set", "polcy", "latest"), 2, "did you mean 'policy'?"),
        (("set", "workers", "3"), 2, "it is the service's: add --service"),
        (("set", "secrets.A", "abcd", "--service"), 2, "is kept in config.yml alone"),
        (("get", "tools.sayy"), 2, "there are: pylint, coverage, say"),
        (("set", "policy", "lastest"), 2, "'every' or 'latest' is expected"),
        (("set", "tools.other.timeout", "5m"), 2, "has no command"),
        (("set", "env.a/b", "x"), 2, "there is no key 'env.a/b'"),
        (("unset", "a/b"), 2, "there is no key 'a/b'"),
        (("show", "--service", "HEAD"), 2, "one of them alone"),
        (("check", "nowhere.yml"), 2, "there is no file nowhere.yml, and no such commit"),
    ]:
        assert words in watched.refused("config", *arguments, code=code), arguments
    assert watched.home.rows("SELECT key FROM overrides") == []


def test_what_is_wrong_beyond_the_file_is_named_where_it_was_said(watched: Watched) -> None:
    watched.cli("config", "set", "tools.say.args", "[x]")
    sha = watched.repository.commit({".fullautoci.yml": "environment: host\n"})
    run = watched.run_of(sha)
    assert run["outcome"] == "errored"
    assert run["reason"].startswith("tools.say.args, set ")
    assert "config unset tools.say.args" in watched.cli("results")
    watched.cli("config", "unset", "tools.say.args")
    (watched.home.folder / "config.yml").write_text("workers: 2\nkeep: {logs: {dais: 3}}\n")
    checked = watched.refused("config", "check", str(watched.home.folder / "config.yml"))
    assert "config.yml:2:15: unknown key 'dais'" in checked
    assert "keep: {logs: {dais: 3}}" in checked
    assert "did you mean 'days'?" in checked
    (watched.home.folder / "config.yml").write_text("workers: 2\nsecrets: {A: xyz}\n")
    checked = watched.refused("config", "check", str(watched.home.folder / "config.yml"))
    assert "config.yml:2:14: secrets.A: " in checked
    assert "xyz" not in checked


def test_the_files_are_found_and_checked_and_described_for_editors(watched: Watched) -> None:
    paths = watched.home.json("config", "path", cwd=watched.repository.path)
    assert {name: (Path(one["path"]).is_file(), one["exists"]) for name, one in paths.items()} == {
        "service": (True, True), "database": (True, True), "repository": (True, True),
    }  # fmt: skip
    assert "tools say; without pylint, coverage" in watched.cli("config", "check")
    assert watched.cli("config", "check", ".fullautoci.yml") == watched.cli("config", "check", "HEAD")
    assert watched.home.run("config", "check", paths["service"]["path"]).returncode == 0
    for options, text in [((), FILE), (("--service",), SERVICE)]:
        validator = Draft202012Validator(json.loads(watched.cli("config", "schema", *options)))
        assert list(validator.iter_errors(yaml.safe_load(text))) == []
        assert not validator.is_valid({"tolls": {}})
    (watched.repository.path / ".fullautoci.yml").write_text(FILE.replace("5m", "7m"))
    done = watched.home.run("config", "show", cwd=watched.repository.path)
    assert "timeout: 5m" in done.stdout
    assert "--worktree" in done.stderr
    assert "timeout: 7m" in watched.cli("config", "show", "--worktree")
    assert "timeout: 5m" in watched.cli("config", "show", "HEAD")


def test_keys_are_completed(home: Home, repository: Repository) -> None:
    (home.folder / "config.yml").write_text(SERVICE)
    repository.commit({".fullautoci.yml": FILE})
    for words, offered, not_offered in [
        ("config get tools.s", {"tools.say"}, {"tools.pylint"}),
        ("config set tools.say.ti", {"tools.say.timeout"}, {"tools.say.args"}),
        ("config unset env.IN", {"env.IN_FILE", "env.IN_DEFAULTS"}, set()),
        ("config set --service keep.l", {"keep.logs", "keep.logs.days"}, {"keep.environments"}),
        ("config set --service k", {"keep", "keep.logs"}, {"keep.logs.days"}),
    ]:
        found = _completed(home, repository.path, words)
        assert offered <= found
        assert not found & not_offered


def _completed(home: Home, folder: Path, words: str) -> set[str]:
    env = {
        **home.env,
        "_FULLAUTOCI_COMPLETE": "bash_complete",
        "COMP_WORDS": f"fullautoci {words}",
        "COMP_CWORD": str(words.count(" ") + 1),
    }
    done = subprocess.run([PROGRAM], cwd=folder, env=env, capture_output=True, text=True, check=True)
    return {line.partition(",")[2] for line in done.stdout.splitlines()}


@pytest.mark.parametrize(
    ("files", "kind", "skipped"),
    [
        ({"pyproject.toml": PYPROJECT, "x/__init__.py": PACKAGE}, "python package", {"coverage"}),
        (
            {
                "setup.py": "from setuptools import setup\n\nsetup(name='x')\n",
                "x/__init__.py": PACKAGE,
                "tests/test_x.py": "def test_x():\n    assert True\n",
            },
            "python package",
            set(),
        ),
        ({"README": "nothing\n", "main.c": "int main;\n"}, "nothing to check", {"pylint", "coverage"}),
    ],
)  # fmt: skip
def test_a_project_without_a_file_gets_what_suits_it(
    home: Home, tmp_path: Path, files: dict[str, str], kind: str, skipped: set[str]
) -> None:
    repository = Repository(tmp_path / "bare")
    sha = repository.commit(files)
    (home.folder / "config.yml").write_text("defaults: {environment: host}\n")  # nothing is built for this
    home.cli("init", cwd=repository.path)
    told = home.json("config", "show", cwd=repository.path)
    assert told["project_type"] == kind
    assert told["origins"].get("tools.pylint.ratchet.0.metric") == "built-in"
    run = home.finished(1, sha)
    assert {job["tool"] for job in run["jobs"]} == {"pylint", "coverage"}
    assert {job["tool"] for job in run["jobs"] if job["outcome"] == "skipped"} == skipped
    assert run["outcome"] == ("skipped" if len(skipped) == 2 else "passed")


def test_what_init_foretells_and_env_prepares_counts_every_layer(home: Home, tmp_path: Path) -> None:
    (home.folder / "config.yml").write_text("defaults: {environment: host, tools: {coverage: {enabled: false}}}\n")
    repository = Repository(tmp_path / "bare")
    repository.commit({"x/__init__.py": PACKAGE})
    said = home.run("init", "--wait", cwd=repository.path).stderr
    assert "each commit's tools, as the service's config.yml says" in said
    assert "environment: host" in said
    assert "coverage" not in said.partition("environment: host")[0]
    assert "pylint: host, " in home.run("env", "prepare", cwd=repository.path).stderr
    home.cli("config", "set", "tools.say", "{command: [echo, said]}", cwd=repository.path)
    repository.commit({".fullautoci.yml": "tools: {pylint: {enabled: false}}\n"})
    said = home.run("init", cwd=repository.path).stderr
    assert "as .fullautoci.yml, the service's config.yml and 'fullautoci config' say" in said
    assert "say: echo said" in said
    home.finished(1, repository.head())
    assert home.run("env", "prepare", cwd=repository.path).stderr.splitlines()[-1].startswith("say: host, ")
