"""What the web has written of users, keys, sessions, badges and the audit trail."""

import logging
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from sqlite_utils import Database

from fullautoci.errors import StoreError
from fullautoci.store import answers, audit, badges, keys, sessions, users
from fullautoci.store.answers import Answer
from fullautoci.store.audit import Entry
from fullautoci.store.writer import Writer
from fullautoci.text import iso

T = TypeVar("T")

log = logging.getLogger(__name__)
# A key's last use is told to the minute: a write for every request would cost more than the request.
USE_COUNTS_FOR = timedelta(minutes=1)


class DaemonAccounts:
    """The web's hands for what is about people."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def add_user(self, by: int, name: str, role: str, repositories: Collection[int]) -> int:
        """Make a user; its id."""
        return self._as_admin(by, lambda db: users.add(db, name, role, repositories))

    def update_user(
        self, by: int, identifier: int, *, name: str | None, role: str | None, repositories: Collection[int] | None
    ) -> None:
        """Change what is not None of a user."""
        self._as_admin(by, lambda db: users.update(db, identifier, name=name, role=role, repositories=repositories))

    def remove_user(self, by: int, identifier: int) -> None:
        """Remove a user, with its keys and sessions."""
        self._as_admin(by, lambda db: users.remove(db, identifier))

    def add_key(self, by: int, user_id: int, label: str, expires_at: str | None) -> tuple[int, str]:
        """Make a key of a user: its id, and its text, which is kept nowhere."""
        made = keys.made()

        def add(db: Database) -> int:
            users.must_be(db.conn, by, users.READ_ONLY if by == user_id else users.ADMIN)
            return keys.add(db, user_id, made, label, expires_at, by)

        return self._writer.call(add), made.text

    def _as_admin(self, by: int, change: Callable[[Database], T]) -> T:
        def do(db: Database) -> T:
            users.must_be(db.conn, by, users.ADMIN)
            return change(db)

        return self._writer.call(do)

    def revoke_key(self, identifier: int) -> None:
        """Have a key open nothing any more."""
        self._writer.call(lambda db: keys.revoke(db, identifier))

    def key_was_used(self, identifier: int, last: str | None) -> None:
        """Remember that a key was used, in its turn and to the minute."""
        now = datetime.now(UTC)
        if last is None or last <= iso(now - USE_COUNTS_FOR):
            self._writer.post(lambda db: keys.used(db, identifier, iso(now)), _not_kept)

    def open_session(self, user_id: int, key_id: int | None) -> str:
        """Open a session of a user: what the browser's cookie is to hold."""
        said = sessions.token()
        self._writer.call(lambda db: sessions.add(db, said, user_id, key_id))
        return said

    def close_session(self, said: str) -> None:
        """End the session that a cookie opens."""
        self._writer.call(lambda db: sessions.close(db, said))

    def close_sessions(self, user_id: int) -> int:
        """End all sessions of a user; how many there were."""
        return self._writer.call(lambda db: sessions.close_all(db, user_id))

    def add_badge(self, repository_id: int) -> str:
        """Make a token by which a repository's badges are shown."""
        said = badges.token()
        self._writer.call(lambda db: badges.add(db, repository_id, said))
        return said

    def revoke_badge(self, repository_id: int) -> int:
        """Have a repository's tokens show no badges any more; how many there were."""
        return self._writer.call(lambda db: badges.revoke(db, repository_id))

    def audit(self, entry: Entry) -> None:
        """Write an entry of the audit trail."""
        self._writer.call(lambda db: audit.add(db, entry))

    def audit_begun(self, entry: Entry) -> int:
        """Write an entry of what is about to be changed; its number."""
        return self._writer.call(lambda db: audit.add(db, entry, done=False))

    def audit_done(self, number: int, entry: Entry) -> None:
        """Say that it was, and what."""
        self._writer.call(lambda db: audit.conclude(db, number, entry))

    def audit_withdrawn(self, number: int) -> None:
        """Say that it was not; an entry that stays says that it is not known."""
        try:
            self._writer.call(lambda db: audit.withdraw(db, number))
        except StoreError as error:
            log.warning("an entry of the audit trail stays that was of nothing: %s", error.message)

    def keep_answer(self, caller: str, key: str, answer: Answer) -> None:
        """Keep an answer for a request that may come again."""
        self._writer.call(lambda db: answers.add(db, caller, key, answer))


def _not_kept(error: BaseException) -> None:
    log.warning("when a key was used last could not be kept: %s", error)
