"""Jobs in containers, by the real daemon and real engines."""

import json
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from fullautoci.environments.containers import ContainerEnvironment
from tests.support.engines import IMAGE, SMALL, UID, Running, UserHome
from tests.support.home import Home
from tests.support.patience import until
from tests.support.repository import SAMPLE, Repository

pytest_plugins = ["tests.support.engine_fixtures"]

OFF = "pylint: {enabled: false}, coverage: {enabled: false}"
PROJECT = '[project]\nname = "calc"\nversion = "3.2.1"\n[project.scripts]\ncalc-add = "calc:add"\n'
TEST_OF_METADATA = """

def test_metadata():
    import importlib.metadata
    import shutil

    assert importlib.metadata.version("calc") == "3.2.1"
    assert shutil.which("calc-add")
"""
DOCKERFILE = f"FROM {IMAGE}\nCOPY calc.py /opt/calc.py\n"


def named(tools: str, options: str = "", image: str = SMALL) -> str:
    """A configuration for an image of the tests."""
    extra = f", {options}" if options else ""
    return f"environment: {{docker: {{image: {image!r}, pull: never{extra}}}}}\ntools: {{{tools}}}\n"


def one(script: str, options: str = "", image: str = SMALL, more: str = "") -> dict[str, str]:
    """A repository whose only tool is a shell script."""
    config = named(f"{OFF}, job: {{command: [sh, job.sh]{more}}}", options, image)
    return {".fullautoci.yml": config, "job.sh": script}


def watched(home: Home, engine: Running, folder: Path, files: dict[str, str]) -> Repository:
    """A repository that is watched by a daemon of this engine."""
    home.env["DOCKER_HOST"] = engine.host
    repository = Repository(folder)
    repository.commit(files)
    home.cli("init", cwd=folder)
    return repository


def jobs(home: Home, sha: str) -> dict[str, dict[str, Any]]:
    """The jobs of a commit's run, once it is over."""
    return {job["tool"]: job for job in home.finished(1, sha, 120)["jobs"]}


def job_of(home: Home, repository: Repository) -> dict[str, Any]:
    """The one job of a repository's commit."""
    (found,) = (job for job in jobs(home, repository.head()).values() if job["outcome"] != "skipped")
    return found


def log(home: Home, repository: Repository, tool: str = "job") -> str:
    """What a job's log says."""
    return home.cli("log", "HEAD", tool, cwd=repository.path)


def empty(engine: Running, home: Home) -> bool:
    """Whether no container is left but those that wait for a next job."""
    waiting = engine.command("ps", "--all", "--quiet", "--no-trunc", "--filter", "label=fullautoci.job=none yet")
    return set(engine.containers()) == set(waiting.split())


@pytest.fixture(params=["docker", "podman"])
def engine(request: pytest.FixtureRequest) -> Running:
    """Each engine of root's."""
    found: Running = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def stoppable(docker: Running) -> Iterator[Running]:
    """Docker, which a test may stop; it runs again afterwards."""
    yield docker
    if docker.process.poll() is not None:
        docker.start()


