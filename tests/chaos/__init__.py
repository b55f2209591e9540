"""Everything goes wrong at once, for minutes. `make chaos` runs it, never `make test`."""
