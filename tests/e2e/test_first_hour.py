"""The first hour: what `init` says, the prompt, notices, starting at login, and an upgrade under a running daemon."""

import os
import plistlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fullautoci.daemon import autostart
from fullautoci.paths import Paths
from tests.support.home import PROGRAM, Home
from tests.support.parts import lacking
from tests.support.patience import until
from tests.support.repository import HOST, Repository

SLOW = HOST + "tools: {pylint: {enabled: false}, coverage: {enabled: false}, slow: {command: [sleep, '600']}}\n"
TOOL = HOST + "tools: {pylint: {enabled: false}, coverage: {enabled: false}, check: {command: [sh, check.sh]}}\n"


def prompt(home: Home, where: Path, *options: str) -> str:
    return home.run("prompt", *options, cwd=where).stdout


def test_init_says_what_it_will_run_and_why(home: Home, repository: Repository, tmp_path: Path) -> None:
    said = home.run("init", cwd=repository.path).stderr
    assert "each commit's tools, as .fullautoci.yml says" in said
    assert "pylint: looks at calc.py" in said
    assert "coverage: runs the tests" in said
    assert "environment: host" in said
    assert "daemon install" in said
    other = Repository(tmp_path / "other")
    other.commit({"requirements.txt": "", "pyproject.toml": "", "docs/a.py": ""})
    said = home.run("init", "--no-start", cwd=other.path).stderr
    assert "by default: there is no .fullautoci.yml" in said
    assert "coverage: skipped, no tests were found" in said
    assert "environment: venv: a virtual environment of what pyproject.toml, requirements.txt ask for" in said
    other.commit({".fullautoci.yml": "setup: [[make, assets]]\nbring: [.env.test]\n"})
    said = home.run("init", "--no-start", cwd=other.path).stderr
    assert "before each tool: make assets" in said
    assert "bring allow .env.test" in said
    other.commit({".fullautoci.yml": "toolz: {}\n"})
    said = home.run("init", "--no-start", cwd=other.path).stderr
    assert ".fullautoci.yml:1:1: unknown key 'toolz'" in said
    assert "did you mean 'tools'?" in said


