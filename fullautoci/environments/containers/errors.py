"""What engines say when something is wrong, as errors of ours."""

import contextlib
import importlib
from collections.abc import Iterator
from typing import Any

from fullautoci.errors import PreparationError
from fullautoci.text import one_line

GONE = (404, 409)
# Podman answers 500 where there is no such container.
LOST = "is it still running? start it again, then 'fullautoci rerun'"
NOT_THERE = ("no such container", "no container with name or id", "no such image", "no such object")


class EngineError(PreparationError):
    """An engine refused, or did not answer.

    Attributes:
        status: the HTTP status of its answer; 0 where there was none.
    """

    status = 0

    @property
    def is_gone(self) -> bool:
        """Whether what was asked for is not there (any more), or is being removed."""
        return self.status in GONE or (self.status >= 400 and any(one in self.message.lower() for one in NOT_THERE))


def engine_error(message: str, hint: str = "", status: int = 0) -> EngineError:
    """An engine's error with its status."""
    error = EngineError(message, hint)
    error.status = status
    return error


@contextlib.contextmanager
def told(what: str = "the container engine") -> Iterator[None]:
    """Turn the SDK's errors into ours.

    Args:
        what: what an error begins with.

    Raises:
        EngineError: the engine refused, or did not answer.
    """
    errors: Any = importlib.import_module("docker.errors")
    try:
        yield
    except errors.APIError as error:
        status = error.response.status_code if error.response is not None else 0
        words = one_line(str(error.explanation or error), 500)
        raise engine_error(f"{what}: {words}", status=status) from error
    # What the SDK's transport raises is an OSError too.
    except (errors.DockerException, OSError) as error:
        raise engine_error(f"{what} does not answer: {one_line(_root(error), 300)}", LOST) from error


def _root(error: BaseException) -> str:
    """What is at the bottom of an error that was wrapped several times."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    return str(error) or type(error).__name__
