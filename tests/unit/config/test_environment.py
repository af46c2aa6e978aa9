"""What may be said of an environment, and what is told of what may not."""

import pytest

from fullautoci.config.load import parse
from fullautoci.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "kind", "told"),
    [
        ("", "auto", {}),
        ("environment: host", "host", {"network": "on"}),
        ("environment: {nix: {shell: ci}}", "nix", {"shell": "ci", "tools": "project", "timeout": 1800}),
        ("environment: {nix: }", "nix", {"shell": None}),
        ("environment: {nix: {tools: fullautoci, timeout: 1h}}", "nix", {"tools": "fullautoci", "timeout": 3600}),
        ("environment: docker", "docker", {"image": None, "file": "Dockerfile", "pull": "missing", "network": "off"}),
        ("environment: {docker: {image: 'a.b/c:d@sha256:ef', network: on}}", "docker", {"network": "on"}),
        ("environment: {docker: {memory: 512M, cpus: 1.5}}", "docker", {"memory": 512 << 20, "cpus": 1.5}),
        ("environment: {venv: {extras: [], groups: [ci], lock: off}}", "venv", {"extras": [], "lock": "off"}),
    ],
)
def test_what_may_be_said(text: str, kind: str, told: dict[str, object]) -> None:
    found = parse(text.encode()).environment
    assert found.kind == kind
    options = found.options()
    assert {name: options[name] for name in told} == told


def test_several_interpreters_are_variants() -> None:
    assert parse(b"environment: {venv: {python: ['3.11', 3.13]}}").environment.pythons() == ("3.11", "3.13")
    assert parse(b"environment: {venv: {python: 3.12}}").environment.pythons() == ("3.12",)
    assert parse(b"environment: {venv: {python: [3.10, '3.9']}}").environment.pythons() == ("3.10", "3.9")
    assert parse(b"environment: venv").environment.pythons() == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("environment: moon", "1:14: environment: one of auto, nix, docker, venv, host is expected"),
        ("environment: [nix]", "one of auto, nix"),
        ("environment: {}", "one kind of environment is expected"),
        ("environment: {nix: {}, venv: {}}", "one kind of environment is expected"),
        ("environment: {nixx: {}}", "unknown key 'nixx'"),
        ("environment: {nix: {shel: ci}}", "unknown key 'shel'"),
        ("environment: {nix: {shell: '--impure'}}", "1:28"),
        ("environment: {nix: {shell: 'a b'}}", "it is not of the form"),
        ("environment: {nix: {shell: 'a#b'}}", "it is not of the form"),
        ("environment: {docker: {image: '--privileged x'}}", "it is not of the form"),
        ("environment: {docker: {image: 'a\\nb'}}", "it is not of the form"),
        ("environment: {docker: {file: ../Dockerfile}}", "below the repository's top"),
        ("environment: {docker: {memory: 5}}", "at least 1M"),
        ("environment: {docker: {cpus: .inf}}", "1024 is the most there can be"),
        ("environment: {docker: {processes: 1}}", "10 is the least there can be"),
        ("environment: {docker: {pull: sometimes}}", "'never', 'missing' or 'always'"),
        ("environment: {venv: {python: 3.1}}", "write '3.10', with quotes"),
        ("environment: {venv: {python: '3.x'}}", "a Python version such as"),
        ("environment: {venv: {python: true}}", "a Python version such as"),
        ("environment: {venv: {python: []}}", "needs at least 1"),
        ("environment: {venv: {python: ['3.11', '3.11']}}", "stands here twice"),
        ("environment: {venv: {extras: ['a;b']}}", "it is not of the form"),
        ("environment: {venv: {requirements: [/etc/passwd]}}", "below the repository's top"),
        ("environment: {host: {network: 1}}", "'on' or 'off'"),
    ],
)
def test_what_may_not_is_an_error_with_its_place(text: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text.encode())
    assert ".fullautoci.yml:1:" in caught.value.message
    assert words in caught.value.message


def test_the_nearest_key_is_named() -> None:
    with pytest.raises(ConfigError) as caught:
        parse(b"environment: {docker: {imag: x}}")
    assert "did you mean 'image'?" in caught.value.hint