def test_pylint_and_coverage_share_one_build(home: Home, engine: Running, tmp_path: Path) -> None:
    files = {
        **SAMPLE, ".fullautoci.yml": "environment: docker\n", "Dockerfile": DOCKERFILE, "pyproject.toml": PROJECT,
        "test_calc.py": SAMPLE["test_calc.py"] + TEST_OF_METADATA,
    }  # fmt: skip
    repository = watched(home, engine, tmp_path / "r", files)
    done = jobs(home, repository.head())
    assert {job["outcome"] for job in done.values()} == {"passed"}, [
        (job["reason"], job["hint"]) for job in done.values()
    ]
    assert done["pylint"]["metrics"]["score"] == 10
    assert done["coverage"]["metrics"]["percent_lines"] == 100
    assert done["coverage"]["counts"]["tests"] == 2
    for job in done.values():
        found = job["environment"]
        assert (found["kind"], found["interpreter"][:10]) == ("docker", "CPython 3.")
        detail = found["detail"]
        assert detail["image"].startswith("sha256:")
        assert (detail["name"], detail["network"], detail["sandbox"]) == ("Dockerfile", "off", "container")
        assert detail["engine"].startswith(f"{engine.name} ")
        assert detail["limits"] == "memory and processes are limited"
    assert done["pylint"]["environment"]["fingerprint"] == done["coverage"]["environment"]["fingerprint"]
    logs = [log(home, repository, tool) for tool in done]
    assert sorted("building the image from Dockerfile" in text for text in logs) == [False, True]
    assert any("step 2 of 2" in text for text in logs)
    sha = repository.commit({"calc.py": SAMPLE["calc.py"] + "\n\nprint(add(1, 1))\n", "Dockerfile": f"FROM {IMAGE}\n"})
    again = jobs(home, sha)
    assert again["coverage"]["outcome"] == "passed", again
    assert again["pylint"]["environment"]["fingerprint"]
    known = [(path, json.loads(path.read_text())) for path in home.paths.environments.glob("docker/*/fullautoci.json")]
    ours = [(path, one) for path, one in known if one["socket"] == f"{engine.folder}/engine.sock"]
    built = {one["tag"]: path.parent for path, one in ours if one["built"]}
    assert len(built) == 2
    home.stop()
    for tag, folder in built.items():
        assert engine.command("images", "--quiet", tag)
        ContainerEnvironment().forget(folder)
        ContainerEnvironment().forget(folder)
        assert not engine.command("images", "--quiet", tag)


def test_what_a_job_sees(home: Home, engine: Running, tmp_path: Path) -> None:
    secret = Path(os.environ["HOME"]) / ".ssh"
    secret.mkdir()
    (secret / "id").write_text("SECRET")
    script = (
        f"cat {secret}/id; ls {home.folder}/config.yml {home.paths.state}/*.db; ls -a {home.paths.state}\n"
        "touch /etc/x && echo ROOT WRITTEN\n"
        "ip addr | grep -v ' lo' | grep '^[0-9]' && echo A NETWORK\n"
        "wget -T 2 -q -O - http://1.1.1.1 && echo REACHED\n"
        "ps | grep -c fullautoci; echo processes $(ls -d /proc/[0-9]* | wc -l)\n"
        "id; grep -E 'CapEff|NoNewPrivs' /proc/self/status; echo $HOME $TMPDIR; touch /tmp/a ./b && echo TMP WRITTEN\n"
    )
    repository = watched(home, engine, tmp_path / "r", one(script))
    found = job_of(home, repository)
    text = log(home, repository)
    assert found["outcome"] == "passed", text
    for bad in ("SECRET", "ROOT WRITTEN", "A NETWORK", "REACHED", "config.yml\n", "token", ".db\n"):
        assert bad not in text, text
    for good in (
        "uid=65534", "gid=65534", "CapEff:\t0000000000000000", "NoNewPrivs:\t1", "/tmp /tmp", "TMP WRITTEN",
        "Read-only file system",
    ):  # fmt: skip
        assert good in text, text
    assert int(text.split("processes ")[1].split()[0]) < 12
    assert found["environment"]["interpreter"] == ""


def test_each_job_has_a_container_of_its_own_and_the_next_is_warm(home: Home, engine: Running, tmp_path: Path) -> None:
    home.folder.joinpath("config.yml").write_text("workers: 1\n")
    script = (
        "ls; ls /tmp; ps | grep -q '[s]leep 77' && echo RUNS; touch /tmp/left-there ./untracked\n"
        "(setsid sleep 777 &); (setsid sleep 77 >/dev/null 2>&1 &)\n"
    )
    repository = watched(home, engine, tmp_path / "r", one(script))
    first = job_of(home, repository)
    assert first["outcome"] == "passed", first

    def waiting() -> set[str]:
        return set(engine.command("ps", "--quiet", "--filter", "label=fullautoci.job=none yet").split())

    before = until(waiting, 20, "a container that waits")
    assert len(before) == 1
    repository.commit({"a.txt": "1"})
    second = job_of(home, repository)
    text = log(home, repository)
    assert second["outcome"] == "passed", text
    for bad in ("left-there", "RUNS", "untracked"):
        assert bad not in text, text
    after = until(lambda: waiting() - before, 20, "the next")
    assert len(after) == 1
    assert second["timings"]["environment_s"] < first["timings"]["environment_s"]
    mine = {one.pid for one in psutil.Process(home.pid()).children()}
    exchanges = {
        path for path in Path(tempfile.gettempdir()).glob("fullautoci-*/box-*")
        if int(path.name.split("-")[1]) in mine
    }  # fmt: skip
    assert exchanges
    home.stop()
    until(lambda: not waiting(), 5, "the end of what waited")
    until(lambda: not set(Path(tempfile.gettempdir()).glob("fullautoci-*/box-*")) & exchanges, 5, "the end of folders")


