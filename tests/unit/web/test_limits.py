"""How often one may ask, through a small application that knows its callers by a header."""

import gc
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from flask import Flask, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from fullautoci.config.dashboard import RequestLimits
from fullautoci.web import limits
from fullautoci.web.callers import Caller

Ask = Callable[..., TestResponse]


def made(settings: RequestLimits | None, address: str = "192.0.2.1") -> Ask:
    """An application that counts; what asks it, as a caller with a way in, with a key, or as nobody."""
    app = Flask(__name__)
    if settings is not None:
        limits.install(app, settings)

    @app.before_request
    def check() -> tuple[str, int] | None:
        name, _, via = request.headers.get("X-Caller", "").partition(" ")
        if name:
            identity = f"{via}:{name}"
            g.caller = Caller(1, name, "admin", None, via, identity, address, name == "owner")  # type: ignore[arg-type]
        elif request.headers.get("Authorization") or request.path in ("/login/x", "/typed"):
            limits.count_failure()
        limits.count_request()
        return None if name else ("who are you?", 401)

    app.register_error_handler(HTTPException, lambda error: (str(error.description), error.code or 500))
    app.add_url_rule("/", view_func=lambda: "here")
    client = app.test_client()

    def ask(path: str = "/", caller: str = "", peer: str = address, **headers: str) -> TestResponse:
        told: Mapping[str, str] = {**({"X-Caller": caller} if caller else {}), **headers}
        return client.get(path, headers=dict(told), environ_overrides={"REMOTE_ADDR": peer})

    return ask


FEW = RequestLimits(requests=10, failures=3)


def statuses(ask: Ask, times: int, **how: str) -> list[int]:
    return [ask(**how).status_code for _ in range(times)]


def test_each_caller_has_as_many_requests_as_are_set_and_then_none() -> None:
    ask = made(FEW)
    assert statuses(ask, 13, caller="a key") == [200] * 10 + [429] * 3
    assert statuses(ask, 10, caller="b key") == [200] * 10
    assert statuses(ask, 10, caller="a session") == [200] * 10
    assert statuses(ask, 12) == [401] * 10 + [429] * 2  # whoever has not shown who they are counts by address
    assert statuses(ask, 10, peer="192.0.2.2") == [401] * 10


def test_what_is_not_there_is_counted_too() -> None:
    ask = made(FEW)
    assert statuses(ask, 11, path="/nothing", caller="a key") == [404] * 10 + [429]


def test_the_headers_say_how_much_is_left() -> None:
    ask = made(FEW)
    first = ask(caller="a key").headers
    assert (first["X-RateLimit-Limit"], first["X-RateLimit-Remaining"]) == ("10", "9")
    assert first["RateLimit-Policy"] == '"requests";q=10;w=60'
    left = int(first["RateLimit"].removeprefix('"requests";r=9;t='))
    assert 55 <= left <= 60
    assert 0 <= int(first["X-RateLimit-Reset"]) - int(time.time()) <= 60
    assert "Retry-After" not in first
    statuses(ask, 10, caller="a key")
    refused = ask(caller="a key")
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.text == f"more than 10 requests in a minute: try again in {refused.headers['Retry-After']} s"


def test_the_owner_at_the_socket_is_not_counted_and_others_there_are() -> None:
    ask = made(FEW)
    assert statuses(ask, 30, caller="owner socket") == [200] * 30
    assert "RateLimit" not in ask(caller="owner socket").headers
    assert statuses(ask, 11, caller="1000 socket") == [200] * 10 + [429]
    assert statuses(ask, 11, caller="owner session") == [200] * 10 + [429]


def test_what_it_takes_is_loaded_when_it_is_needed() -> None:
    program = """
import sys
from tests.unit.web.test_limits import FEW, made
ask = made(FEW)
assert ask(caller="owner socket").status_code == 200
assert not {"limits", "asyncio"} & set(sys.modules), "an idle daemon has it"
assert ask(caller="a key").status_code == 200
assert "limits" in sys.modules
"""
    folder = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_where_nothing_is_installed_nothing_is_counted() -> None:
    ask = made(None)
    assert statuses(ask, 50, caller="a key") == [200] * 50
    assert statuses(ask, 50, Authorization="Bearer wrong") == [401] * 50


