"""The daemon as a process of its own, against the loopback server: whatever goes wrong, the store ends as the server is."""
