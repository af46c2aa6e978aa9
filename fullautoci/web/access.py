"""Who may do what: every view declares its rule, and a view that declares none is refused.

Rules, each of which includes those who may do more:

- `public`: anybody, for the login page, static files, and what a token in the path opens;
- `known`: whoever has shown who they are;
- `read`: who may see the repository of the thing that is named;
- `act`: a user who may see it, and may have things run;
- `admin`: for what is code, policy, or about users;
- `owner`: whoever runs the daemon, at its Unix socket.

A thing of a repository that one may not see is not there: 404, with the words for what does not exist.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response

from fullautoci.store import users, whose
from fullautoci.web import callers, limits, origins
from fullautoci.web.callers import PEER_UID, Caller
from fullautoci.web.services import Services

RULES = ("public", "known", "read", "act", "admin", "owner")
ROLES = {
    "known": users.READ_ONLY, "read": users.READ_ONLY, "act": users.USER, "admin": users.ADMIN, "owner": users.ADMIN,
}  # fmt: skip

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Access:
    """A view's rule.

    Attributes:
        rule: one of `RULES`.
        of: what the view's `identifier` names, one of `whose.KINDS`; empty: nothing that belongs to a repository.
    """

    rule: str
    of: str = ""

    def __post_init__(self) -> None:
        if self.rule not in RULES or self.of not in ("", *whose.KINDS):
            raise ValueError(f"{self.rule} of {self.of}")


def access(rule: str, of: str = "") -> Callable[[View], View]:
    """Declare a view's rule, as `Access` has it."""
    declaration = Access(rule, of)

    def declare(view: View) -> View:
        view.access = declaration  # type: ignore[attr-defined]
        return view

    return declare


def install(app: Flask, services: Services, hosts: Callable[[], Collection[str]]) -> None:
    """Put the checks before every request: Host, where it comes from, who asks, and whether they may."""

    @app.before_request
    def check() -> Response | None:
        by_tcp = request.environ.get(PEER_UID) is None
        if by_tcp:
            origins.check_host(hosts())
            origins.check_origin()
        caller = callers.identify(services)
        if caller is not None:
            g.caller = caller
        elif g.get("credential"):
            limits.count_failure()
        limits.count_request()
        return _check_rule(services)


def _check_rule(services: Services) -> Response | None:
    declared = declared_by(request.endpoint)
    if declared is not None and declared.rule == "public":
        return None
    caller: Caller | None = g.get("caller")
    if caller is None:
        return unknown()
    if request.endpoint is None:
        return None  # there is no such path or method: that is said by Flask
    if declared is None:
        abort(403, "nobody may do that")
    if declared.of and caller.repositories is not None:
        _must_see(services, caller, declared.of)
    caller.must_be(ROLES[declared.rule])
    if declared.rule == "owner":
        caller.must_be_at_the_socket()
        if not caller.owner:
            abort(403, "that is for whoever runs the daemon")
    return None


def declared_by(endpoint: str | None) -> Access | None:
    """The rule that an endpoint's view declares; None: it declares none, or there is no such view."""
    if endpoint == "static":
        return Access("public")
    found = getattr(current_app.view_functions.get(endpoint or ""), "access", None)
    return found if isinstance(found, Access) else None


def _must_see(services: Services, caller: Caller, kind: str) -> None:
    with services.reading() as connection:
        repository = whose.repository_of(connection, kind, int((request.view_args or {})["identifier"]))
    if repository is None or not caller.sees(repository):
        raise whose.nothing(kind)


def unknown() -> Response:
    """The answer to whoever has not shown who they are."""
    if origins.is_api(request.path):
        wrong = g.get("credential", False)
        parameters: dict[str, str | None] = {"realm": "Full Auto CI", **({"error": "invalid_token"} if wrong else {})}
        said = "that key opens nothing" if wrong else "a key is needed: 'Authorization: Bearer fac_…'"
        raise Unauthorized(said, www_authenticate=WWWAuthenticate("bearer", parameters))
    return current_app.make_response((current_app.jinja_env.get_template("login.html").render(), 401))
