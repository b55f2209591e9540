"""A Telegram server on loopback: unmodified Telethon talks to it over TCP, tests script what it holds and what goes wrong."""

from tests.telegram_server.faults import Faults, Line
from tests.telegram_server.server import TelegramServer
from tests.telegram_server.world import Account, ServedChannel, ServedPost, World

__all__ = ["Account", "Faults", "Line", "ServedChannel", "ServedPost", "TelegramServer", "World"]
