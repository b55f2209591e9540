"""Tests of the readers of exports and post lines."""
