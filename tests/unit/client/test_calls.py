"""Listings part by part, and answers that are not sent again."""

import itertools
import json

import pytest

from fullautoci.client import Client, HttpTransport, ServerError
from fullautoci.client.refusals import content
from fullautoci.errors import NotFoundError, UsageError
from tests.support.odd_server import OddServer, answer


def part(items: list[int], *headers: str) -> bytes:
    return answer(200, json.dumps(items).encode(), *headers)


def listing(*parts: bytes) -> tuple[list[object], list[str]]:
    """What a listing has, and the paths that were asked for."""
    with OddServer(parts) as server, Client(HttpTransport(server.url)) as client:
        found: list[object] = list(client.every_run(repository=1, branch="a&b"))
    return found, [request.split(b" ")[1].decode() for request in server.requests]


def test_all_parts_are_gone_through_with_the_same_filters() -> None:
    found, paths = listing(
        part([1, 2], 'Link: </api/v1/runs?repository=1&cursor=ab%2Fc>; rel="next"'),
        part([3], "LINK: <?cursor=d>; title=x; rel=next"), part([]),
    )  # fmt: skip
    assert found == [1, 2, 3]
    base = "/api/v1/runs?repository=1&branch=a%26b"
    assert paths == [base, f"{base}&cursor=ab%2Fc", f"{base}&cursor=d"]


@pytest.mark.parametrize(
    "link",
    [
        'Link: </x?cursor=1>; rel="prev"', "Link: </x>; rel=next", "Link: nonsense", "Link: <", "X: y",
        'Link: </x?cursor=1>; rel="nextish"', "Link: <http://[::1?cursor=1>; rel=next",
        'Link: </x?cursor=1>; title="a", </y>; rel="next"',
    ],
)  # fmt: skip
def test_without_a_next_part_that_is_all(link: str) -> None:
    assert listing(part([1], link))[0] == [1]


def test_a_link_elsewhere_does_not_lead_there() -> None:
    with OddServer([part([666])]) as elsewhere:
        found, paths = listing(part([1], f'Link: <{elsewhere.url}/api/v1/runs?cursor=2>; rel="next"'), part([2]))
        assert (found, len(paths), elsewhere.connections) == ([1, 2], 2, 0)


def test_a_listing_that_goes_round_ends() -> None:
    assert listing(part([1], 'Link: </x?cursor=1>; rel="next"'))[0] == [1, 1]


def test_a_listing_is_asked_for_as_it_is_gone_through() -> None:
    with OddServer([part([1, 2], 'Link: </x?cursor=1>; rel="next"'), part([3])]) as server:
        with Client(HttpTransport(server.url)) as client:
            assert list(itertools.islice(client.jobs(), 2)) == [1, 2]
        assert len(server.requests) == 1


def test_no_listing_is_told() -> None:
    for body in (b"{}", b'"x"', b"3"):
        with OddServer([answer(200, body)]) as server, Client(HttpTransport(server.url)) as client:
            users = client.users()
            with pytest.raises(ServerError):
                list(users)


def test_where_there_is_no_service_the_address_is_told_of() -> None:
    for body in (b"", b"<h1>Not Found</h1>"):
        with OddServer([answer(404, body)]) as server, Client(HttpTransport(f"{server.url}/sub")) as client:
            with pytest.raises(NotFoundError, match="404: no Full Auto CI is there") as caught:
                client.status()
            assert "it has no path" in caught.value.hint
            assert server.requests[0].startswith(b"GET /sub/api/v1/status ")
    with OddServer([answer(404, b'{"title": "there is no such run"}')]) as server:
        with Client(HttpTransport(server.url)) as client, pytest.raises(NotFoundError, match="such run") as caught:
            client.run(1)
        assert caught.value.hint == ""


def test_what_is_the_same_is_not_sent_again() -> None:
    first = answer(200, b'{"id": 1}', 'etag: "a"')
    with OddServer([first, answer(304), answer(200, b'{"id": 2}')]) as server, Client(HttpTransport(server.url)) as one:
        assert [one.run(1)["id"] for _ in range(3)] == [1, 1, 2]
        assert [b'If-None-Match: "a"' in request for request in server.requests] == [False, True, True]


def test_few_answers_are_kept() -> None:
    with OddServer([answer(200, b'{"id": 1}', 'ETag: "a"')]) as server, Client(HttpTransport(server.url)) as client:
        for number in range(100):
            client.run(number)
        client.run(0)
        assert b"If-None-Match" not in server.requests[-1]
        client.run(99)
        assert b"If-None-Match" in server.requests[-1]


def test_a_name_with_a_slash_stays_one_part_of_the_path() -> None:
    with OddServer([answer(200, b"{}")]) as server, Client(HttpTransport(server.url)) as client:
        client.ratchet(1, "a/b?c#d")
        client.event("../x")
    assert [request.split(b" ")[1] for request in server.requests] == [
        b"/api/v1/repos/1/ratchets/a%2Fb%3Fc%23d", b"/api/v1/events/..%2Fx",
    ]  # fmt: skip
    with pytest.raises(UsageError):
        client.runs(branch="a\0b")


def test_no_body_is_no_content() -> None:
    from fullautoci.client import Answer

    assert content(Answer(204, {}, b"")) is None