def test_the_prompt_tells_how_head_stands(home: Home, repository: Repository, tmp_path: Path) -> None:
    repository.commit({".fullautoci.yml": TOOL, "check.sh": "exit 0\n"})
    assert prompt(home, repository.path) == ""
    home.cli("init", "--wait", cwd=repository.path)
    assert prompt(home, repository.path) == "✓"
    assert prompt(home, repository.path / ".git") == "✓"
    assert prompt(home, tmp_path) == ""
    repository.git("pack-refs", "--all", "--prune")
    assert prompt(home, repository.path) == "✓"
    repository.git("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
    assert prompt(home, tmp_path / "side") == "✓"
    failing = repository.commit({"check.sh": "exit 1\n"})
    home.finished(1, failing)
    assert prompt(home, repository.path) == "✗ check"
    assert prompt(home, repository.path, "--format", "plain") == "✗ check"
    home.env.pop("NO_COLOR")
    assert prompt(home, repository.path, "--format", "bash") == "\001\033[31m\002✗ check\001\033[0m\002"
    home.env["NO_COLOR"] = "1"
    repository.commit({".fullautoci.yml": SLOW})
    until(lambda: prompt(home, repository.path) == "…0/1", 20)
    assert home.json("prompt", cwd=repository.path)["state"] == "running"
    home.stop()
    assert prompt(home, repository.path) == "daemon down"
    home.paths.database.write_bytes(b"no database" * 1000)
    assert (prompt(home, repository.path), home.run("prompt", cwd=repository.path).returncode) == ("", 0)
    assert home.run("prompt", "--verbose", cwd=repository.path).returncode == 1


def test_the_snippet_in_a_real_bash(home: Home, repository: Repository) -> None:
    repository.commit({".fullautoci.yml": TOOL, "check.sh": "exit 0\n"})
    home.cli("init", "--wait", cwd=repository.path)
    script = """
PS1='old> '; PROMPT_COMMAND='before=$?'
eval "$(fullautoci prompt --shell bash)"; eval "$(fullautoci prompt --shell bash)"
(exit 7); eval "$PROMPT_COMMAND"
echo "$before|${PS1@P}|"
cd /; eval "$PROMPT_COMMAND"; echo "${PS1@P}|"
"""
    env = {**home.env, "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "--norc", "-c", script], cwd=repository.path, env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout == "7|✓ old> |\nold> |\n"
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("shell", "script"),
    [
        (
            "zsh",
            """
RPROMPT='old'; before() { kept=$? }; precmd_functions=(before)
eval "$(fullautoci prompt --shell zsh)"; eval "$(fullautoci prompt --shell zsh)"
(exit 7); for f in $precmd_functions; do $f; done
print -rP "$kept|$RPROMPT|"
""",
        ),
        (
            "fish",
            """
function fish_right_prompt; echo -n old; end
fullautoci prompt --shell fish | source; fullautoci prompt --shell fish | source
echo "7|"(fish_right_prompt)"|"
""",
        ),
    ],
)
def test_the_snippet_in_other_shells(home: Home, repository: Repository, shell: str, script: str) -> None:
    program = shutil.which(shell)
    if program is None:
        lacking(shell, f"{shell} is not installed")
    repository.commit({".fullautoci.yml": TOOL, "check.sh": "exit 0\n"})
    home.cli("init", "--wait", cwd=repository.path)
    env = {**home.env, "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [program, *(["-f"] if shell == "zsh" else ["--no-config"]), "-c", script],
        cwd=repository.path, env=env, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("7|✓ old|\n", "")


def test_notices_of_changes_alone(home: Home, repository: Repository, tmp_path: Path) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    shown = tmp_path / "shown"
    fake = programs / "notify-send"
    fake.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" -- >> '{shown}'\n")
    fake.chmod(0o755)
    home.env["PATH"] = f"{programs}:{os.environ['PATH']}"
    (home.folder / "config.yml").write_text("notify: {desktop: true}\n")
    repository.commit({".fullautoci.yml": TOOL, "check.sh": "exit 0\n"}, "good")
    home.cli("init", "--wait", cwd=repository.path)
    outcomes = []
    for status, subject in ((0, "still good"), (1, "--help <b>\033]0;x\007 & bad"), (1, "still bad"), (0, "mended")):
        sha = repository.commit({"check.sh": f"exit {status}\n# {subject!r}\n"}, subject)
        outcomes.append(home.finished(1, sha)["outcome"])
    assert outcomes == ["passed", "failed", "failed", "passed"]
    until(lambda: shown.exists() and shown.read_text().count("--app-name") == 2, 20, "two notices")
    text = shown.read_text()
    assert "main failed" in text
    assert "--help &lt;b&gt;" in text
    assert "&amp; bad: check: it ended with 1" in text
    assert "\033" not in text
    assert "main passes again" in text
    assert "still" not in text
    assert text.index("--\n") < text.index("main failed"), "what is told comes after the end of options"
    fake.unlink()
    home.env["PATH"] = os.environ["PATH"]


def test_a_desktop_that_cannot_be_told_is_said(home: Home, repository: Repository, tmp_path: Path) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    fake = programs / "notify-send"
    fake.write_text("#!/bin/sh\necho 'no bus here' >&2\nexit 1\n")
    fake.chmod(0o755)
    home.env["PATH"] = f"{programs}:{os.environ['PATH']}"
    (home.folder / "config.yml").write_text("notify: {desktop: true}\n")
    repository.commit({".fullautoci.yml": TOOL, "check.sh": "exit 1\n"}, "bad")
    home.run("init", "--wait", cwd=repository.path)
    until(lambda: "no bus here" in home.api().status()["problem"], 20)
    assert "no bus here" in home.run("status", cwd=repository.path).stderr


UNIT_NAMES = ("plain", 'spa ce "quo" back\\slash 100% $HOME', "ü'")


@pytest.mark.parametrize("name", UNIT_NAMES)
def test_a_systemd_unit_is_valid_whatever_the_homes_name(tmp_path: Path, name: str) -> None:
    home = tmp_path / name
    environ = {"HOME": str(tmp_path), "FULLAUTOCI_HOME": str(home), "PATH": f"{home}/bin:/usr/bin"}
    made = autostart.unit(Paths.from_environment(environ), environ, "linux")
    assert made.path.parent == tmp_path / ".config/systemd/user"
    assert made.name.startswith("fullautoci-")
    program = shutil.which("systemd-analyze")
    if program is None:
        lacking("systemd", "systemd-analyze is not installed")
    path = tmp_path / "fullautoci.service"
    path.write_bytes(made.content)
    done = subprocess.run(
        [program, "verify", "--user", "--recursive-errors=yes", str(path)],
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", UNIT_NAMES)
def test_a_launchd_agent_says_what_the_unit_says(tmp_path: Path, name: str) -> None:
    environ = {"HOME": str(tmp_path), "FULLAUTOCI_HOME": str(tmp_path / name), "PATH": "/usr/bin"}
    made = autostart.unit(Paths.from_environment(environ), environ, "darwin")
    said = plistlib.loads(made.content)
    assert said["ProgramArguments"][0] == sys.executable
    assert said["ProgramArguments"][-2:] == ["daemon", "run"]
    assert said["EnvironmentVariables"]["FULLAUTOCI_HOME"] == str(tmp_path / name)
    assert made.path.name == f"{said['Label']}.plist"


def test_starting_at_login_through_systemctl(home: Home, tmp_path: Path) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    told = tmp_path / "told"
    fake = programs / "systemctl"
    fake.write_text(f'#!/bin/sh\necho "$*" >> \'{told}\'\ncase "$*" in *"$REFUSED"*) exit 1;; esac\n')
    fake.chmod(0o755)
    home.env |= {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(tmp_path), "REFUSED": "nothing"}
    home.env.pop("XDG_CONFIG_HOME", None)
    assert home.json("daemon", "status")["starts_at_login"] is False
    home.cli("daemon", "install")
    (unit,) = (tmp_path / ".config/systemd/user").iterdir()
    assert home.json("daemon", "status")["starts_at_login"] is True
    assert told.read_text().splitlines()[-2:] == ["--user daemon-reload", f"--user enable {unit.name}"]
    home.cli("daemon", "uninstall")
    assert list(unit.parent.iterdir()) == []
    assert "was not started at login" in home.run("daemon", "uninstall").stderr
    for refused in ("show-environment", "enable"):
        home.env["REFUSED"] = refused
        done = home.run("daemon", "install")
        assert (done.returncode, len(done.stderr.splitlines())) == (1, 2)
        assert list(unit.parent.iterdir()) == []


def test_an_upgrade_under_a_running_daemon_is_said(repository: Repository, home: Home, tmp_path: Path) -> None:
    packages = tmp_path / "packages"
    top = Path(__file__).resolve().parents[2]
    shutil.copytree(top / "fullautoci", packages / "fullautoci", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(top / "hooks", packages / "fullautoci/hooks")
    home.env["PYTHONPATH"] = str(packages)
    program = [sys.executable, "-m", "fullautoci"]

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [*program, *arguments], cwd=repository.path, env=home.env, capture_output=True, text=True, check=False
        )
        return done.stdout + done.stderr

    run("daemon", "start")
    assert "was installed since" not in run("status")
    init = packages / "fullautoci/__init__.py"
    init.write_text(init.read_text().replace('__version__ = "', '__version__ = "9.'))
    said = run("status")
    assert "daemon restart" in said
    assert home.api().status()["stale"].startswith("version 9.")
    run("daemon", "restart")
    assert "daemon restart" not in run("status")
    assert home.api().status()["stale"] == ""
    shutil.rmtree(packages)
    assert "is gone" in home.api().status()["stale"]
