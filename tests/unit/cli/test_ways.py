"""Which service the environment names, and that its key is handed to no program."""

import os
from pathlib import Path

import pytest

from fullautoci.cli.ways import elsewhere, way
from fullautoci.errors import UsageError

KEY = "fac_abcdefghjkmn_0123456789012345678901234567890123456789abc"


def test_ones_own_service_is_meant_where_nothing_is_said() -> None:
    assert way({}) is None
    assert way({"FULLAUTOCI_KEY": KEY}) is None
    assert elsewhere({}) == ""


def test_a_key_is_taken_out_of_the_environment() -> None:
    environ = {"FULLAUTOCI_URL": "http://127.0.0.1:1", "FULLAUTOCI_KEY": f" {KEY}\n"}
    found = way(environ)
    assert found is not None
    assert (found.place, found.here) == ("http://127.0.0.1:1", False)
    assert "FULLAUTOCI_KEY" not in environ
    assert KEY not in repr(found)
    assert elsewhere(environ) == "FULLAUTOCI_URL"


def test_a_socket_is_on_this_machine() -> None:
    found = way({"FULLAUTOCI_SOCKET": "/run/x\x1b[31m"})
    assert found is not None
    assert (found.place, found.here) == ("/run/x", True)
    assert elsewhere({"FULLAUTOCI_SOCKET": "/run/x"}) == "FULLAUTOCI_SOCKET"


@pytest.mark.parametrize(
    "environ",
    [
        {"FULLAUTOCI_URL": "https://ci.example.org"},
        {"FULLAUTOCI_URL": "https://ci.example.org", "FULLAUTOCI_KEY": ""},
        {"FULLAUTOCI_URL": "https://ci.example.org", "FULLAUTOCI_SOCKET": "/x"},
        {"FULLAUTOCI_URL": "https://ci.example.org", "FULLAUTOCI_KEY": KEY, "FULLAUTOCI_KEY_FILE": "/x"},
        {"FULLAUTOCI_URL": "https://ci.example.org", "FULLAUTOCI_KEY_FILE": "/x\0"},
        {"FULLAUTOCI_URL": "https://ci.example.org", "FULLAUTOCI_KEY": KEY, "FULLAUTOCI_CA_FILE": "/none"},
        {"FULLAUTOCI_URL": "http://ci.example.org", "FULLAUTOCI_KEY": KEY},
    ],
    ids=str,
)  # fmt: skip
def test_what_contradicts_itself_is_refused_without_the_key(environ: dict[str, str]) -> None:
    with pytest.raises(UsageError) as caught:
        way(environ)
    assert KEY not in caught.value.message + caught.value.hint


@pytest.mark.parametrize("said", ["", " \n"], ids=ascii)
@pytest.mark.parametrize("name", ["URL", "SOCKET", "KEY", "KEY_FILE", "CA_FILE"])
def test_what_is_set_and_empty_does_not_mean_ones_own_service(name: str, said: str) -> None:
    whole = {"FULLAUTOCI_URL": "https://ci.example.org", "FULLAUTOCI_KEY": KEY}
    for environ in ({f"FULLAUTOCI_{name}": said}, {**whole, f"FULLAUTOCI_{name}": said}):
        with pytest.raises(UsageError, match=f"^FULLAUTOCI_{name} is set and empty$"):
            way(environ)


def test_a_key_of_somebody_elses_file_is_not_used(tmp_path: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("only root can give a file to somebody else")
    file = tmp_path / "key"
    file.write_text(KEY)
    file.chmod(0o600)
    os.chown(file, 1, 1)
    with pytest.raises(UsageError, match="others may read"):
        way({"FULLAUTOCI_URL": "https://ci.example.org", "FULLAUTOCI_KEY_FILE": str(file)})


def test_a_key_is_taken_out_of_the_environment_whoever_it_is_for() -> None:
    for environ in ({"FULLAUTOCI_KEY": KEY}, {"FULLAUTOCI_KEY": KEY, "FULLAUTOCI_SOCKET": "/run/x.sock"}):
        way(environ)
        assert KEY not in environ.values()
