"""Requests that other sites' pages have sent, and such as reached us under a name that is not ours."""

import itertools

import pytest

from tests.support.api.hosts import hostile
from tests.unit.web.guards.team import HOST, NAMED, Team

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH")
ORIGINS = (
    None, f"http://{HOST}", f"https://{HOST}", "http://evil.example", "http://127.0.0.1:1", "http://127.0.0.1", "null",
)  # fmt: skip
SITES = (None, "same-origin", "none", "same-site", "cross-site", "nonsense")
CREDENTIALS = ("nothing", "cookie", "bearer")
COMBINATIONS = list(itertools.product(METHODS, ORIGINS, SITES, CREDENTIALS))


def test_there_are_many_combinations() -> None:
    assert len(COMBINATIONS) >= 200


@pytest.fixture(scope="module")
def cookie(shared_team: Team) -> str:
    return shared_team.cookie("admin")


@pytest.mark.parametrize("credentials", CREDENTIALS)
def test_what_another_origin_sends_is_refused_whatever_it_brings(
    shared_team: Team, cookie: str, credentials: str
) -> None:
    wrong = {}
    for method, origin, site, _ in (one for one in COMBINATIONS if one[3] == credentials):
        headers = {"Cookie": cookie} if credentials == "cookie" else {}
        headers |= shared_team.bearer("admin") if credentials == "bearer" else {}
        headers |= {"Origin": origin} if origin else {}
        headers |= {"Sec-Fetch-Site": site} if site else {}
        for path in ("/api/v1/resume", "/"):
            answer = shared_team.ask(method, f"{path}?no-such-parameter=1", headers).status_code
            wanted = _wanted(method, path, origin, site, credentials)
            if answer != wanted:
                wrong[method, path, origin, site] = (answer, wanted)
    assert wrong == {}


def _wanted(method: str, path: str, origin: str | None, site: str | None, credentials: str) -> int:
    of_our_page = origin in (None, f"http://{HOST}") or (origin == "null" and site == "same-origin")
    ours = of_our_page and site in (None, "same-origin", "none")
    guarded = path.startswith("/api/") or method not in ("GET", "HEAD")
    if guarded and not ours:
        return 403
    if credentials == "nothing":
        return 401
    there = {"/api/v1/resume": ("POST",), "/": ("GET", "HEAD")}[path]
    if method not in there:
        return 405
    return 400  # past all guards, and refused for the parameter


@pytest.mark.parametrize("host", hostile(8765), ids=lambda host: repr(host[:30]))
def test_other_names_are_refused(shared_team: Team, cookie: str, host: str) -> None:
    for headers in ({}, {"Cookie": cookie}, shared_team.bearer("admin")):
        for method, path in (("GET", "/api/v1/me"), ("GET", "/"), ("GET", "/login"), ("POST", "/api/v1/resume")):
            answer = shared_team.ask(method, path, {**headers, "Host": host.encode().decode("latin-1")})
            assert answer.status_code == 400, path
            assert "evil" not in answer.text


def test_our_own_name_is_known_in_any_case(shared_team: Team) -> None:
    assert shared_team.ask("GET", "/login", {"Host": HOST.upper()}).status_code == 200


def test_our_own_page_is_ours_under_a_name_in_any_case(shared_team: Team, cookie: str) -> None:
    for host in (NAMED, NAMED.upper()):
        headers = {"Cookie": cookie, "Host": host, "Sec-Fetch-Site": "same-origin"}
        for origin, status in ((f"http://{NAMED}", 400), (f"http://{HOST}", 403)):
            answer = shared_team.ask("POST", "/api/v1/resume?no-such-parameter=1", {**headers, "Origin": origin})
            assert answer.status_code == status, (host, origin)


def test_another_sites_page_may_lead_here(shared_team: Team, cookie: str) -> None:
    headers = {"Cookie": cookie, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert shared_team.ask("GET", "/", headers).status_code == 200


def test_no_header_lets_another_site_read(shared_team: Team) -> None:
    answer = shared_team.ask("OPTIONS", "/api/v1/me", {**shared_team.bearer("admin"), "Origin": "http://evil.example"})
    assert answer.status_code == 403
    for method in ("GET", "OPTIONS"):
        answer = shared_team.ask(method, "/api/v1/me", shared_team.bearer("admin"))
        assert not [name for name, _ in answer.headers.to_wsgi_list() if name.startswith("Access-Control")]
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
