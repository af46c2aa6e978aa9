#!/bin/sh
# What `make demo` does: a sample repository, init, a commit, its results, and the dashboard's address.
# Everything is in one temporary folder, the daemon's home included; nothing of yours is touched.
set -eu

folder=${DEMO_FOLDER:-$(mktemp -d "${TMPDIR:-/tmp}/fullautoci-demo.XXXXXX")}
export FULLAUTOCI_HOME="$folder/home"
export GIT_CONFIG_GLOBAL="$folder/gitconfig" GIT_CONFIG_NOSYSTEM=1
git config --global user.name 'A Developer'
git config --global user.email developer@example.org
git config --global init.defaultBranch main

say() { printf '\n\033[1m$ %s\033[0m\n' "$*"; "$@"; }

mkdir -p "$folder/sample/src/fizz" "$folder/sample/tests"
cd "$folder/sample"
cat >pyproject.toml <<'END'
[project]
name = "fizz"
version = "1.0"

[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[tool.pytest.ini_options]
testpaths = ["tests"]
END
cat >src/fizz/__init__.py <<'END'
"""Fizz and buzz."""


def fizz(number: int) -> str:
    """What to say for a number."""
    if number % 15 == 0:
        return "FizzBuzz"
    if number % 5 == 0:
        return "Buzz"
    if number % 3 == 0:
        return "Fizz"
    return str(number)
END
cat >tests/test_fizz.py <<'END'
import pytest

from fizz import fizz


@pytest.mark.parametrize(("number", "said"), [(1, "1"), (3, "Fizz"), (15, "FizzBuzz")])
def test_fizz(number, said):
    assert fizz(number) == said
END
git init --quiet
git add --all
git commit --quiet --message 'Fizz'

say fullautoci init
sed -i.bak 's/number % 5 == 0/number % 5 == False/' src/fizz/__init__.py
rm src/fizz/__init__.py.bak
say git commit --quiet --all --message 'Compare with False'
say fullautoci wait || true
say fullautoci history
say fullautoci dashboard --no-browser

printf '\nThe link works once, within a minute. Look around:\n\n'
printf '    export PATH=%s:$PATH FULLAUTOCI_HOME=%s\n' "$(dirname "$(command -v fullautoci)")" "$FULLAUTOCI_HOME"
printf '    cd %s\n    fullautoci status\n\n' "$folder/sample"
printf 'To end it: fullautoci daemon stop; rm -r %s\n' "$folder"
