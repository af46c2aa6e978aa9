"""No page asks the database a question that takes longer the more there is: every big table is read by an index."""

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bench.dashboard import PAGES, RUN
from bench.filled import TOOLS, fill
from fullautoci.store.readers import Readers
from fullautoci.web.app import create_app
from fullautoci.web.callers import PEER_UID
from fullautoci.web.services import Services

# Tables of which a service has few rows; what is not here grows with every commit.
SMALL = {
    "repositories", "users", "keys", "sessions", "settings", "overrides", "assignments", "badge_tokens", "json_each",
    "series", "sqlite_master",
}  # fmt: skip
# What is written into the question, indexes of what is not over yet, and what the full-text search keeps of itself.
BOUNDED = re.compile(r"CONSTANT|VIRTUAL TABLE|INDEX (?:runs|jobs)_open\b|main\.\w+_words_config")
# What a question goes on from, step by step: each step is a row that it has found itself.
STEPS = re.compile(r"WITH RECURSIVE (\w+) ")
PATHS = {
    name: path.replace("101", "1").replace(str(RUN), "150").replace(str(10 * (RUN - 1) + 1), "448")
    for name, path in PAGES.items()
}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("filled") / "fullautoci.db"
    fill(path, 200 * len(TOOLS), commits_a_repository=100)
    return path


@contextmanager
def asked(database: Path, statements: list[str]) -> Iterator[FlaskClient]:
    """The application, and all that it asks the database."""
    readers = Readers(database)

    @contextmanager
    def reading() -> Iterator[sqlite3.Connection]:
        with readers.reading() as connection:
            connection.set_trace_callback(statements.append)
            try:
                yield connection
            finally:
                connection.set_trace_callback(None)

    services = Services(reading, database.parent, dict, None, state=readers.state)  # type: ignore[arg-type]
    app = create_app(services, b"k" * 32, lambda: ["localhost"])
    client = app.test_client()
    client.environ_base[PEER_UID] = os.getuid()
    yield client
    readers.close()


def meant(name: str, statement: str) -> str:
    """The table that a plan's name means; of a question within the question, which is judged itself, `json_each`."""
    if found := re.search(rf"\b(?:FROM|JOIN)\s+(\w+)\s+(?:AS\s+)?{name}\b", statement):
        return found[1]
    return "json_each" if re.search(rf"\)\s+(?:AS\s+)?{name}\b", statement) else name


def scans(database: Path, statements: list[str]) -> list[str]:
    """What goes through the whole of a table, with the statement that does."""
    found = []
    connection = sqlite3.connect(database)
    for statement in statements:
        if not re.match(r"\s*(?:SELECT|WITH)\b", statement):
            continue
        for *_, detail in connection.execute(f"EXPLAIN QUERY PLAN {statement}"):
            table = re.match(r"SCAN (\w+)", detail)
            steps = STEPS.findall(statement)
            if table and meant(table[1], statement) not in {*SMALL, *steps} and not BOUNDED.search(detail):
                found.append(f"{detail}: {statement[:300]}")
    connection.close()
    return found


@pytest.mark.parametrize("name", PATHS)
def test_a_page_reads_by_indexes(database: Path, name: str) -> None:
    statements: list[str] = []
    with asked(database, statements) as client:
        assert client.get(PATHS[name]).status_code == 200
    assert name == "what open pages ask" or len(statements) > 1
    assert scans(database, statements) == []
    assert len(statements) < 150, "a query for each row"


def test_a_scan_is_noticed(database: Path) -> None:
    assert scans(database, ["SELECT * FROM findings WHERE message = 'x'"])
    assert scans(database, ["SELECT r.id FROM runs r WHERE r.reason = 'x'"])
    assert scans(database, ["SELECT r.id FROM (SELECT id FROM runs WHERE reason = 'x') r"])
    assert not scans(database, ["SELECT * FROM findings WHERE job_id = 3"])
    assert not scans(database, ["SELECT r.id FROM (SELECT id FROM runs WHERE repository_id = 1 LIMIT 9) r"])
