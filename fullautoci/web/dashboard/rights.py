"""What whoever looks at a page may do there."""

from flask import g

from fullautoci.web.api.common import services


def may(role: str) -> bool:
    """Whether forms for a role are shown: whoever asks has it, and a daemon runs that does what they say."""
    return services().actions is not None and bool(g.caller.is_at_least(role))
