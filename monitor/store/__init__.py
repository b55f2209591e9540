"""The only room that knows SQLAlchemy: posts, claims, findings and editions in SQLite or PostgreSQL."""

from monitor.model.following import Recorded
from monitor.store.accounts import AccountStatus
from monitor.store.comparing import ComparisonDesk, Counted, Kept
from monitor.store.deliveries import Delivery, DeliveryState
from monitor.store.findings import FindingFilter, Saved
from monitor.store.readings import FailedReading, TextToRead
from monitor.store.status import ChannelStatus, StoreStatus
from monitor.store.store import Store, upgrade

__all__ = [
    "AccountStatus",
    "ChannelStatus",
    "ComparisonDesk",
    "Counted",
    "Delivery",
    "DeliveryState",
    "FailedReading",
    "FindingFilter",
    "Kept",
    "Recorded",
    "Saved",
    "Store",
    "StoreStatus",
    "TextToRead",
    "upgrade",
]
