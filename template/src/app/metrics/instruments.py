"""The instruments, under the names of OpenTelemetry's semantic conventions where those have one."""

import platform
from collections.abc import Mapping
from importlib.metadata import version
from typing import Literal, NamedTuple

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from app import DISTRIBUTION

#: Semantic conventions for HTTP metrics, "http.server.request.duration".
REQUEST_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
#: A try may take five minutes, or what its `@job` allows.
TASK_BUCKETS = (0.01, 0.05, 0.25, 1, 5, 15, 60, 300, 1800)
#: What a client can send as a method has no end; the conventions have one word for the rest.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER_METHOD = "_OTHER"
Together = Literal["livesum", "livemax", "max"]


class Level(NamedTuple):
    """How much of something there is now."""

    name: str
    documentation: str
    labels: Mapping[str, str]
    value: float
    #: How the levels of all worker processes become one.
    together: Together = "livesum"


class Metrics:
    """What one process has counted. Values of all worker processes are added up where they are read."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.active_requests = Gauge(
            "http_server_active_requests",
            "Requests that are being answered.",
            multiprocess_mode="livesum",
            registry=self.registry,
        )
        self._requests = Histogram(
            "http_server_request_duration_seconds",
            "Time until a request was answered; 499: the client did not wait for it.",
            ("http_request_method", "http_route", "http_response_status_code"),
            buckets=REQUEST_BUCKETS,
            registry=self.registry,
        )
        # Looking up a child by its labels takes longer than counting.
        self._requests_of: dict[tuple[str, str, int], Histogram] = {}
        # Not "job": Prometheus puts that label on all that it reads.
        self._tries = Histogram(
            "task_duration_seconds",
            "Time that a try of a task took, and how it went: done, failed (to be tried again) or given_up.",
            ("task", "outcome"),
            buckets=TASK_BUCKETS,
            registry=self.registry,
        )
        self._waits = Histogram(
            "task_wait_seconds",
            "Time between the request that left a task behind and its first try by a worker.",
            ("task",),
            buckets=TASK_BUCKETS,
            registry=self.registry,
        )
        self._gauges: dict[str, Gauge] = {}
        self._refusals = Counter(
            "rate_limit_refusals", "Attempts that were one too many.", ("limit",), registry=self.registry
        )
        self._known_refusals: dict[str, int] = {}
        versions = {"version": version(DISTRIBUTION), "python": platform.python_version()}
        self.set(Level("app_info", "Always 1, with the versions that run.", versions, 1, "max"))

    def request_ended(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request; what no route answered has an empty route, whatever its path was."""
        labels = (method if method in METHODS else OTHER_METHOD, route, status)
        if (child := self._requests_of.get(labels)) is None:
            child = self._requests_of[labels] = self._requests.labels(*labels)
        child.observe(seconds)

    def task_tried(self, task: str, outcome: str, seconds: float) -> None:
        """Count a try of a task."""
        self._tries.labels(task, outcome).observe(seconds)

    def task_waited(self, task: str, seconds: float) -> None:
        """Note how long a task waited for a worker; clocks of two machines may differ a little."""
        self._waits.labels(task).observe(max(0.0, seconds))

    def refused(self, totals: Mapping[str, int]) -> None:
        """Take over how often each limit has refused since the process began."""
        for limit, total in totals.items():
            self._refusals.labels(limit).inc(total - self._known_refusals.get(limit, 0))
            self._known_refusals[limit] = total

    def set(self, level: Level) -> None:
        """Take over how much there is now."""
        if (gauge := self._gauges.get(level.name)) is None:
            gauge = self._gauges[level.name] = Gauge(
                level.name,
                level.documentation,
                tuple(level.labels),
                multiprocess_mode=level.together,
                registry=self.registry,
            )
        (gauge.labels(**level.labels) if level.labels else gauge).set(level.value)
