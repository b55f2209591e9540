"""Claims in, incidents and findings out: pure and independent of order."""

from monitor.comparison.compare import Comparison, compare, compare_groups, examine
from monitor.comparison.provenance import Voices, names_of

__all__ = ["Comparison", "Voices", "compare", "compare_groups", "examine", "names_of"]
