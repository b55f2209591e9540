"""The daemon: everything put together, and the life of the process."""
