"""Bad input: each gets a clear state or a one-line error with a hint, and nothing else is lost."""

import os
import shutil
import subprocess
from pathlib import Path

import psutil
import pytest

from tests.support.home import Home
from tests.support.patience import until
from tests.support.repository import HOST, SAMPLE, Repository


@pytest.fixture
def running(home: Home) -> Home:
    home.start()
    return home


def first_run(home: Home, repository: Repository) -> dict[str, object]:
    """Register a repository, and the finished run of its HEAD."""
    home.cli("init", cwd=repository.path)
    return home.finished(1, repository.head())


def jobs_of(run: dict[str, object]) -> dict[str, dict[str, object]]:
    return {job["tool"]: job for job in run["jobs"]}  # type: ignore[attr-defined]


def test_a_repository_without_commits_is_watched_and_its_first_commit_tested(running: Home, tmp_path: Path) -> None:
    empty = Repository(tmp_path / "empty")
    assert "no commits yet" in running.run("init", cwd=empty.path).stderr
    sha = empty.commit(SAMPLE)
    assert running.finished(1, sha)["outcome"] == "passed"


def test_without_python_files_or_tests_jobs_are_skipped_and_say_why(running: Home, tmp_path: Path) -> None:
    plain = Repository(tmp_path / "plain")
    plain.commit({"README": "hello", ".fullautoci.yml": HOST})
    run = first_run(running, plain)
    assert run["outcome"] == "skipped"
    assert {tool: job["reason"] for tool, job in jobs_of(run).items()} == {
        "pylint": "there are no Python files",
        "coverage": "no tests were found",
    }
    assert running.run("wait", cwd=plain.path).returncode == 2

    untested = plain.commit({"only.py": '"""Only."""\n\nVALUE = 1\n'})
    jobs = jobs_of(running.finished(1, untested))
    assert jobs["pylint"]["outcome"] == "passed"
    assert (jobs["coverage"]["outcome"], jobs["coverage"]["reason"]) == ("skipped", "no tests were found")


def test_a_syntax_error_fails_both_tools(running: Home, tmp_path: Path) -> None:
    broken = Repository(tmp_path / "broken")
    broken.commit({**SAMPLE, "calc.py": "def add(:\n"})
    jobs = jobs_of(first_run(running, broken))
    assert jobs["pylint"]["outcome"] == "failed"
    assert jobs["pylint"]["findings"][0]["rule"] == "syntax-error"  # type: ignore[index]
    assert jobs["coverage"]["outcome"] == "failed"


def test_a_test_that_hangs_times_out_and_leaves_nothing_behind(running: Home, tmp_path: Path) -> None:
    config = HOST + "tools:\n  pylint: {enabled: false}\n  coverage: {timeout: 3s}\n"
    hang = (
        "import subprocess, time\n\n\ndef test_hang():\n    subprocess.Popen(['sleep', '98765'])\n    time.sleep(600)\n"
    )
    slow = Repository(tmp_path / "slow")
    slow.commit({**SAMPLE, ".fullautoci.yml": config, "test_calc.py": hang})
    run = first_run(running, slow)
    assert run["outcome"] == "timed_out"
    assert "3 s" in run["reason"]  # type: ignore[operator]
    until(lambda: not processes("98765"), 2.5, "the end of all that the test started")
    assert running.run("wait", cwd=slow.path).returncode == 1


def processes(argument: str) -> list[list[str]]:
    """Command lines of processes that have an argument."""
    lines = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
    return [line for line in lines if argument in line]


DETACH = """
import os, subprocess, sys

def test_detach():
    code = (
        "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); os.setsid();\\n"
        "if os.fork(): os._exit(0)\\n"
        "import subprocess; subprocess.Popen(['sleep', '87654']); time.sleep(600)"
    )
    subprocess.Popen([sys.executable, "-c", code])
    import time
    time.sleep(0.5)
"""


def test_what_a_test_detaches_and_leaves_with_its_output_open_is_ended(running: Home, tmp_path: Path) -> None:
    config = HOST + "tools: {pylint: {enabled: false}}\n"
    forks = Repository(tmp_path / "forks")
    forks.commit({**SAMPLE, ".fullautoci.yml": config, "test_calc.py": DETACH})
    assert first_run(running, forks)["outcome"] == "passed"
    until(lambda: not processes("87654"), 2.5, "the end of all that the test started")


def test_a_gigabyte_of_output_is_cut_in_the_log(running: Home, tmp_path: Path) -> None:
    loud = Repository(tmp_path / "loud")
    config = (
        HOST + "tools:\n  pylint: {enabled: false}\n  coverage: {enabled: false}\n  loud: {command: [sh, loud.sh]}\n"
    )
    loud.commit({".fullautoci.yml": config, "loud.sh": "echo first; head -c 1000000000 /dev/zero; echo last\n"})
    memory = psutil.Process(running.pid()).memory_info().rss
    run = first_run(running, loud)
    assert run["outcome"] == "passed"
    (log,) = running.paths.logs.rglob("*.log")
    content = log.read_bytes()
    assert len(content) < 10 * 1024 * 1024
    assert b"first" in content
    assert content.rstrip().endswith(b"last")
    assert b"bytes were cut here" in content
    assert psutil.Process(running.pid()).memory_info().rss - memory < 64 * 1024 * 1024


