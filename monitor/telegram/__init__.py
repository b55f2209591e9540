"""The only room that knows Telethon, and Telegram's own export format."""
