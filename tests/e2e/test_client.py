"""The client and the command with a service elsewhere: typed answers, TLS, limits, and which repository is meant."""

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from fullautoci.client import Client, HttpTransport, RateLimitError, UnreachableError
from fullautoci.web.schemas import events, findings, jobs, metrics, ratchets, repositories, runs, search, service, users
from fullautoci.web.schemas import tests as tested
from tests.support.certificates import certificate
from tests.support.home import PROGRAM, Home
from tests.support.nginx import Nginx, free_port
from tests.support.patience import until
from tests.support.repository import HOST, SAMPLE, Repository
from tests.support.team import Team

PROXY = """
server {
    listen 127.0.0.1:PORT ssl;
    ssl_certificate PUBLIC;
    ssl_certificate_key PRIVATE;
    location / { proxy_pass http://127.0.0.1:INNER; proxy_set_header Host $http_host; }
    location /ci/ { proxy_pass http://127.0.0.1:INNER/; proxy_set_header Host $http_host; }
}
"""


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """One service for all of these tests that do nothing odd to it."""
    with tempfile.TemporaryDirectory(prefix="fac-", ignore_cleanup_errors=True) as folder:
        home = Home(Path(folder) / "h")
        home.env |= {"HOME": folder, "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}"}
        made = Team(home, tmp_path_factory.mktemp("team"))
        yield made
        made.close()
        home.close()


@pytest.fixture(scope="module")
def measured(team: Team) -> Team:
    """The same, with a repository that pylint and coverage looked at."""
    calc = SAMPLE["calc.py"] + "\n\ndef unused():\n    x = 1\n    return 2\n"
    made = Repository(team.folder / "measured")
    made.commit({**SAMPLE, ".fullautoci.yml": HOST, "calc.py": calc}, "measured words")
    team.home.cli("init", "--no-autostart", "--wait", cwd=made.path)
    return team


def test_every_answer_is_what_its_type_promises(measured: Team) -> None:
    client = measured.member("ann", "admin").client
    number = measured.number("measured")
    run = client.runs(repository=number)[0]
    job = next(one for one in run["jobs"] if one["tool"] == "pylint")
    covered = next(one for one in run["jobs"] if one["tool"] == "coverage")
    name = client.ratchets(number)[0]["name"]
    reset = {"kind": "reset", "name": name, "commit": run["commit"], "reason": "to have it in the journal"}
    acted = client.act(number, reset)
    measured.theirs.commit({"note.txt": "a hook tells of this"})
    until(lambda: list(client.events(repository=measured.number("theirs"))), 30, "its event")
    answers: list[tuple[Any, Any]] = [
        (service.Status, client.status()), (list[repositories.Repository], client.repositories()),
        (repositories.Repository, client.repository(number)),
        (list[repositories.Commit], list(client.commits(number, limit=1))),
        (list[runs.Run], [run]), (runs.Run, client.run(run["id"])), (runs.RunResults, client.results(run["id"])),
        (runs.RunResults, client.results_of_commit(number, run["commit"][:9])),
        (list[runs.Run], client.runs_of_commit(number, run["commit"])),
        (list[runs.Run], list(client.every_run(limit=1))),
        (list[jobs.PlacedJob], list(client.jobs(limit=2))), (jobs.PlacedJob, client.job(job["id"])),
        (list[runs.Finding], list(client.findings_of_job(job["id"], limit=1))),
        (list[tested.MarkedTest], list(client.tests_of_job(covered["id"]))),
        (list[findings.PlacedFinding], list(client.findings(number))),
        (list[tested.TestHistory], list(client.tests(number))), (list[metrics.Measured], list(client.metrics(number))),
        (list[search.Found], list(client.search("measured"))), (list[ratchets.Held], client.ratchets(number)),
        (ratchets.Ratchet, client.ratchet(number, name)), (list[ratchets.JournalEntry], client.ratchet_journal(number)),
        (service.Configuration, client.config()), (service.Configuration, client.config(number)),
        (list[events.PlacedEvent], list(client.events())), (users.Me, client.me()),
        (list[users.User], list(client.users())), (users.User, client.user(1)), (list[users.Key], list(client.keys())),
        (users.Key, client.key(1)), (ratchets.Acted, acted), (list[users.AuditEntry], list(client.audit(part=3))),
    ]  # fmt: skip
    for model, answer in answers:
        assert answer, model
        TypeAdapter(model).validate_python(answer, strict=False)
    assert len(list(client.every_run(limit=1))) == len(client.runs(limit=500)) > 2
    assert {one["rule"] for one in client.findings(number)} >= {"unused-variable"}
    assert client.feed(number)["items"]
    assert "fullautoci_metric" in client.prometheus()
    assert client.log(job["id"])[0].endswith(client.end_of_log(job["id"], 20))
    badge = client.add_badge(number)
    assert badge["path"].startswith("/badges/")
    assert client.revoke_badge(number) == 1
    assert all(client.event(one["id"]) is not None for one in client.events())


