"""Answers over TCP are compressed, where they are text of some length and whoever asks reads that (RFC 9110, 12.5.3).

No page holds a secret beside what others may have written into it, so its length tells nothing of one (BREACH).
"""

import gzip

from flask import Flask, g, request
from werkzeug.wrappers import Response

LEAST = 1_000
LEVEL = 4
KINDS = ("text/", "application/json", "application/problem+json", "image/svg+xml", "application/javascript")


def install(app: Flask) -> None:
    """Compress what is worth it."""

    @app.after_request
    def compress(response: Response) -> Response:
        if not _is_worth_it(response):
            return response
        response.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"] <= 0 or "Range" in request.headers:
            return response
        response.direct_passthrough = False
        data = response.get_data()
        if len(data) < LEAST:
            return response
        response.set_data(gzip.compress(data, LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        tag, _ = response.get_etag()
        if tag is not None:
            response.set_etag(tag, weak=True)  # the same content, in other bytes
        return response


def _is_worth_it(response: Response) -> bool:
    caller = g.get("caller")
    is_stream = response.is_streamed and not response.direct_passthrough
    return (
        response.status_code == 200
        and not is_stream
        and "Content-Encoding" not in response.headers
        and response.headers.get("Cache-Control") != "no-store"
        and (response.mimetype or "").startswith(KINDS)
        and (caller is None or caller.via != "socket")
    )
