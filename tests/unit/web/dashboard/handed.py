"""The application with hands: what pages change is done, and noted, as the daemon would do it."""

from dataclasses import dataclass, field, replace
from typing import Any

from sqlite_utils import Database
from werkzeug.test import TestResponse

from fullautoci.store import acts, judging
from fullautoci.store.acts import Wanted
from fullautoci.store.repositories import Repository
from fullautoci.store.writer import Writer
from tests.unit.web.api.reader import HOST, Reader


@dataclass
class Hands:
    """The actions of a daemon that tests need; `done` has each with what it was told."""

    writer: Writer
    done: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)

    def act(self, repository: Repository, wanted: Wanted) -> int:
        """Do something about a ratchet, as the daemon does."""

        def do(db: Database) -> int:
            number = acts.add(db, repository.id, wanted)
            judging.settle(db, repository.id, wanted.sha)
            acts.conclude(db, repository.id, number, wanted)
            return number

        return int(self.writer.call(do))

    def __getattr__(self, name: str) -> Any:
        """Whatever else is asked for is noted only."""

        def noted(*told: Any, **more: Any) -> Any:
            self.done.append((name, (*told, *more.values())))
            return ANSWERS.get(name)

        return noted


ANSWERS: dict[str, Any] = {"prune": [], "unconfigure": 1}


def give_hands(reader: Reader) -> Hands:
    """Have an application do what its forms say."""
    hands = Hands(reader.writer)
    services = reader.app.extensions["services"]
    reader.app.extensions["services"] = replace(services, actions=hands)
    return hands


def post(reader: Reader, path: str, who: str = "all", /, **said: Any) -> TestResponse:
    """Send a form, as a page of ours does."""
    client = reader.app.test_client(use_cookies=False)
    headers = {"Host": HOST, "Authorization": f"Bearer {reader.keys[who]}"}
    return client.post(path, data=said, headers=headers, base_url=f"http://{HOST}/")