def test_which_repository_and_commit_is_meant(team: Team) -> None:
    bob = team.member("bob", "user", "ours")
    sha = team.ours.head()
    clone = team.clone(bob)
    assert bob.json("results", "main", cwd=clone)["commit"] == sha
    below = clone / "deep" / "er"
    below.mkdir(parents=True)
    assert bob.json("history", cwd=below)[0]["commit"] == sha
    assert bob.json("results", sha, "--repo", str(team.number("ours")))["commit"] == sha
    assert bob.json("results", "HEAD~0", "--repo", "ours", cwd=clone)["commit"] == sha
    assert bob.json("run", "--repo", "ours")  # HEAD, as it is there
    Repository(clone).git("remote", "rename", "origin", "upstream")
    assert bob.json("results", cwd=clone)["commit"] == sha
    for command, said in (
        (["results", "--repo", "ours"], "can only be told in a clone of ours"),
        (["results", "zz/\x1b[31m", "--repo", "ours"], "can only be told in a clone of ours"),
        (["results", "f" * 40, "--repo", "ours"], "has no run"), (["results"], "--repo NAME"),
        (["history", "--repo", "9" * 30], "there is no repository"),
    ):  # fmt: skip
        done = bob.run(*command)
        assert done.returncode in (1, 2), command
        assert said in done.stderr, done.stderr
        assert "\x1b" not in done.stderr
    Repository(clone).git("remote", "set-url", "upstream", "ssh://git@host/x/another.git")
    assert "is called 'another'" in bob.run("results", cwd=clone).stderr
    Repository(clone).git("remote", "remove", "upstream")
    assert "this clone has no remote" in bob.run("results", cwd=clone).stderr


def test_own_repositories_are_named_too(team: Team) -> None:
    sha = team.ours.head()
    assert team.home.json("results", "main", "--repo", "ours")["commit"] == sha
    assert team.home.json("history", "--repo", "theirs", cwd=team.ours.path)[0]["commit"] == team.theirs.head()
    assert team.home.json("ratchet", "list", "--repo", "ours") == []


@pytest.mark.parametrize(
    "command",
    [
        "init",
        "deinit",
        "daemon start",
        "daemon status",
        "hooks status",
        "doctor",
        "config show",
        "env list",
        "tools list",
    ],
)
def test_what_is_about_ones_own_service_says_so(team: Team, command: str) -> None:
    bob = team.with_key("bob", "fac_unused")
    done = bob.run(*command.split())
    assert done.returncode == 2
    assert f"'fullautoci {command.split()[0]}' is for the service's own machine and user" in done.stderr
    assert bob.run(*command.split(), "--help").returncode == 0


