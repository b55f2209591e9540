"""Text in, claims out: pure, deterministic, explained."""

from monitor.claims.check import LexiconReport, check_lexicons
from monitor.claims.differences import Difference, differences
from monitor.claims.notation import claims_as_json, notation
from monitor.claims.reader import Reader

__all__ = [
    "Difference",
    "LexiconReport",
    "Reader",
    "check_lexicons",
    "claims_as_json",
    "differences",
    "notation",
]
