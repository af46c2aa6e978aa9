"""The application in this process, asked by key as it is over TCP; answers are held against its own description."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jsonschema
from sqlite_utils import Database
from werkzeug.test import TestResponse

from fullautoci.daemon.accounts import DaemonAccounts
from fullautoci.store import database, users
from fullautoci.store.writer import Writer
from fullautoci.web.app import create_app
from fullautoci.web.openapi import document
from fullautoci.web.services import Services

HOST = "127.0.0.1:8765"
_NEXT = re.compile(r'<([^>]+)>; rel="next"')


class Reader:
    """The application, with an admin (`all`), one who may see repository 1 (`one`), and one who may see none."""

    def __init__(self, folder: Path, fill: Callable[[Database], None]) -> None:
        self.logs = folder
        self.database = folder / "fullautoci.db"
        self.writer = Writer(lambda: database.open_for_writing(self.database))
        self.writer.call(fill)
        self.accounts = DaemonAccounts(self.writer)
        self.keys = {
            name: self.accounts.add_key(1, self.accounts.add_user(1, name, role, seen), "", None)[1]
            for name, role, seen in (
                ("all", users.ADMIN, []), ("one", users.READ_ONLY, [1]), ("none", users.USER, []),
            )
        }  # fmt: skip
        self._listener: Callable[[str], object] | None = None
        services = Services(self._reading, folder, dict, None, None, self.accounts, dict)
        self.app = create_app(services, b"k" * 32, lambda: {HOST})
        self.document = document(self.app)

    @contextmanager
    def _reading(self) -> Iterator[database.Connection]:
        with database.reading(self.database) as connection:
            connection.set_trace_callback(self._listener)
            yield connection

    @contextmanager
    def listening(self, queries: list[str]) -> Iterator[None]:
        """Note every query that is made meanwhile."""
        self._listener = queries.append
        try:
            yield
        finally:
            self._listener = None

    def ask(
        self,
        path: str,
        who: str = "all",
        method: str = "GET",
        /,
        headers: Mapping[str, str] | None = None,
        **query: Any,
    ) -> TestResponse:
        """Send a request; `who` empty: without a key."""
        said = {"Host": HOST, **({"Authorization": f"Bearer {self.keys[who]}"} if who else {}), **(headers or {})}
        where = f"{path}?{urlencode(query)}" if query else path
        client = self.app.test_client(use_cookies=False)
        return client.open(where, method=method, headers=said, base_url=f"http://{HOST}/", buffered=True)

    def get(self, path: str, who: str = "all", /, **query: Any) -> Any:
        """The JSON of a good answer, which is as the document says."""
        answer = self.ask(f"/api/v1{path}", who, **query)
        assert answer.status_code == 200, answer.text
        self.must_be_described(path, answer)
        return answer.json

    def must_be_described(self, path: str, answer: TestResponse) -> None:
        """Hold an answer against the document."""
        described = re.sub(r"/\d+(?=/|$)", "/{identifier}", f"/api/v1{path}")
        described = re.sub(r"(?<=/reports/).+?(?=\.html$|$)", "{period}", described)
        content = self.document["paths"][described]["get"]["responses"]["200"]["content"]
        assert answer.mimetype in content
        schema = {**content[answer.mimetype]["schema"], "components": self.document["components"]}
        if answer.mimetype == "application/json":
            jsonschema.validate(json.loads(answer.text), schema, jsonschema.Draft202012Validator)

    def all(self, path: str, who: str = "all", /, **query: Any) -> list[Any]:
        """Every item of a listing, by its links from part to part."""
        items: list[Any] = []
        where = f"/api/v1{path}?{urlencode(query)}"
        for _ in range(100):
            answer = self.ask(where, who)
            assert answer.status_code == 200, answer.text
            self.must_be_described(path, answer)
            items += answer.json or []
            found = _NEXT.fullmatch(answer.headers.get("Link", ""))
            if found is None:
                return items
            where = found[1]
        raise AssertionError("the listing has no end")

    def close(self) -> None:
        """End the writer's thread."""
        self.writer.close()
