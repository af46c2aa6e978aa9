"""Static files, under addresses that change with what is in them, so that a browser need never ask twice."""

import functools
import hashlib
from pathlib import Path

from flask import Flask, request
from werkzeug.wrappers import Response

STATIC = Path(__file__).with_name("static")
FOR_GOOD = "public, max-age=31536000, immutable"


@functools.cache
def asset(name: str) -> str:
    """The address of a static file.

    Raises:
        FileNotFoundError: there is none of that name.
    """
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={digest}"


def install(app: Flask) -> None:
    """Have browsers keep what has such an address."""

    @app.after_request
    def keep(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code == 200 and "v" in request.args:
            response.headers["Cache-Control"] = FOR_GOOD
        return response
