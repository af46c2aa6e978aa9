"""Every route × every kind of caller: what is answered is what the route's rule says, and the rules are those below.

Whether a request gets past the guards is seen from a parameter that no route knows, which is looked at after them: so
nothing is changed, whoever asks.
"""

import re
from collections.abc import Iterator

import pytest

from fullautoci.web.access import access
from tests.unit.web.guards.team import Team

# The rule of every route: what a new one has to be added to. `/` behind it: its identifier names a repository's thing.
RULES = {
    "public": """
        GET /login; GET /login/<token>; POST /login; GET /static/<path:filename>; GET /badges/<token>/<name>.svg""",
    "known": """
        GET /settings; POST /settings/keys; POST /settings/keys/<int:identifier>/revoke; POST /settings/sessions/end;
        GET /settings/repositories; GET /settings/configuration; GET /settings/tools;
        GET /; GET /live; GET /search; GET /docs/api; GET /metrics; POST /logout; POST /logout-everywhere;
        GET /api/v1/repos; GET /api/v1/runs; GET /api/v1/status; GET /api/v1/config; GET /api/v1/events/<identifier>;
        GET /api/v1/me; DELETE /api/v1/me/sessions; GET /api/v1/users/<int:identifier>; GET /api/v1/keys;
        POST /api/v1/keys; GET /api/v1/keys/<int:identifier>; DELETE /api/v1/keys/<int:identifier>;
        GET /api/v1/openapi.json; POST /api/v1/login-links; GET /api/v1/jobs; GET /api/v1/events; GET /api/v1/search;
        GET /api/v1/metrics""",
    "read/": """
        GET /repos/<int:identifier>/ratchets; GET /repos/<int:identifier>/ratchets/<path:name>;
        GET /repos/<int:identifier>/journal; GET /repos/<int:identifier>/reports;
        GET /repos/<int:identifier>/reports/<period>; GET /repos/<int:identifier>/reports/<period>.html;
        GET /repos/<int:identifier>/reports/<period>.json;
        GET /repos/<int:identifier>; GET /runs/<int:identifier>; GET /jobs/<int:identifier>/log;
        GET /api/v1/repos/<int:identifier>; GET /api/v1/repos/<int:identifier>/commits;
        GET /api/v1/repos/<int:identifier>/commits/<sha>; GET /api/v1/repos/<int:identifier>/commits/<sha>/results;
        GET /api/v1/runs/<int:identifier>; GET /api/v1/runs/<int:identifier>/results;
        GET /api/v1/jobs/<int:identifier>/log; GET /api/v1/repos/<int:identifier>/ratchets;
        GET /api/v1/repos/<int:identifier>/ratchets/<ratchet:name>;
        GET /api/v1/repos/<int:identifier>/ratchets/journal; GET /api/v1/repos/<int:identifier>/flaky;
        GET /api/v1/repos/<int:identifier>/reports/<period>; GET /api/v1/repos/<int:identifier>/reports/<period>.html;
        GET /api/v1/repos/<int:identifier>/bring; GET /api/v1/jobs/<int:identifier>;
        GET /api/v1/jobs/<int:identifier>/findings; GET /api/v1/jobs/<int:identifier>/tests;
        GET /api/v1/repos/<int:identifier>/findings; GET /api/v1/repos/<int:identifier>/tests;
        GET /api/v1/repos/<int:identifier>/metrics; GET /api/v1/repos/<int:identifier>/metrics.csv;
        GET /api/v1/repos/<int:identifier>/feed.json; GET /repos/<int:identifier>/commits/<sha>;
        GET /jobs/<int:identifier>/findings; GET /jobs/<int:identifier>/tests; GET /jobs/<int:identifier>/log/more;
        GET /jobs/<int:identifier>/log.txt; GET /runs/<int:identifier>/files;
        GET /runs/<int:identifier>/source/<path:path>;
        GET /repos/<int:identifier>/grid; GET /repos/<int:identifier>/branches; GET /repos/<int:identifier>/trends;
        GET /repos/<int:identifier>/trends/<path:name>; GET /repos/<int:identifier>/tests;
        GET /repos/<int:identifier>/tests/history""",
    "act/": """
        POST /repos/<int:identifier>/scan;
        POST /runs/<int:identifier>/rerun; POST /runs/<int:identifier>/cancel; POST /repos/<int:identifier>/run;
        POST /api/v1/trigger/<int:identifier>; POST /api/v1/repos/<int:identifier>/scan;
        POST /api/v1/runs/<int:identifier>/cancel; POST /api/v1/runs/<int:identifier>/rerun;
        DELETE /api/v1/repos/<int:identifier>/backfill""",
    "admin/": """
        GET /settings/repositories/<int:identifier>; POST /settings/repositories/<int:identifier>/remove;
        POST /settings/repositories/<int:identifier>/badge;
        POST /settings/repositories/<int:identifier>/badge/revoke;
        POST /repos/<int:identifier>/ratchets/acts;
        POST /repos/<int:identifier>/waive; POST /repos/<int:identifier>/tests/forgive;
        DELETE /api/v1/repos/<int:identifier>; POST /api/v1/repos/<int:identifier>/ratchets/acts;
        DELETE /api/v1/repos/<int:identifier>/flaky; POST /api/v1/repos/<int:identifier>/bring;
        DELETE /api/v1/repos/<int:identifier>/bring; POST /api/v1/repos/<int:identifier>/badge;
        DELETE /api/v1/repos/<int:identifier>/badge""",
    "admin": """
        GET /settings/users; POST /settings/users; GET /settings/users/<int:identifier>;
        POST /settings/users/<int:identifier>; POST /settings/users/<int:identifier>/remove;
        POST /settings/users/<int:identifier>/sessions/end; POST /settings/repositories;
        POST /settings/configuration; POST /settings/configuration/unset; GET /settings/storage;
        GET /settings/storage/sizes; POST /settings/storage/prune; GET /settings/service; POST /settings/pause;
        POST /settings/resume; GET /settings/audit;
        POST /api/v1/repos; PUT /api/v1/config/<key>; DELETE /api/v1/config/<key>; POST /api/v1/pause;
        POST /api/v1/resume; POST /api/v1/prune; GET /api/v1/users; POST /api/v1/users;
        PUT /api/v1/users/<int:identifier>; DELETE /api/v1/users/<int:identifier>;
        DELETE /api/v1/users/<int:identifier>/sessions; GET /api/v1/audit""",
    "owner": """
        POST /api/v1/events""",
}
# What a rule means for each caller; those who are nobody are told apart below.
ALLOWED = 0
MEANING = {
    "public": {"reader": ALLOWED, "user": ALLOWED, "stranger": ALLOWED, "admin": ALLOWED},
    "known": {"reader": ALLOWED, "user": ALLOWED, "stranger": ALLOWED, "admin": ALLOWED},
    "read/": {"reader": ALLOWED, "user": ALLOWED, "stranger": 404, "admin": ALLOWED},
    "act/": {"reader": 403, "user": ALLOWED, "stranger": 404, "admin": ALLOWED},
    "admin/": {"reader": 403, "user": 403, "stranger": 404, "admin": ALLOWED},
    "admin": {"reader": 403, "user": 403, "stranger": 403, "admin": ALLOWED},
    "owner": {"reader": 403, "user": 403, "stranger": 403, "admin": 403},
}
NOBODY = ("anonymous", "revoked", "expired", "removed")
CALLERS = (*NOBODY, *MEANING["known"], "cross-origin")
UNSAFE = ("POST", "PUT", "DELETE")


