"""Claims in, incidents and findings out: pure and independent of order."""

from monitor.comparison.compare import Comparison, compare

__all__ = ["Comparison", "compare"]
