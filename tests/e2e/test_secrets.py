"""Secrets reach the job, and nothing else."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.home import Home
from tests.support.patience import until
from tests.support.repository import Repository

VALUE = "c0rrect-hörse/b@ttery+staple"
HEAD = "environment: host\nsecrets: [TOKEN]\n"
COVERAGE = HEAD + "tools: {pylint: {enabled: false}}\n"
JOB = HEAD + "tools: {pylint: {enabled: false}, coverage: {enabled: false}, job: {command: [sh, job.sh]}}\n"


@pytest.fixture
def secretive(short_tmp: Path, environments: Path) -> Iterator[Home]:
    made = Home(short_tmp / "h", environments, f'secrets: {{TOKEN: "{VALUE}"}}\n')
    (made.folder / "config.yml").chmod(0o600)
    yield made
    made.close()


def watch(home: Home, folder: Path, files: dict[str, str]) -> Repository:
    made = Repository(folder)
    made.commit(files)
    home.cli("init", cwd=folder)
    return made


def places_with(home: Home, value: str) -> list[Path]:
    files = [path for path in home.folder.rglob("*") if path.is_file() and path.name != "config.yml"]
    return [path for path in files if value.encode() in path.read_bytes()]


def test_a_secret_is_a_variable_and_is_kept_nowhere(secretive: Home, tmp_path: Path) -> None:
    home = secretive
    script = (
        'printf \'%s\\n\' "$TOKEN"; printf %s "$TOKEN" | base64\n'
        'printf %.9s "$TOKEN"; sleep 0.3; printf \'%s\\n\' "${TOKEN#?????????}"\n'
        f'test "$TOKEN" = "{VALUE[:5]}""{VALUE[5:]}" && echo equal\n'
    )
    repository = watch(home, tmp_path / "r", {".fullautoci.yml": HEAD + "setup: [[sh, -c, 'echo in setup: $TOKEN']]\n"
        + JOB.removeprefix(HEAD), "job.sh": script})  # fmt: skip
    run = home.finished(1, repository.head())
    assert run["outcome"] == "passed"
    log = home.api().log(run["jobs"][0]["id"])[0].decode()
    assert "in setup: ***\n" in log
    assert log.splitlines()[-4:] == ["***", "***", "***", "equal"]
    assert places_with(home, VALUE) == []
    assert VALUE not in home.log()
    first = run["jobs"][0]["identity"]

    (home.folder / "config.yml").write_text("secrets: {TOKEN: another-value}\n")
    (home.folder / "config.yml").chmod(0o644)
    os.kill(home.pid(), signal.SIGHUP)
    until(lambda: "were read again" in home.log())
    until(lambda: "others may read it: 'chmod 600" in home.log())
    home.cli("run", "--force", cwd=repository.path)
    again = until(lambda: (found := home.finished(1, repository.head()))["generation"] == 1 and found)
    assert again["jobs"][0]["identity"] != first
    assert "equal" not in home.api().log(again["jobs"][0]["id"])[0].decode()


def test_what_tests_and_tools_say_is_masked(secretive: Home, tmp_path: Path) -> None:
    home = secretive
    tests = (
        "import os\n\nimport pytest\n\nTOKEN = os.environ['TOKEN']\n\n\n@pytest.mark.parametrize('token', [TOKEN])\n"
        "def test_token(token):\n    print(token)\n    assert token == 'nothing'\n"
    )
    repository = watch(home, tmp_path / "r", {".fullautoci.yml": COVERAGE, "a.py": "A = 1\n", "test_a.py": tests})
    run = home.finished(1, repository.head())
    (job,) = run["jobs"]
    (test,) = job["tests"]
    assert (job["outcome"], test["outcome"]) == ("failed", "failed")
    assert "***" in test["message"]
    assert places_with(home, VALUE) == []
    said = home.run("results", cwd=repository.path).stdout + home.run("log", "coverage", cwd=repository.path).stdout
    assert VALUE not in said
    assert "orrect-h" not in said


def test_a_repositorys_own_value_comes_first(secretive: Home, tmp_path: Path) -> None:
    home = secretive
    with (home.folder / "config.yml").open("a") as file:
        file.write("repositories: {mine: {secrets: {TOKEN: only-mine}}}\n")
    files = {".fullautoci.yml": JOB, "job.sh": 'test "$TOKEN" = only""-mine\n'}
    assert home.finished(1, watch(home, tmp_path / "mine", files).head())["outcome"] == "passed"
    assert home.finished(2, watch(home, tmp_path / "other", files).head())["outcome"] == "failed"
    assert places_with(home, "only-mine") == []


def test_without_a_value_the_job_is_errored_and_says_where_it_belongs(home: Home, tmp_path: Path) -> None:
    repository = watch(home, tmp_path / "r", {".fullautoci.yml": JOB, "job.sh": "true\n"})
    (job,) = home.finished(1, repository.head())["jobs"]
    assert (job["outcome"], job["reason"]) == ("errored", "the secret TOKEN has no value")
    assert "config.yml" in job["hint"]
    assert home.run("wait", cwd=repository.path).returncode == 2
    assert home.run("log", "job", cwd=repository.path).returncode == 0


def test_a_job_that_does_not_ask_is_given_nothing(secretive: Home, tmp_path: Path) -> None:
    files = {".fullautoci.yml": JOB.replace("secrets: [TOKEN]\n", ""), "job.sh": 'test -z "$TOKEN"\n'}
    assert secretive.finished(1, watch(secretive, tmp_path / "r", files).head())["outcome"] == "passed"


def test_a_file_that_is_wrong_changes_no_secret(secretive: Home, tmp_path: Path) -> None:
    home = secretive
    files = {".fullautoci.yml": JOB, "job.sh": 'test -n "$TOKEN"\n'}
    repository = watch(home, tmp_path / "r", files)
    assert home.finished(1, repository.head())["outcome"] == "passed"
    (home.folder / "config.yml").write_text("secrets: {TOKEN: [}\n")
    os.kill(home.pid(), signal.SIGHUP)
    until(lambda: "the secrets stay as they were" in home.log())
    assert home.finished(1, repository.commit(message="on"))["outcome"] == "passed"