def declared() -> dict[tuple[str, str], str]:
    """The rule of each method and path, by the list above."""
    return {
        (route.split()[0], route.split()[1]): rule
        for rule, routes in RULES.items()
        for route in routes.split(";")
        if route.strip()
    }


def routes(team: Team) -> Iterator[tuple[str, str]]:
    """Every method and path of the application."""
    for rule in team.app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, rule.rule


def test_every_route_has_a_rule_here(shared_team: Team) -> None:
    found = set(routes(shared_team))
    assert found - set(declared()) == set(), "new routes: say above who may use them"
    assert set(declared()) - found == set(), "these are gone"


def expected(rule: str, caller: str, method: str, path: str) -> int:
    """The status that a caller is to be answered, or ALLOWED."""
    if caller == "cross-origin":
        return 403 if method in UNSAFE or path.startswith("/api/") or path == "/metrics" else ALLOWED
    if caller in NOBODY:
        return ALLOWED if rule == "public" else 401
    return MEANING[rule][caller]


def made(path: str) -> str:
    """A path that names what is there, in the repository that was assigned."""
    names = {"sha": "1" * 40, "name": "pylint.score", "key": "flaky", "token": "guessed", "filename": "style.css"}
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda match: names.get(match[1], "1"), path)


@pytest.mark.parametrize(
    ("caller", "via"), [*((one, "key") for one in CALLERS), *((one, "session") for one in MEANING["known"])]
)
def test_every_route_answers_as_its_rule_says(shared_team: Team, caller: str, via: str) -> None:
    headers = {}
    if via == "session":
        headers = {"Cookie": shared_team.cookie(caller)}
    elif caller == "cross-origin":
        headers = {
            "Cookie": shared_team.cookie("admin"),
            "Origin": "http://evil.example",
            "Sec-Fetch-Site": "cross-site",
        }
    elif caller != "anonymous":
        headers = shared_team.bearer(caller)
    wrong = {}
    for (method, path), rule in declared().items():
        if path in ("/logout", "/logout-everywhere") and caller in MEANING["known"]:
            continue  # of what they do there are tests of their own
        answer = shared_team.ask(method, f"{made(path)}?no-such-parameter=1", headers).status_code
        wanted = expected(rule, caller, method, path)
        if not _is_right(answer, wanted, method, path):
            wrong[method, path] = (answer, wanted or "allowed")
    assert wrong == {}


