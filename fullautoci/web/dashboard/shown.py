"""How a page is made."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, render_template, url_for

from fullautoci import __version__
from fullautoci.store.database import Connection
from fullautoci.web.api.common import reading, services
from fullautoci.web.assets import asset
from fullautoci.web.operation import with_cursor, without_cursor


def install(app: Flask) -> None:
    """Make known to the templates what all of them use."""
    app.jinja_env.globals.update(
        asset=asset, version=__version__, url_for=url_for, with_cursor=with_cursor, without_cursor=without_cursor
    )


@contextmanager
def live() -> Iterator[tuple[Connection, dict[str, Any]]]:
    """A connection, and what a page that keeps itself as things are is to be made with.

    The state is taken before anything is read: what is written meanwhile has the page look once more, never too rarely.
    """
    state = services().state
    told = {} if state is None else {"live": state()}
    with reading() as connection:
        yield connection, told


def page(template: str, **values: Any) -> str:
    """A page of a template."""
    return render_template(template, **values)
