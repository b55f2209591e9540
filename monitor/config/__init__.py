"""What the operator decides: settings from the environment, channels and digests from channels.yaml."""

from monitor.config.reading import load_watchlist
from monitor.config.settings import Settings, load_settings
from monitor.config.watchlist import Alert, DigestPlan, Entry, Following, Watchlist, watchlist_schema

__all__ = [
    "Alert",
    "DigestPlan",
    "Entry",
    "Following",
    "Settings",
    "Watchlist",
    "load_settings",
    "load_watchlist",
    "watchlist_schema",
]
