"""A team: two repositories, users of each role, keys that open and such that do not."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlite_utils import Database
from werkzeug.test import TestResponse

from fullautoci.config.dashboard import RequestLimits
from fullautoci.daemon.accounts import DaemonAccounts
from fullautoci.store import database, keys, repositories, users
from fullautoci.store.writer import Writer
from fullautoci.text import iso
from fullautoci.web import limits
from fullautoci.web.app import create_app
from fullautoci.web.callers import PEER_UID
from fullautoci.web.services import Services

HOST = "127.0.0.1:8765"
# Another name that it may be called by, which has letters.
NAMED = "ci.example.org:8765"
NOBODY = 65533
OWNER_KEY = "admin"
_RUN = (
    "INSERT INTO runs (id, repository_id, sha, branch, source, priority, state, outcome, queued_at)"
    " VALUES (?, ?, ?, 'main', 'hook', 0, 'done', 'passed', '2026-01-01T00:00:00Z')"
)
_JOB = (
    "INSERT INTO jobs (id, run_id, repository_id, sha, config_digest, generation, tool, plan, state, outcome, log,"
    " queued_at) VALUES (?, ?, ?, ?, '', 0, 'pylint', '{}', 'done', 'passed', 'none.log', '2026-01-01T00:00:00Z')"
)


class Team:
    """The application, and whoever asks it.

    Attributes:
        keys: the text of each caller's key: `admin`, `reader`, `user` (both assigned repository 1), `stranger` (a user
            who was assigned nothing), `revoked`, `expired`, `removed`.
        ids: of the users.
    """

    def __init__(self, folder: Path, request_limits: RequestLimits | None = None) -> None:
        self.database = folder / "fullautoci.db"
        self.writer = Writer(lambda: database.open_for_writing(self.database))
        self.accounts = DaemonAccounts(self.writer)
        self.peers: dict[str, str] = {}
        self.writer.call(_fill)
        self.ids = {
            "reader": self.accounts.add_user(1, "reader", users.READ_ONLY, [1]),
            "user": self.accounts.add_user(1, "user", users.USER, [1]),
            "stranger": self.accounts.add_user(1, "stranger", users.USER, []),
            "removed": self.accounts.add_user(1, "removed", users.ADMIN, []),
            "admin": self.accounts.add_user(1, "admin", users.ADMIN, []),
        }
        self.keys = {name: self.accounts.add_key(1, number, "", None)[1] for name, number in self.ids.items()}
        self.keys["revoked"] = self._revoked()
        self.keys["expired"] = self._expired()
        self.accounts.remove_user(1, self.ids["removed"])
        services = Services(
            lambda: database.reading(self.database),
            folder,
            lambda: {"url": f"http://{HOST}"},
            None,
            None,
            self.accounts,
            lambda: self.peers,
        )
        self.app = create_app(services, b"k" * 32, lambda: {HOST, NAMED})
        if request_limits is not None:
            limits.install(self.app, request_limits)

    def _revoked(self) -> str:
        number, text = self.accounts.add_key(1, self.ids["admin"], "", None)
        self.accounts.revoke_key(number)
        return text

    def _expired(self) -> str:
        made, past = keys.made(), iso(datetime.now(UTC) - timedelta(seconds=1))
        self.writer.call(lambda db: keys.add(db, self.ids["admin"], made, "", past, 1))
        return made.text

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, *, uid: int | None = None, **more: Any
    ) -> TestResponse:
        """Send a request: over TCP or, with a `uid`, at the socket as that user of the machine."""
        environ = {**more.pop("environ_overrides", {}), **({} if uid is None else {PEER_UID: uid})}
        client = self.app.test_client(use_cookies=False)
        return client.open(
            path, method=method, headers={"Host": HOST, **(headers or {})}, environ_overrides=environ,
            base_url=f"http://{HOST}/", buffered=True, **more,
        )  # fmt: skip

    def bearer(self, name: str) -> dict[str, str]:
        """The header of a caller's key."""
        return {"Authorization": f"Bearer {self.keys[name]}"}

    def as_owner(self, method: str, path: str, **more: Any) -> TestResponse:
        """Ask at the socket, as whoever runs the daemon."""
        return self.ask(method, path, uid=os.getuid(), **more)

    def cookie(self, name: str) -> str:
        """The cookie of a session that a caller's key opened."""
        response = self.ask("POST", "/login", data={"key": self.keys[name]})
        assert response.status_code == 200, response.text
        return response.headers["Set-Cookie"].partition(";")[0]

    def close(self) -> None:
        """End the writer's thread."""
        self.writer.close()


def _fill(db: Database) -> None:
    for number in (1, 2):
        sha = str(number) * 40
        repositories.add(
            db,
            name=f"r{number}",
            path=f"/nowhere/{number}/.git",
            worktree=f"/nowhere/{number}",
            kind="working",
            refs={},
        )
        db.execute(
            "INSERT INTO commits (repository_id, sha, tree, parents, author, subject, message, committed_at)"
            " VALUES (?, ?, 'f', '[]', 'a', 's', 'm', '2026-01-01T00:00:00Z')",
            [number, sha],
        )
        db.execute(_RUN, [number, number, sha])
        db.execute(_JOB, [number, number, number, sha])
