"""What Prometheus is to know (https://prometheus.io/docs/instrumenting/exposition_formats/, text format 0.0.4)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response

from fullautoci import __version__
from fullautoci.store import views
from fullautoci.web.api.common import reading, visible
from fullautoci.web.operation import operation

if TYPE_CHECKING:
    from prometheus_client.core import GaugeMetricFamily

MEDIA = "text/plain"
_WAITING = {
    "jobs_queued": "Jobs that wait.",
    "runs_queued": "Runs that wait.",
    "jobs_quarantined": "Jobs that were given up after they had been lost again and again.",
}


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.get("/metrics")
    @operation("known", media=[MEDIA])
    def get_prometheus() -> Any:
        """The service and the newest run of each repository that one may see, for Prometheus."""
        # Imported here: it costs a tenth of a second and most of a megabyte, and is asked for by few.
        from prometheus_client import CollectorRegistry
        from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

        with reading() as connection:
            activity = views.activity(connection, visible())
            repositories = views.repositories(connection, visible())
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Collector(activity, repositories))
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)

    # Where Prometheus looks by itself, too.
    api.record_once(lambda state: state.app.add_url_rule("/metrics", "prometheus", get_prometheus))


class _Collector:
    """Hands over what was read."""

    def __init__(self, activity: Mapping[str, Any], repositories: Iterable[Mapping[str, Any]]) -> None:
        self._activity, self._repositories = activity, repositories

    def collect(self) -> Iterator["GaugeMetricFamily"]:
        """All gauges."""
        yield _gauge("info", "The program's version.", ["version"], [([__version__], 1.0)])
        yield _gauge("jobs_running", "Jobs that are under way.", [], [([], float(len(self._activity["running"])))])
        for name, words in _WAITING.items():
            yield _gauge(name, words, [], [([], float(self._activity[name]))])
        latest = [(one["name"], one["latest"]) for one in self._repositories if one["latest"]]
        outcomes = [([name, run["outcome"] or run["state"]], 1.0) for name, run in latest]
        yield _gauge("run_outcome", "How the newest run went, or its state.", ["repository", "outcome"], outcomes)
        ends = [([name], _seconds(run["finished_at"])) for name, run in latest if run["finished_at"]]
        yield _gauge("run_finished_seconds", "When the newest run ended (Unix time).", ["repository"], ends)
        jobs = [(name, job) for name, run in latest for job in run["jobs"]]
        labels = ["repository", "tool", "project", "variant"]
        took = [(_labels(name, job), float(job["duration_s"])) for name, job in jobs if job["duration_s"] is not None]
        yield _gauge("job_duration_seconds", "How long the newest run's jobs took.", labels, took)
        values = [
            ([*_labels(name, job), metric], value) for name, job in jobs for metric, value in job["metrics"].items()
        ]
        yield _gauge("metric", "What the newest run's jobs measured.", [*labels, "metric"], values)


def _labels(name: str, job: Mapping[str, Any]) -> list[str]:
    return [name, job["tool"], job["project"], job["variant"]]


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def _gauge(name: str, words: str, labels: list[str], samples: Iterable[tuple[list[str], float]]) -> "GaugeMetricFamily":
    from prometheus_client.core import GaugeMetricFamily

    family = GaugeMetricFamily(f"fullautoci_{name}", words, labels=labels)
    for values, value in samples:
        family.add_metric(values, value)
    return family
