"""The daemon: everything put together, and the life of the process."""

from monitor.daemon.life import run

__all__ = ["run"]
