"""The tables of keys in docs/configuration.md are as the schema has them."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fullautoci.config import keys, reference
from fullautoci.config.environment import EnvironmentSection
from fullautoci.config.schema import RepositoryFile
from fullautoci.config.service import ServiceFile

DOCS = Path(__file__).parents[3] / "docs" / "configuration.md"


def test_the_docs_are_up_to_date() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert reference.updated(text) == text, "'make docs' puts that right"
    assert re.findall(r"<!-- keys of (\w+) -->", text) == list(reference.TABLES)


@pytest.mark.parametrize("model", list(reference.TABLES.values()))
def test_every_key_stands_there_with_what_it_means(model: Any) -> None:
    found = list(reference.rows(model))
    assert len({key for key, *_ in found}) == len(found) > 5
    for key, meaning, value, default in found:
        assert re.fullmatch(r"`[\w.]+`", key)
        assert re.fullmatch(r"[A-Z`].*\.", meaning), f"{key}: {meaning}"
        assert "None" not in value + default
        assert value
        assert default


@pytest.mark.parametrize("model", [RepositoryFile, ServiceFile, EnvironmentSection])
def test_no_key_is_forgotten(model: Any) -> None:
    told = {key.strip("`") for key, *_ in reference.rows(model)}
    names = {"tools": {"NAME": {}}, "projects": {"NAME": {}}, "repositories": {"NAME": {}}}
    for key in keys.all_keys(model, names):
        if ".pylint" in key or ".coverage" in key:
            continue  # told of as of any tool
        around = [key, *(key.rsplit(".", count)[0] for count in range(1, key.count(".") + 1))]
        within = any(one.startswith(f"{key}.") for one in told)
        # A mapping that has a table of its own, and tools of a project, are told of there.
        assert within or any(one in told for one in around) or key == "auto", key


@pytest.mark.parametrize(
    ("model", "row"),
    [
        (RepositoryFile, ("`tools.NAME.timeout`", "duration", "`10m`")),
        (RepositoryFile, ("`branches.include`", "list of texts", "`['*']`")),
        (RepositoryFile, ("`flaky.quarantine`", "duration, or `off`", "`14d`")),
        (RepositoryFile, ("`env`", "text by name", "none")),
        (EnvironmentSection, ("`docker.memory`", "size", "`4G`")),
        (EnvironmentSection, ("`venv.network`", "`on`, `off`", "`on`")),
        (ServiceFile, ("`dashboard.port`", "number, 1 to 65535", "none")),
        (ServiceFile, ("`notify.desktop`", "`true`, `false`", "`false`")),
        (ServiceFile, ("`defaults`", "mapping", "none")),
    ],
)
def test_a_key_has_its_value_and_its_default(model: Any, row: tuple[str, str, str]) -> None:
    assert row in [(key, value, default) for key, _, value, default in reference.rows(model)]


def test_only_what_is_between_the_marks_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    path.write_text("before\n<!-- keys of RatchetSection -->\nwhat was\n<!-- end -->\nafter <!-- end -->\n")
    subprocess.run([sys.executable, "-m", reference.__name__, path], cwd=DOCS.parents[1], check=True)
    text = path.read_text()
    assert text.startswith("before\n<!-- keys of RatchetSection -->\n\n| key |")
    assert text.endswith("|\n\n<!-- end -->\nafter <!-- end -->\n")
    assert "what was" not in text
    assert "| `metric` |" in text
