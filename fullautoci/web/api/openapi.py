"""The API about itself."""

from typing import Any

from flask import Blueprint, Flask, current_app

from fullautoci.web import openapi
from fullautoci.web.operation import operation

_EXTENSION = "fullautoci.openapi"


def install(api: Blueprint) -> None:
    """Add the route."""

    @api.get("/openapi.json")
    @operation("known", answer=dict[str, Any])
    def get_openapi() -> Any:
        """This document: the API in OpenAPI 3.1."""
        return document(current_app)


def document(app: Flask) -> dict[str, Any]:
    """An application's document, made when it is first asked for."""
    if _EXTENSION not in app.extensions:
        app.extensions[_EXTENSION] = openapi.document(app)
    found: dict[str, Any] = app.extensions[_EXTENSION]
    return found