def test_a_working_copy_and_a_link_are_for_the_services_machine(team: Team) -> None:
    uma = team.member("uma", "user", "ours")
    clone = team.clone(uma)
    for command, said in (
        (["run", "--dirty"], "where that runs"), (["dashboard"], "/login takes a key"),
        (["repo", "add", "clone"], "a path there begins with /"),
    ):  # fmt: skip
        done = uma.run(*command, cwd=clone)
        assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    assert "0 browser sessions ended" in uma.run("dashboard", "--logout-everywhere").stderr


def test_the_command_speaks_tls_through_a_proxy(home: Home, tmp_path: Path) -> None:
    port, made = free_port(), certificate(tmp_path, "DNS:localhost")
    (home.folder / "config.yml").write_text(f"dashboard: {{names: ['localhost:{port}']}}\n")
    team = Team(home, tmp_path / "team")
    bob = team.member("bob", "user", "ours")
    clone = team.clone(bob)
    inner = team.url.rpartition(":")[2]
    replaced = {"PORT": str(port), "PUBLIC": str(made.public), "PRIVATE": str(made.private), "INNER": inner}
    proxy = Nginx(tmp_path / "nginx", PROXY, replaced, [port])
    try:
        for path in ("", "/ci/"):
            bob.env["FULLAUTOCI_URL"] = f"https://localhost:{port}{path}"
            bob.env.pop("FULLAUTOCI_CA_FILE", None)
            done = bob.run("status", cwd=clone)
            assert (done.returncode, "cannot show that it is that" in done.stderr) == (1, True), done.stderr
            bob.env["FULLAUTOCI_CA_FILE"] = str(made.public)
            assert bob.json("results", cwd=clone)["commit"] == team.ours.head()
            assert bob.json("run", "--force", "--wait", cwd=clone)[0]["outcome"] == "passed"
            assert len(bob.json("history", "--limit", "1", cwd=clone)) == 1
        home.stop()
        done = bob.run("status", cwd=clone)
        assert (done.returncode, "the server answered 502" in done.stderr) == (1, True), done.stderr
    finally:
        proxy.close()
        team.close()
    assert bob.key not in (tmp_path / "nginx/access.log").read_text() + (tmp_path / "nginx/error.log").read_text()
    assert "nothing answers at https://localhost" in bob.run("status", cwd=clone).stderr


def _limited(client: Client) -> RateLimitError | None:
    try:
        client.status()
    except RateLimitError as error:
        return error
    return None


def test_too_many_requests_are_told_with_when_to_try_again(home: Home, tmp_path: Path) -> None:
    (home.folder / "config.yml").write_text("dashboard: {limits: {requests: 10}}\n")
    team = Team(home, tmp_path / "team")
    bob = team.member("bob", "user", "ours")
    clone = team.clone(bob)
    refused = [error for error in (_limited(bob.client) for _ in range(30)) if error is not None]
    assert 10 <= len(refused) <= 20  # a new minute may have let ten more through
    caught = refused[0]
    assert 0 < caught.retry_after_s <= 60
    assert str(caught.retry_after_s) in caught.message + caught.hint
    done = bob.run("history", cwd=clone)
    assert (done.returncode, "try again in" in done.stderr) == (1, True), done.stderr
    team.close()


def test_a_restart_of_the_service_is_bridged(home: Home, tmp_path: Path) -> None:
    (home.folder / "config.yml").write_text(f"dashboard: {{port: {free_port()}}}\n")
    team = Team(home, tmp_path / "team")
    bob = team.member("bob", "user", "ours")
    assert bob.client.me()["name"] == "bob"
    home.cli("daemon", "restart")
    assert bob.client.me()["name"] == "bob"  # though its connection is dead
    assert bob.client.trigger(team.number("ours"), {"revisions": ["HEAD"]})
    home.stop()
    began = time.monotonic()
    with (
        pytest.raises(UnreachableError, match="Connection refused"),
        Client(HttpTransport(team.url, bob.key)) as client,
    ):
        client.me()
    assert time.monotonic() - began < 10
    team.close()
