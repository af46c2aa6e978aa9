"""The page of the API."""

from typing import Any

from flask import Blueprint, make_response, render_template

from fullautoci.web.access import access

# What draws it has icons within its style.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def install(pages: Blueprint) -> None:
    """Add the route."""

    @pages.get("/docs/api")
    @access("known")
    def api_docs() -> Any:
        """The API, to be looked through and tried."""
        response = make_response(render_template("api.html"))
        response.headers["Content-Security-Policy"] = POLICY
        return response