@pytest.mark.parametrize(
    "how", [{"Authorization": "Bearer wrong"}, {"Authorization": "other"}, {"path": "/login/x"}], ids=str
)
def test_after_a_few_wrong_keys_an_address_may_not_try_more(how: dict[str, str]) -> None:
    ask = made(FEW)
    wrong = {"Authorization": "Bearer wrong"}
    assert statuses(ask, 3, **wrong) == [401] * 3
    refused = ask(**how)
    assert refused.status_code == 429
    assert refused.headers["RateLimit"].startswith('"failures";r=0;t=')
    assert "too many wrong keys" in refused.text
    assert statuses(ask, 1, caller="a key", Authorization="Bearer right") == [200]
    assert statuses(ask, 1, caller="a session") == [200]
    assert statuses(ask, 3, peer="192.0.2.2", **wrong) == [401] * 3


def test_what_turns_out_wrong_is_refused_then_too() -> None:
    ask = made(FEW)
    assert statuses(ask, 5, path="/typed") == [401] * 3 + [429] * 2


def test_a_request_that_shows_nothing_is_no_failure() -> None:
    ask = made(FEW)
    assert statuses(ask, 5) == [401] * 5
    assert ask(Authorization="Bearer wrong").status_code == 401


def test_after_a_minute_there_are_as_many_again(monkeypatch: pytest.MonkeyPatch) -> None:
    ask, now = made(FEW), time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now)
    statuses(ask, 4, Authorization="Bearer wrong")
    statuses(ask, 11, caller="a key")
    for later, expected in ((59.9, 429), (60.1, 200)):
        monkeypatch.setattr(time, "monotonic", lambda later=later: now + later)
        assert ask(caller="a key").status_code == expected
        assert (ask(Authorization="Bearer wrong").status_code == 429) is (expected == 429)


@pytest.mark.parametrize("jump", [-86400, 10 * 365 * 86400])
def test_a_clock_that_is_set_gives_and_takes_nothing(monkeypatch: pytest.MonkeyPatch, jump: int) -> None:
    ask = made(FEW)
    statuses(ask, 10, caller="a key")
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + jump)
    refused = ask(caller="a key")
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True), ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.9", "192.0.2.9", True), ("::ffff:192.0.2.9", "::ffff:192.0.2.8", False),
        ("unknown", "unknown", True), ("192.0.2.1", "192.0.2.2", False), ("", "", True),
    ],
)  # fmt: skip
def test_what_counts_as_one_address(one: str, other: str, same: bool) -> None:
    ask = made(FEW)
    assert statuses(ask, 11, peer=one) == [401] * 10 + [429]
    assert ask(peer=other).status_code == (429 if same else 401)


def test_requests_at_once_pass_no_more_often() -> None:
    ask, passed = made(RequestLimits(requests=50)), []

    def work() -> None:
        passed.extend(code for code in statuses(ask, 40, caller="a key") if code == 200)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(passed) == 50


def test_memory_is_bounded_whatever_names_arrive() -> None:
    from fullautoci.web.counters import MOST, BoundedStorage

    storage = BoundedStorage()
    for number in range(MOST):
        storage.incr(f"name {number}", 60)
    gc.collect()
    tracemalloc.start()
    for number in range(5 * MOST):
        storage.incr(f"other {number}", 60)
    grown = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert len(storage) == MOST
    assert grown < MOST * 400
    assert storage.get("name 0") == 0
    assert storage.get(f"other {5 * MOST - 1}") == 1


def test_the_store_does_what_the_library_asks_of_one() -> None:
    from fullautoci.web.counters import BoundedStorage

    storage = BoundedStorage(most=2)
    before = time.time()
    assert (storage.incr("a", 60), storage.incr("a", 60, 5), storage.incr("b", 60)) == (1, 6, 1)
    assert before + 59 < storage.get_expiry("a") < time.time() + 61
    assert before <= storage.get_expiry("nothing") <= time.time()
    assert storage.incr("c", 60) == 1  # the first goes
    assert [storage.get(name) for name in "abc"] == [0, 1, 1]
    storage.clear("b")
    assert (storage.get("b"), storage.check(), storage.reset(), storage.get("c")) == (0, True, 1, 0)


def test_all_of_this_machine_is_one_address() -> None:
    ask = made(FEW)
    assert [ask(peer=f"127.0.0.{n}", Authorization="Bearer wrong").status_code for n in range(1, 6)] == [401] * 3 + [
        429
    ] * 2


def test_asking_for_the_way_in_shuts_nobody_out() -> None:
    ask = made(FEW)
    assert statuses(ask, 12, path="/") == [401] * 10 + [429] * 2
    assert statuses(ask, 12, path="/login") == [401] * 12
