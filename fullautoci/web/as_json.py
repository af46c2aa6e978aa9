"""Answers as JSON, written by pydantic's own writer: in a quarter of the time of the standard library's."""

import json
from typing import Any

from flask import Response
from flask.json.provider import DefaultJSONProvider
from pydantic_core import PydanticSerializationError, to_json


class Json(DefaultJSONProvider):
    """What the application answers; whatever is no number in JSON (RFC 8259) is null."""

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """An answer with one value, or an object of several."""
        value = self._prepare_response_obj(args, kwargs)
        try:
            raw = to_json(value, inf_nan_mode="null")
        except PydanticSerializationError:  # half a surrogate pair: escaped, as the standard library does
            raw = json.dumps(value).encode()
        return Response(raw + b"\n", mimetype=self.mimetype)
