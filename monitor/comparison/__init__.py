"""Claims in, incidents and findings out: pure and independent of order."""
