"""What the operator decides: settings from the environment, channels and digests from channels.yaml."""

from monitor.config.reading import load_watchlist
from monitor.config.settings import Settings, is_path, load_lexicons_folder, load_settings, secret_named
from monitor.config.watchlist import AccountPlan, Alert, DigestPlan, Entry, Following, Watchlist, watchlist_schema

__all__ = [
    "AccountPlan",
    "Alert",
    "DigestPlan",
    "Entry",
    "Following",
    "Settings",
    "Watchlist",
    "is_path",
    "load_lexicons_folder",
    "load_settings",
    "load_watchlist",
    "secret_named",
    "watchlist_schema",
]
