"""The loopback server is Telegram enough for unmodified Telethon, its faults and Telethon's own weaknesses included."""