def test_the_next_checkout_is_right_in_any_environment(home: Home, docker: Running, tmp_path: Path) -> None:
    home.folder.joinpath("config.yml").write_text("workers: 1\n")
    check = 'test "$(cat a.txt)" = {} && test ! -e new && echo $(stat -c %u a.txt) && git_status=$(ls) && touch new\n'
    repository = watched(home, docker, tmp_path / "r", {**one(check.format(1) + "echo 9 >a.txt\n"), "a.txt": "1\n"})
    assert job_of(home, repository)["outcome"] == "passed", log(home, repository)
    assert "65534" in log(home, repository)
    host = {".fullautoci.yml": f"environment: host\ntools: {{{OFF}, job: {{command: [sh, job.sh]}}}}\n"}
    for number, files in ((2, host), (3, {}), (4, one("")), (5, {})):
        script = check.format(number) + "rm job.sh; mkdir -p d/e; chmod 0 d\n"
        repository.commit({**files, "job.sh": script, "a.txt": f"{number}\n"})
        assert job_of(home, repository)["outcome"] == "passed", log(home, repository)


@pytest.mark.parametrize("kind", ["docker", "podman"])
def test_a_dockerfile_that_fails(home: Home, request: pytest.FixtureRequest, kind: str, tmp_path: Path) -> None:
    engine = request.getfixturevalue(kind)
    files = {
        **one("true\n"),
        ".fullautoci.yml": f"environment: docker\ntools: {{{OFF}, job: {{command: [sh, job.sh]}}}}\n",
        "Dockerfile": f"FROM {SMALL}\nRUN echo words of the step; false\n",
    }
    repository = watched(home, engine, tmp_path / "r", files)
    found = job_of(home, repository)
    assert (found["outcome"], found["reason"][:28]) == ("errored", "the image could not be built"), found
    assert "words of the step" in log(home, repository)
    repository.commit({"Dockerfile": f"FROM {SMALL}\nRUN true\n"})
    assert job_of(home, repository)["outcome"] == "passed", log(home, repository)
    assert until(lambda: empty(engine, home), 60)


def test_images_that_are_not_there(home: Home, engine: Running, tmp_path: Path) -> None:
    repository = watched(home, engine, tmp_path / "r", one("true\n", image="no.such.example/thing:1"))
    found = job_of(home, repository)
    assert found["outcome"] == "errored"
    assert "has no image no.such.example/thing:1" in found["reason"]
    assert f"{engine.name} pull" in found["hint"]
    config = named(f"{OFF}, job: {{command: [sh, job.sh]}}", "timeout: 20s", "localhost:1/thing:1")
    repository.commit({".fullautoci.yml": config.replace("never", "missing")})
    found = job_of(home, repository)
    assert found["outcome"] == "errored"
    assert "localhost:1/thing:1 could not be fetched" in found["reason"]
    repository.commit({".fullautoci.yml": config.replace("image: 'localhost:1/thing:1', ", ""),
                       "Dockerfile": "FROM localhost:1/other:2\n"})  # fmt: skip
    found = job_of(home, repository)
    assert (found["outcome"], found["reason"][:39]) == ("errored", "the engine has no image localhost:1/oth"), found


def test_what_an_image_lacks(home: Home, docker: Running, tmp_path: Path) -> None:
    files = {**SAMPLE, ".fullautoci.yml": named("job: {command: [sh, -c, echo well]}")}
    done = jobs(home, watched(home, docker, tmp_path / "r", files).head())
    assert done["job"]["outcome"] == "passed"
    assert done["pylint"]["outcome"] == "errored"
    assert done["pylint"]["reason"] == f"the image {SMALL} has no python3, which pylint needs"
    assert "FROM python" in done["pylint"]["hint"]


