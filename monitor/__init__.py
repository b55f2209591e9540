"""Follow military-blogger channels on Telegram and say which of them contradict each other."""

__version__ = "0.1.0"
