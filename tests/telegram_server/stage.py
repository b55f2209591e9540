"""What a monitor needs to run against the server: a session file, a watchlist, an environment."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.telegram_server.server import TelegramServer
from tests.telegram_server.world import ServedChannel

API_ID, API_HASH = 1, "0123456789abcdef0123456789abcdef"  # the loopback server takes any


def entry(channel: ServedChannel, **more: Any) -> dict[str, Any]:
    """Return a channel's entry in channels.yaml."""
    where = {"id": channel.id} if channel.username is None else {"handle": f"@{channel.username}"}
    return {**where, **more}


def write_watchlist(
    path: Path,
    entries: Iterable[Mapping[str, Any]],
    *,
    following: Mapping[str, Any] | None = None,
    digests: Iterable[Mapping[str, Any]] = (),
    alerts: Iterable[Mapping[str, Any]] = (),
) -> Path:
    """Write a channels.yaml; it appears whole or not at all, as an editor would save it."""
    written = {
        "channels": list(entries), "following": dict(following or {}), "digests": list(digests), "alerts": list(alerts),
    }  # fmt: skip
    part = path.with_suffix(".part")
    part.write_text(yaml.safe_dump(written, allow_unicode=True), encoding="utf-8")
    return part.replace(path)


def environment(folder: Path, server: TelegramServer) -> dict[str, str]:
    """Return the settings of a monitor whose files are in ``folder``; its session file is made if there is none."""
    session = folder / "analyst.session"
    if not session.exists():
        server.session_file(session)
    return {
        "TELEGRAM_API_ID": str(API_ID),
        "TELEGRAM_API_HASH": API_HASH,
        "TELEGRAM_SESSION": str(session),
        "DATABASE_URL": f"sqlite:///{folder / 'monitor.db'}",
        "MONITOR_CHANNELS": str(folder / "channels.yaml"),
    }