def test_invalid_utf8_in_message_author_branch_and_file_names(running: Home, tmp_path: Path) -> None:
    odd = Repository(tmp_path / "odd")
    odd.commit(SAMPLE)
    running.cli("init", cwd=odd.path)
    with Path(os.fsdecode(os.fsencode(odd.path) + b"/caf\xe9.py")).open("w") as file:
        file.write("x = undefined\n")
    odd.git("checkout", "--quiet", "-b", os.fsdecode(b"br\xffnch"))
    odd.git("add", "--all")
    odd.git(
        "-c",
        "i18n.commitEncoding=latin1",
        "commit",
        "--quiet",
        "--file=-",
        stdin=b"caf\xe9 \x1b[31mred\x1b[0m \xff\xfe\n",
    )
    run = running.finished(1, odd.head())
    assert run["outcome"] == "failed"
    assert "\\xe9" in run["subject"]
    assert "\x1b" not in run["subject"]
    assert run["branch"] == "br\\xffnch"
    paths = {finding["path"] for finding in jobs_of(run)["pylint"]["findings"]}  # type: ignore[attr-defined]
    assert "caf\\xe9.py" in paths
    for command in (("history",), ("status",), ("results",)):
        assert "\x1b" not in running.cli(*command, cwd=odd.path)


def test_a_folder_that_is_no_repository(home: Home, tmp_path: Path) -> None:
    for command in ("init", "results", "history", "wait"):
        done = home.run(command, cwd=tmp_path)
        assert done.returncode in (1, 2), command
        assert done.stderr.startswith("error: "), command
        assert len(done.stderr.splitlines()) == 2, command
        assert "Traceback" not in done.stderr


def test_a_deleted_repository_is_said_and_its_results_stay(home: Home, repository: Repository) -> None:
    home.cli("init", "--wait", cwd=repository.path)
    shutil.rmtree(repository.path)
    home.api().scan(1)
    problem = until(lambda: home.api().repositories()[0]["problem"])
    assert "there is no repository at" in problem
    assert "there is no repository" in home.cli("repo", "list")
    assert home.api().runs(repository=1)[0]["outcome"] == "passed"


def test_a_second_daemon_is_refused_and_names_the_first(running: Home) -> None:
    done = running.run("daemon", "run")
    assert done.returncode == 1
    assert f"process {running.pid()}" in done.stderr
    assert "it runs already" in running.run("daemon", "start").stderr


def test_a_hook_whose_home_is_gone_says_so_in_one_line_and_the_commit_stands(
    home: Home, repository: Repository
) -> None:
    home.cli("init", "--wait", cwd=repository.path)
    home.stop()
    shutil.rmtree(home.folder)
    before = repository.head()
    commit = ["git", "commit", "--quiet", "--allow-empty", "--message", "on"]
    done = subprocess.run(commit, cwd=repository.path, env=repository.env, capture_output=True, text=True, check=True)
    assert repository.head() != before
    (line,) = done.stderr.splitlines()
    assert line.startswith("fullautoci: this event could not be written")


def test_a_bad_configuration_is_an_errored_run_that_names_line_and_key(running: Home, tmp_path: Path) -> None:
    wrong = Repository(tmp_path / "wrong")
    wrong.commit({**SAMPLE, ".fullautoci.yml": "environment: host\ntols:\n  pylint: {}\n"})
    run = first_run(running, wrong)
    assert run["outcome"] == "errored"
    assert run["reason"] == ".fullautoci.yml:2:1: unknown key 'tols'"
    assert run["hint"] == "did you mean 'tools'?"
    done = running.run("wait", cwd=wrong.path)
    assert done.returncode == 2
    assert "did you mean 'tools'?" in done.stdout


def test_a_command_with_its_junit_report(running: Home, tmp_path: Path) -> None:
    cases = '<testcase classname="a" name="ok"/><testcase classname="a" name="no"><failure/></testcase>'
    report = f"<testsuite>{cases}</testsuite>"
    config = (
        HOST + "tools:\n  pylint: {enabled: false}\n  coverage: {enabled: false}\n"
        "  docs: {command: [sh, docs.sh], report: {junit: out/junit.xml}}\n"
    )
    commands = Repository(tmp_path / "commands")
    commands.commit({".fullautoci.yml": config, "docs.sh": f"mkdir out; echo '{report}' > out/junit.xml\n"})
    job = jobs_of(first_run(running, commands))["docs"]
    assert job["outcome"] == "failed"
    assert job["metrics"] == {"exit_code": 0, "tests_failed": 1, "tests_passed": 1}

    linked = commands.commit({"docs.sh": "mkdir out; ln -s /etc/passwd out/junit.xml\n"})
    job = jobs_of(running.finished(1, linked))["docs"]
    assert (job["outcome"], job["reason"]) == ("errored", "junit.xml is no regular file of this job's")

    forged = commands.commit({"docs.sh": "true\n", "out/old.txt": ""})
    job = jobs_of(running.finished(1, forged))["docs"]
    assert (job["outcome"], job["reason"]) == ("errored", "out/junit.xml was not written")


def test_a_configuration_of_any_size_takes_no_memory(running: Home, repository: Repository) -> None:
    daemon = psutil.Process(running.pid())
    before = daemon.memory_info().rss
    repository.commit({".fullautoci.yml": bytes(200_000_000)})
    run = first_run(running, repository)
    assert run["outcome"] == "errored"
    assert "larger than 64 kB" in str(run["reason"])
    assert daemon.memory_info().rss - before < 64 * 1024 * 1024
