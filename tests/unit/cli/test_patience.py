"""Whoever waits for something waits out too many requests, and no longer than there is time."""

import time

import pytest

from fullautoci.cli.wait import patiently
from fullautoci.client import Client, HttpTransport, RateLimitError
from tests.support.odd_server import OddServer, answer

TOO_MANY = answer(429, b"", "Retry-After: 1")
RUN = answer(200, b'{"id": 3}')


def test_too_many_requests_are_waited_out() -> None:
    with OddServer([TOO_MANY, TOO_MANY, RUN]) as server, Client(HttpTransport(server.url)) as client:
        began = time.monotonic()
        assert patiently(lambda: client.run(3), None)["id"] == 3
        assert 2 <= time.monotonic() - began < 20
        assert len(server.requests) == 3


def test_not_beyond_the_time_that_was_given() -> None:
    with OddServer([answer(429, b"", "Retry-After: 50")]) as server, Client(HttpTransport(server.url)) as client:
        began = time.monotonic()
        with pytest.raises(RateLimitError):
            patiently(lambda: client.run(3), began + 20)
        assert time.monotonic() - began < 10
        assert len(server.requests) == 1
