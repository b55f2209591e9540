"""The only room that knows SQLAlchemy: posts, claims, findings and editions in SQLite or PostgreSQL."""

from monitor.store.findings import FailedReading, FindingFilter
from monitor.store.posts import Recorded
from monitor.store.store import Store, upgrade

__all__ = ["FailedReading", "FindingFilter", "Recorded", "Store", "upgrade"]
