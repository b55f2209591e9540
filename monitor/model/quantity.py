"""A number of persons or items as a closed interval, and what the text said of its edges."""

from dataclasses import dataclass
from enum import StrEnum


class Bound(StrEnum):
    """How the text limits a number (CODEBOOK 3.1)."""

    EXACT = "exact"
    APPROX = "approx"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    RANGE = "range"
    VAGUE = "vague"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A closed interval ``low..high``; ``None`` is an open edge.

    An exact or approximate number has ``low == high``; "at least 20" is ``20..None``; "up to 80" is ``None..80``.
    """

    low: int | None
    high: int | None
    bound: Bound

    def __post_init__(self) -> None:
        """Refuse an interval that holds nothing."""
        if self.low is None and self.high is None:
            raise ValueError("a quantity needs at least one edge")
        if self.low is not None and self.low < 0:
            raise ValueError(f"a quantity cannot be negative: {self.low}")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"an interval must not be reversed: {self.low}..{self.high}")

    def __str__(self) -> str:
        """Write the compact form used in logs, tests and digests.

        >>> str(Quantity(low=20, high=None, bound=Bound.AT_LEAST))
        '20..'
        >>> str(Quantity(low=30, high=30, bound=Bound.APPROX))
        '~30'
        """
        if self.low == self.high:
            return f"~{self.low}" if self.bound is Bound.APPROX else f"{self.low}"
        low = "" if self.low is None else str(self.low)
        high = "" if self.high is None else str(self.high)
        return f"{low}..{high}"

    @classmethod
    def exactly(cls, number: int) -> "Quantity":
        """Return the exact quantity ``number``."""
        return cls(low=number, high=number, bound=Bound.EXACT)
