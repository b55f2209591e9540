"""The daemon: everything put together, and the life of the process."""

from monitor.daemon.start import run

__all__ = ["run"]
