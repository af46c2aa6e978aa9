"""What sections of the settings share."""

from typing import Any

from flask import make_response
from werkzeug.wrappers import Response

from fullautoci.web.api.common import caller
from fullautoci.web.dashboard.rights import may
from fullautoci.web.dashboard.shown import page
from fullautoci.web.operation import OPERATIONS, done

# The path behind `/settings`, the name, and who may see it.
SECTIONS = (
    ("", "Account", "read-only"), ("/repositories", "Repositories", "read-only"),
    ("/configuration", "Configuration", "read-only"), ("/tools", "Tools", "read-only"), ("/users", "Users", "admin"),
    ("/storage", "Storage", "admin"), ("/service", "Service", "admin"), ("/audit", "Audit trail", "admin"),
)  # fmt: skip


def section(name: str, template: str, **values: Any) -> str:
    """A section's page, with links to those that whoever asks may see."""
    sections = [(path, title) for path, title, role in SECTIONS if caller().is_at_least(role)]
    return page(f"settings/{template}", sections=sections, here=name, may=may, **values)


def once(name: str, template: str, **values: Any) -> Response:
    """A page with a secret: it is shown this once, and kept nowhere."""
    response = make_response(section(name, template, **values))
    response.headers["Cache-Control"] = "no-store"
    return response


def do(name: str, **arguments: Any) -> Any:
    """Do what an operation of the API does, with its entry of the audit trail; whether one may is asked before."""
    return done(*OPERATIONS[name], arguments)
