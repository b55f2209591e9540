"""A Telegram server on loopback: unmodified Telethon talks to it over TCP, tests script what it holds and what goes wrong."""

from tests.telegram_server.faults import FOR_EVER, Faults, Line
from tests.telegram_server.server import TelegramServer
from tests.telegram_server.world import Account, Media, ServedChannel, ServedPost, World

__all__ = [
    "FOR_EVER", "Account", "Faults", "Line", "Media", "ServedChannel", "ServedPost", "TelegramServer", "World",
]  # fmt: skip
