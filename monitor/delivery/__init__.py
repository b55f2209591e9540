"""Couriers other than Telegram."""