def test_a_program_that_is_not_there(home: Home, docker: Running, tmp_path: Path) -> None:
    files = {".fullautoci.yml": named(f"{OFF}, job: {{command: [no-such-program]}}")}
    found = job_of(home, watched(home, docker, tmp_path / "r", files))
    assert (found["outcome"], found["reason"]) == (
        "errored", "no-such-program could not be started: No such file or directory",
    )  # fmt: skip


def test_too_much_memory(home: Home, engine: Running, tmp_path: Path) -> None:
    fill = "exec python3 -c 'x = bytearray(300 << 20); print(len(x))'\n"
    repository = watched(home, engine, tmp_path / "r", one(fill, "memory: 96M", IMAGE))
    found = job_of(home, repository)
    assert (found["outcome"], found["reason"]) == ("errored", "it used more memory than its container has")
    repository.commit({"job.sh": "dd if=/dev/zero of=/tmp/f bs=1M count=300\n"})
    found = job_of(home, repository)
    assert (found["outcome"], found["reason"]) == ("errored", "it used more memory than its container has")


def test_too_many_processes(home: Home, engine: Running, tmp_path: Path) -> None:
    script = "i=0; while [ $i -lt 60 ]; do sleep 5 & i=$((i+1)); done; wait\n"
    repository = watched(home, engine, tmp_path / "r", one(script, "processes: 30"))
    assert job_of(home, repository)["outcome"] == "failed"
    assert "can't fork" in log(home, repository)


def test_a_timeout_leaves_nothing(home: Home, engine: Running, tmp_path: Path) -> None:
    script = "(setsid sh -c 'while :; do echo x >>late; sleep 0.05; done' &); echo begun; sleep 600\n"
    repository = watched(home, engine, tmp_path / "r", one(script, more=", timeout: 1s"))
    found = job_of(home, repository)
    assert (found["outcome"], found["reason"]) == ("timed_out", "it did not end within 1 s")
    assert "begun" in log(home, repository)
    (late,) = home.paths.slots.glob("*/1/tree/late")
    size = late.stat().st_size
    time.sleep(0.3)
    assert late.stat().st_size == size
    assert until(lambda: empty(engine, home), 60)


def test_a_cancelled_job_leaves_nothing(home: Home, engine: Running, tmp_path: Path) -> None:
    repository = watched(home, engine, tmp_path / "r", one("(setsid sleep 600 &); sleep 600\n"))
    until(lambda: any(one["state"] == "running" for one in home.api().status()["running"]), 60, "the job")
    time.sleep(0.3)
    home.cli("cancel", cwd=repository.path)
    assert home.finished(1, repository.head())["outcome"] == "cancelled"
    assert until(lambda: empty(engine, home), 60)


def test_a_cancelled_build_leaves_nothing(home: Home, docker: Running, tmp_path: Path) -> None:
    files = {
        ".fullautoci.yml": f"environment: docker\ntools: {{{OFF}, job: {{command: [sh, job.sh]}}}}\n",
        "Dockerfile": f"FROM {SMALL}\nRUN echo begun; sleep 600\n", "job.sh": "true\n",
    }  # fmt: skip
    repository = watched(home, docker, tmp_path / "r", files)
    until(docker.containers, 60, "the build")
    home.cli("cancel", cwd=repository.path)
    assert home.finished(1, repository.head())["outcome"] == "cancelled"
    until(lambda: not docker.containers(), 60, "the end of the build")


def test_an_engine_that_does_not_run(home: Home, stoppable: Running, tmp_path: Path) -> None:
    repository = watched(home, stoppable, tmp_path / "r", one("sleep 600\n"))
    until(lambda: any(one["state"] == "running" for one in home.api().status()["running"]), 60, "the job")
    stoppable.stop()
    found = job_of(home, repository)
    assert found["outcome"] == "errored", found
    assert "engine" in found["reason"]
    repository.commit({"job.sh": "true\n"})
    found = job_of(home, repository)
    assert (found["outcome"], found["reason"][:38]) == (
        "errored",
        "there is no container engine: " + str(stoppable.folder)[:8],
    )
    stoppable.start()
    repository.commit({"job.sh": "echo again\n"})
    assert job_of(home, repository)["outcome"] == "passed"


