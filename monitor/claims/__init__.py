"""Text in, claims out: pure, deterministic, explained."""
