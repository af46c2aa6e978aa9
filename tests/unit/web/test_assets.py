"""Static files are kept for good under addresses of their content; answers over TCP are compressed."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from fullautoci.web.assets import STATIC, asset
from tests.unit.web.guards.team import Team


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    made = Team(tmp_path)
    yield made
    made.close()


def test_every_asset_that_a_page_names_is_there_and_is_kept(team: Team) -> None:
    page = team.ask("GET", "/", team.bearer("admin")).text
    named = set(re.findall(r'"(/static/[^"]+)"', page))
    assert len(named) > 8
    for path in named:
        answer = team.ask("GET", path)
        assert answer.status_code == 200, path
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert team.ask("GET", "/static/style.css").headers["Cache-Control"] != "public, max-age=31536000, immutable"


def test_an_asset_does_not_depend_on_who_asks(team: Team) -> None:
    cookie = {"Cookie": team.cookie("admin")}
    assert "Set-Cookie" in team.ask("GET", "/", cookie).headers
    answer = team.ask("GET", asset("style.css"), cookie)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers, "a cookie that is another one every second"
    assert "Cookie" not in answer.headers["Vary"].replace(" ", "").split(",")


def test_an_address_changes_with_its_content_alone() -> None:
    assert asset("style.css") == asset("style.css")
    assert asset("style.css").partition("?")[2] != asset("parts.css").partition("?")[2]
    with pytest.raises(FileNotFoundError):
        asset("../app.py.not")


def test_no_asset_names_a_place_elsewhere() -> None:
    own = [path for path in STATIC.rglob("*") if path.suffix in (".css", ".js") and "vendor" not in path.parts]
    assert own
    for path in own:
        assert not re.search(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}/", path.read_text()), path
        assert "sourceMappingURL" not in path.read_text()


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [("gzip", True), ("gzip, br", True), ("*", True), ("gzip;q=0", False), ("br", False), ("", False)],
)
def test_a_page_is_compressed_where_that_is_read(team: Team, asked: str, wanted: bool) -> None:
    headers = {**team.bearer("admin"), "Accept-Encoding": asked}
    plain = team.ask("GET", "/", team.bearer("admin"))
    answer = team.ask("GET", "/", headers)
    assert (answer.headers.get("Content-Encoding") == "gzip") is wanted
    assert "Accept-Encoding" in answer.headers["Vary"]
    said = gzip.decompress(answer.data) if wanted else answer.data
    assert said == plain.data
    again = team.ask("GET", "/", {**headers, "If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_what_is_short_secret_or_at_the_socket_is_not_compressed(team: Team) -> None:
    headers = {"Accept-Encoding": "gzip"}
    assert "Content-Encoding" not in team.ask("GET", "/live", {**team.bearer("admin"), **headers}).headers
    made = team.ask("POST", "/api/v1/keys", {**team.bearer("admin"), **headers}, json={"label": "x" * 100})
    assert made.status_code == 201
    assert "Content-Encoding" not in made.headers
    assert "Content-Encoding" not in team.as_owner("GET", "/", headers=headers).headers
