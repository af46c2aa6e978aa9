"""The one tree of expected errors: each has a message and, where there is one, a hint of what to do.

A failing check is a value, never an exception. Expected errors are rendered at four boundaries only: the command
line, the API, the worker, and the hook.
"""


class FullAutoCIError(Exception):
    """Something expected went wrong.

    Args:
        message: one line, for people.
        hint: what to do about it, or an empty string.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[type["FullAutoCIError"], tuple[str, str]]:
        """Survive the way from a worker to the daemon, whatever the subclass."""
        return type(self), (self.message, self.hint)


class UsageError(FullAutoCIError):
    """The request itself makes no sense; exit code 2."""

    exit_code = 2


class MalformedError(UsageError):
    """The request is not of the form that was declared for it."""


class NotFoundError(FullAutoCIError):
    """What was asked for does not exist."""


class ConflictError(FullAutoCIError):
    """What was asked for goes against how things are."""


class ForbiddenError(FullAutoCIError):
    """Whoever asks may not do that."""


class ConfigError(FullAutoCIError):
    """A configuration file is wrong; the message says where."""


class DaemonDownError(FullAutoCIError):
    """Nothing answers on the daemon's socket."""

    HINT = "'fullautoci daemon start' starts it"

    def __init__(self, message: str = "the daemon is not running", hint: str = HINT) -> None:
        super().__init__(message, hint)


class DaemonStartError(FullAutoCIError):
    """The daemon could not be started; the hint holds the end of its log."""


class StoppingError(FullAutoCIError):
    """The daemon is stopping; what was begun is done again after its next start."""


class VcsError(FullAutoCIError):
    """Version control refused; the message holds its last words."""


class BusyError(FullAutoCIError):
    """Somebody else is at it; the same may be asked again."""


class PreparationError(FullAutoCIError):
    """An environment could not be prepared."""


class ReportError(FullAutoCIError):
    """A tool's report is missing, too large, or not what its format says."""


class StoreError(FullAutoCIError):
    """The database is damaged, of a newer schema, or cannot be written."""


class DamagedError(StoreError):
    """The database holds what SQLite did not write."""


class NoRoomError(FullAutoCIError):
    """A disk is full: what was begun is done again when there is room."""


class SpoolError(FullAutoCIError):
    """A spooled event is not one."""


class RepositoryGoneError(VcsError):
    """There is no repository any more where there was one."""
