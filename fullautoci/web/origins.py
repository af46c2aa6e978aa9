"""Where a request comes from: by which name we were called, and on whose page it was made.

A page of another site that reached us under a name of its own (DNS rebinding) sends the wrong Host and nothing else
that would tell. One that sends requests from where it is (CSRF) is told by its browser: `Sec-Fetch-Site`
(https://www.w3.org/TR/fetch-metadata/), and `Origin` in those that lack it. Another port of this machine is another
origin, though the same site: its pages may send our cookie, which is strict about sites only.
"""

from collections.abc import Collection

from flask import abort, request

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
OWN = ("same-origin", "none")


def is_api(path: str) -> bool:
    """Whether a path is for programs: the API's, and what Prometheus asks for."""
    return path.startswith("/api/") or path == "/metrics"


def check_host(allowed: Collection[str]) -> None:
    """Refuse names that are not ours.

    Args:
        allowed: the values that the Host header may have, in lower case.
    """
    if request.environ.get("HTTP_HOST", "").lower() not in allowed:
        abort(400, "this Host is not served here")


def check_origin() -> None:
    """Refuse what another origin's page has sent: whatever changes something, and of the API reading too."""
    if request.method in SAFE_METHODS and not is_api(request.path):
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in OWN:
        abort(403, "requests from other sites are refused")
    origin = request.headers.get("Origin")
    if origin == "null" and site == "same-origin":
        return  # a form of a page that is to tell nobody where it was (Referrer-Policy), as the browser itself says
    if origin is not None and origin != f"{request.scheme}://{request.environ['HTTP_HOST'].lower()}":
        abort(403, "requests from other sites are refused")