def test_a_killed_worker_leaves_nothing(home: Home, engine: Running, tmp_path: Path) -> None:
    home.folder.joinpath("config.yml").write_text("workers: 1\n")
    repository = watched(home, engine, tmp_path / "r", one("test -e /tmp/x || sleep 600\n"))
    running = until(lambda: [one for one in home.api().status()["running"] if one["state"] == "running"], 60, "the job")
    assert running
    (worker,) = (one for one in psutil.Process(home.pid()).children() if "worker" in " ".join(one.cmdline()))
    before = set(until(engine.containers))
    worker.kill()
    until(lambda: not before & set(engine.containers()), 5, "the container's end")
    home.cli("cancel", cwd=repository.path)


def test_a_dockerfile_that_leads_out_of_the_repository(home: Home, docker: Running, tmp_path: Path) -> None:
    outside = tmp_path / "Dockerfile"
    outside.write_text(f"FROM {SMALL}\n")
    repository = Repository(tmp_path / "r")
    (repository.path / "Dockerfile").symlink_to(outside)
    (repository.path / "leak").symlink_to(outside)
    config = f"environment: docker\ntools: {{{OFF}, job: {{command: [sh, job.sh]}}}}\n"
    watched(home, docker, repository.path, {".fullautoci.yml": config, "job.sh": "cat /opt/leak; ls -l /opt\n"})
    found = job_of(home, repository)
    assert (found["outcome"], found["reason"]) == ("errored", "Dockerfile leads out of the repository")
    (repository.path / "Dockerfile").unlink()
    repository.commit({"Dockerfile": f"FROM {SMALL}\nCOPY . /opt\n"})
    job_of(home, repository)
    assert f"leak -> {outside}" in log(home, repository)
    assert "can't open '/opt/leak'" in log(home, repository)


def test_a_user_without_rights(short_tmp: Path, rootless: Running) -> None:
    for name in ("h", "home"):
        (short_tmp / name).mkdir()
        os.chown(short_tmp / name, UID, UID)
    os.chown(short_tmp, UID, UID)
    home = UserHome(short_tmp / "h")
    home.env |= {"DOCKER_HOST": rootless.host, "HOME": str(short_tmp / "home")}
    try:
        repository = Repository(short_tmp / "r")
        script = "id -u; echo made >made; ls -n made; touch /x\n"
        config = named("pylint: {}, coverage: {}, job: {command: [sh, job.sh]}", image=IMAGE)
        repository.commit({**SAMPLE, ".fullautoci.yml": config, "job.sh": script})
        for path in (repository.path, *repository.path.rglob("*")):
            os.chown(path, UID, UID, follow_symlinks=False)
        home.cli("init", "--wait", cwd=repository.path)
        run = home.json("results", cwd=repository.path)
        done = {job["tool"]: job for job in run["jobs"]}
        text = home.cli("log", "HEAD", "job", cwd=repository.path)
        assert {tool: job["outcome"] for tool, job in done.items()} == {
            "pylint": "passed", "coverage": "passed", "job": "failed",
        }, (done, text)  # fmt: skip
        assert f"{UID}\n" in text
        assert "Read-only file system" in text
        detail = done["pylint"]["environment"]["detail"]
        assert detail["engine"].endswith(", rootless")
        assert "limited" in detail["limits"]
        (made,) = home.paths.slots.glob("*/1/tree/made")
        assert made.stat().st_uid == UID
    finally:
        home.close()


@pytest.mark.parametrize(
    "value",
    ["image: '--privileged'", "image: 'a b'", "image: '-v/:/x'", "file: ../Dockerfile", "file: /etc/passwd",
     "target: '--x'", "arguments: {'a b': c}", "network: host", "privileged: true", "memory: 1"],
)  # fmt: skip
def test_hostile_values_are_refused(home: Home, tmp_path: Path, value: str) -> None:
    repository = Repository(tmp_path / "r")
    repository.commit({".fullautoci.yml": f"environment: {{docker: {{{value}}}}}\n"})
    assert home.run("config", "check", cwd=repository.path).returncode != 0
