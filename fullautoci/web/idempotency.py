"""The same request twice is done once: for a POST with a key of the caller's own, its first answer is given again.

As the IETF's draft has it (draft-ietf-httpapi-idempotency-key-header): while the first is being answered, a second is
refused with 409; with another body, with 422. Answers are kept for a day.
"""

import hashlib
import re
import threading
from collections.abc import Callable

from flask import current_app, g, request
from werkzeug.exceptions import BadRequest, Conflict, UnprocessableEntity
from werkzeug.wrappers import Response

from fullautoci.store import answers
from fullautoci.store.answers import Answer
from fullautoci.web.services import Services

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_FORM = re.compile(r"[\x21-\x7e]{1,255}")
_under_way: set[tuple[str, str]] = set()
_door = threading.Lock()


def once(secret: bool, answer: Callable[[], Response]) -> Response:
    """Answer a request, or give the answer that it had before.

    Args:
        secret: the answer holds a secret, which is shown once.
    """
    key = request.headers.get(HEADER)
    services: Services = current_app.extensions["services"]
    if request.method != "POST" or key is None or services.accounts is None:
        return answer()
    if not _FORM.fullmatch(key):
        raise BadRequest(f"{HEADER} is 1 to 255 printable characters")
    mine = (g.caller.identity, key)
    with _door:
        if mine in _under_way:
            raise Conflict(f"the request with this {HEADER} is being answered")
        _under_way.add(mine)
    try:
        return _known(services, mine) or _kept(services, mine, secret, answer())
    finally:
        with _door:
            _under_way.discard(mine)


def _known(services: Services, mine: tuple[str, str]) -> Response | None:
    with services.reading() as connection:
        known = answers.get(connection, *mine)
    if known is None:
        return None
    if known.request != _digest():
        raise UnprocessableEntity(f"this {HEADER} was used for another request")
    if not known.status:
        raise Conflict("that was done, and its answer held a secret, which is shown once")
    response = Response(known.body, known.status, mimetype="application/json" if known.body else None)
    response.headers[REPLAYED] = "true"
    return response


def _kept(services: Services, mine: tuple[str, str], secret: bool, response: Response) -> Response:
    if response.status_code < 300 and services.accounts is not None:
        kept = Answer(_digest(), 0, "") if secret else Answer(_digest(), response.status_code, response.get_data(True))
        services.accounts.keep_answer(*mine, kept)
    return response


def _digest() -> str:
    told = b"\0".join((request.method.encode(), request.full_path.encode("utf-8", "replace"), request.get_data()))
    return hashlib.sha256(told).hexdigest()
