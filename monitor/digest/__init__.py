"""Findings in, editions and messages out: pure."""
