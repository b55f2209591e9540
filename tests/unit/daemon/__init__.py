"""The pure parts of the daemon."""