def _is_right(answer: int, wanted: int, method: str, path: str) -> bool:
    if wanted != ALLOWED:
        return answer == wanted
    if path.startswith("/api/") or path == "/metrics":
        return answer == 400  # past the guards, and refused for the parameter
    if (method, path) == ("POST", "/login") or path == "/login/<token>":
        return answer == 403  # a guessed link and a wrong key open nothing
    # Pages and forms refuse it, or pass it over; its file is not there, and a guessed token shows nothing.
    return answer in (200, 400) or (
        path in ("/jobs/<int:identifier>/log", "/badges/<token>/<name>.svg") and answer == 404
    )


def test_a_route_that_declares_nothing_is_refused_for_everybody(team: Team) -> None:
    team.app.add_url_rule("/api/v1/forgotten", "forgotten", lambda: "secret", methods=["GET", "POST"])
    for name in MEANING["known"]:
        for method in ("GET", "POST"):
            answer = team.ask(method, "/api/v1/forgotten", team.bearer(name))
            assert answer.status_code == 403
            assert "secret" not in answer.text
    assert team.as_owner("GET", "/api/v1/forgotten").status_code == 403


def test_what_one_may_not_see_is_not_there(shared_team: Team) -> None:
    for (method, path), rule in declared().items():
        if not rule.endswith("/") or not path.startswith("/api/"):
            continue
        hidden_path, missing_path = (re.sub(r"/1(?=/|$)", f"/{number}", made(path), count=1) for number in (2, 999))
        for headers in (
            shared_team.bearer("reader"),
            shared_team.bearer("user"),
            {"Cookie": shared_team.cookie("user")},
        ):
            hidden, missing = (shared_team.ask(method, one, headers) for one in (hidden_path, missing_path))
            assert (hidden.status_code, hidden.json) == (404, missing.json), path


def test_the_owner_at_the_socket_may_do_everything(shared_team: Team) -> None:
    for (method, path), rule in declared().items():
        if path.startswith("/api/") and rule != "owner":
            answer = shared_team.as_owner(method, f"{made(path)}?no-such-parameter=1")
            assert answer.status_code == 400, path
    assert shared_team.as_owner("POST", "/api/v1/events").status_code == 503  # there is no daemon here


@pytest.mark.parametrize(
    ("rule", "of"), [("nobody", ""), ("", ""), ("read", "thing"), ("read", "Run"), ("thing", "run")]
)
def test_a_rule_that_is_none_is_a_mistake_at_once(rule: str, of: str) -> None:
    with pytest.raises(ValueError, match=f"{rule} of {of}"):
        access(rule, of)


def test_what_one_may_not_do_is_told_with_the_role_that_it_takes(shared_team: Team) -> None:
    refused = shared_team.ask("POST", "/api/v1/repos/1/scan", shared_team.bearer("reader")).json
    assert refused["title"] == "that takes the role 'user'; reader is 'read-only'"
    assert "is no user here" in shared_team.ask("GET", "/api/v1/me", uid=65534).json["title"]
