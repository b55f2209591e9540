"""What Prometheus is told: counters of this process, and how channels and accounts stand in the database."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from monitor.daemon.members import Member
from monitor.errors import FatalError
from monitor.model.following import READ_STATES
from monitor.store import ChannelStatus, StoreStatus

_log = structlog.get_logger()


class Metrics:
    """Counts what happens. It costs next to nothing where nobody asks."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.texts_read = Counter("monitor_texts_read", "Texts read for claims.", registry=self.registry)
        self.claims_read = Counter("monitor_claims_read", "Claims found in them.", registry=self.registry)
        self.read_s = Histogram("monitor_read_seconds", "What reading a batch took.", registry=self.registry)
        self.compare_s = Histogram("monitor_compare_seconds", "What comparing all claims took.", registry=self.registry)
        self.deliveries = Counter(
            "monitor_deliveries", "Parts of editions by what became of them.", ["outcome"], registry=self.registry
        )
        self.digest_posts = Counter(
            "monitor_digest_posts", "Posts that issued editions rest on.", ["digest"], registry=self.registry
        )
        self.time_to_digest_s = Gauge(
            "monitor_time_to_digest_seconds",
            "From the end of the last window to its edition's being issued.",
            ["digest"],
            registry=self.registry,
        )
        self._close: Callable[[], None] = lambda: None

    def serve(self, port: int) -> None:
        """Answer on ``port``, in a thread.

        Raises:
            FatalError: The port cannot be used.
        """
        try:
            server, thread = start_http_server(port, registry=self.registry)
        except OSError as error:
            raise FatalError(f"MONITOR_METRICS_PORT: {port} cannot be used: {error.strerror or error}") from error

        def close() -> None:
            server.shutdown()
            server.server_close()
            thread.join()

        self._close = close
        _log.info("metrics.served", port=port)

    def close(self) -> None:
        """Answer no more."""
        self._close()


class Standing(Collector):
    """How things stood when the daemon last looked into the database, and how its lines are now."""

    def __init__(self, members: Sequence[Member]) -> None:
        self._members = members
        self._status: StoreStatus | None = None

    def take(self, status: StoreStatus) -> None:
        """Take what the database holds now."""
        self._status = status

    def collect(self) -> Iterator[Metric]:
        """Yield every metric; Prometheus' own signature, called in its thread."""
        yield from self._lines()
        if self._status is not None:
            yield from _channels(self._status.channels)
            yield _gauge("monitor_unread_texts", "Texts that wait to be read.", {"": self._status.unread})
            yield _gauge("monitor_unreadable_texts", "Texts that could not be read.", {"": self._status.unreadable})

    def _lines(self) -> Iterator[Metric]:
        up = {one.name: float(one.account.line.is_up) for one in self._members}
        yield _gauge("monitor_account_up", "Whether the account is connected.", up, label="account")
        depth = {one.name: float(one.follower.queue_depth) for one in self._members}
        yield _gauge("monitor_queue_depth", "Observations that wait to be recorded.", depth, label="account")
        floods, waited = (
            CounterMetricFamily(name, said, labels=["account", "method"])
            for name, said in (
                ("monitor_flood_waits", "Times Telegram told a method to wait."),
                ("monitor_flood_wait_seconds", "Seconds waited for a method, for Telegram's sake or the budget's."),
            )
        )
        for one in self._members:
            limiter = one.account.limiter
            for family, counts in ((floods, limiter.floods), (waited, limiter.waited)):
                for method, count in sorted(counts.items()):
                    family.add_metric([one.name, method], count)
        yield from (floods, waited)


def _channels(channels: Sequence[ChannelStatus]) -> Iterator[Metric]:
    received = CounterMetricFamily("monitor_messages_received", "Posts stored.", labels=["channel"])
    for one in channels:
        received.add_metric([one.key], one.posts)
    yield received
    well = {one.key: float(one.state in READ_STATES) for one in channels}
    yield _gauge("monitor_channel_ok", "Whether the channel can be read as declared.", well, label="channel")
    holes = {one.key: float(one.holes) for one in channels}
    yield _gauge("monitor_holes", "Message ids known to be missing.", holes, label="channel")
    lags = {one.key: one.lag.total_seconds() for one in channels if one.lag is not None}
    said = "From the newest post's posting to its first sight."
    yield _gauge("monitor_ingest_lag_seconds", said, lags, label="channel")
    posted = {one.key: at.timestamp() for one in channels if (at := one.last_post) is not None}
    yield _gauge("monitor_last_message_timestamp", "When the newest post was posted.", posted, label="channel")
    read = {one.key: at.timestamp() for one in channels if (at := one.verified_at) is not None}
    yield _gauge("monitor_last_read_timestamp", "When history was last read.", read, label="channel")


def _gauge(name: str, said: str, values: Mapping[str, float], *, label: str | None = None) -> GaugeMetricFamily:
    """Return a gauge with a value for each value of its label, or with one value and no label."""
    family = GaugeMetricFamily(name, said, labels=[] if label is None else [label])
    for key, value in values.items():
        family.add_metric([] if label is None else [key], value)
    return family
