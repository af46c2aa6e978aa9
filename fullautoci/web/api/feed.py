"""A repository's runs for feed readers: JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
from typing import Any

from flask import Blueprint, Response, request

from fullautoci.store.listings import runs
from fullautoci.text import one_line
from fullautoci.web.api.common import found, reading, visible
from fullautoci.web.operation import operation, with_cursor
from fullautoci.web.schemas.feed import FeedQuery

MEDIA = "application/feed+json"
VERSION = "https://jsonfeed.org/version/1.1"


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.get("/repos/<int:identifier>/feed.json")
    @operation("read", of="repository", query=FeedQuery, media=[MEDIA])
    def get_feed(identifier: int, query: FeedQuery) -> Any:
        """Runs that are over, newest first, as JSON Feed 1.1."""
        repository = found(identifier)
        wanted = runs.Wanted(repository.id, branch=query.branch, state="done", outcome=query.outcome or "")
        with reading() as connection:
            part = runs.page(connection, wanted, visible(), cursor=query.cursor, limit=query.limit)
        root = request.host_url.rstrip("/")
        feed = {
            "version": VERSION,
            "title": f"{repository.name}: runs",
            "home_page_url": f"{root}/repos/{repository.id}",
            "feed_url": f"{root}{request.path}",
            **({"next_url": f"{root}{with_cursor(part.following)}"} if part.following else {}),
            "items": [_item(run, root) for run in part.items],
        }
        return Response(json.dumps(feed, ensure_ascii=False), mimetype=MEDIA)


def _item(run: dict[str, Any], root: str) -> dict[str, Any]:
    tools = [
        f"{job['tool']}: {job['outcome']}" + (f", {job['reason']}" if job["reason"] else "") for job in run["jobs"]
    ]
    told = [line for line in (run["reason"], *tools) if line]
    return {
        "id": f"{root}/runs/{run['id']}",
        "url": f"{root}/runs/{run['id']}",
        "title": one_line(f"{run['outcome']}: {run['subject']}"),
        "content_text": "\n".join(one_line(line) for line in told) or run["outcome"],
        "date_published": run["finished_at"] or run["queued_at"],
        "authors": [{"name": one_line(run["author"])}],
        "tags": [run["branch"], run["outcome"]],
    }
