"""Single numbers in text: digits, words and vague words, as values; not yet whether they count anything.

Source of the readings: CODEBOOK 3.1.
"""

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from monitor.claims.scan import Scan, has, sense_of
from monitor.claims.text import NUMBER, WORD
from monitor.model.quantity import Bound

DASHES = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2212")
TIMES = frozenset("x\u0445\u00d7*")  # Latin and Cyrillic letters that are typed for one another in "3x200"
_OPERATORS = ("approx", "at_least", "at_most")
_GROUPED = re.compile(r"\d{1,3}(?:\D\d{3})+\Z")


@dataclass(frozen=True, slots=True)
class Number:
    """A number over tokens ``first`` to ``last`` (half-open): ``low`` to ``high``, the same where it is one value."""

    first: int
    last: int
    low: float
    high: float | None
    bound: Bound
    is_words: bool


def numbers_in(scan: Scan, first: int, last: int, taken: AbstractSet[int]) -> list[Number]:
    """Return the numbers that tokens ``first`` to ``last`` say, left to right; none starts in ``taken``."""
    found = []
    index = first
    numbers = scan.lexicon.numbers
    while index < last:
        token = scan.tokens[index]
        number = None
        if index in taken:
            pass
        elif token.kind == NUMBER:
            number = _digits_at(scan, index)
        elif token.kind == WORD:
            match = scan.starting.get(index)
            vague = sense_of(match, "vague")
            if match is not None and match.last > index + 1 and has(match, "bounds", *_OPERATORS):
                index = match.last  # the "a" of "more than a" is no number of its own
                continue
            if match is not None and vague is not None and _counts(scan, index, is_limited=vague.detail == "limited"):
                number = _vague_at(scan, index, name=vague.value, multiplies=vague.detail == "multiplies")
            elif token.norm in numbers or scan.lexicon.strips:
                number = _words_at(scan, index)
        if number is None:
            index += 1
        else:
            found.append(number)
            index = number.last
    return found


def _counts(scan: Scan, index: int, *, is_limited: bool) -> bool:
    """Tell whether a vague word counts here: not as a round number, nor as another's rank ("commander of the company")."""
    return not _is_round(scan, index) and (not is_limited or _is_limited(scan, index))


def _is_round(scan: Scan, index: int) -> bool:
    """Tell whether a word that may be vague or round is round: after an operator, Russian "hundreds" is "a hundred"."""
    kind, _ = scan.lexicon.numbers.get(scan.word(index), ("", 0.0))
    return kind in {"rounds", "multipliers"} and _is_limited(scan, index)


def _is_limited(scan: Scan, index: int) -> bool:
    """Tell whether an operator stands right before ``index``: about, at least, up to, from."""
    return has(scan.ending.get(index), "bounds", "approx", "at_least", "at_most", "from")


def _digits_at(scan: Scan, index: int) -> Number:
    value = _value(scan.tokens[index].norm)
    last = index + 1
    # "1,5 thousand", "31k"
    bound = Bound.EXACT
    kind, factor = scan.lexicon.numbers.get(scan.word(last), ("", 0.0))
    if kind == "rounds" and not has(scan.starting.get(last), "vague"):  # "2 dozen"
        value, bound, last = value * factor, Bound.APPROX, last + 1
    elif kind == "multipliers":
        value *= factor
        last += 1
        if scan.word(last) == "." and scan.touches(last) and scan.word(last + 1).islower():
            last += 1
    elif scan.word(last) in DASHES and scan.touches(last) and scan.touches(last + 1):
        # "85-ti": a case ending, if the lexicon says so
        if has(scan.starting.get(last + 1), "not_counts", "cardinal"):
            last += 2
    elif (
        scan.touches(last)
        and has(scan.starting.get(last), "not_counts", "attached", "cardinal")
        and not (scan.word(last) in TIMES and scan.touches(last + 1) and scan.tokens[last + 1].kind == NUMBER)
    ):
        last += 1
    return Number(index, last, value, value, bound, is_words=False)


def _value(digits: str) -> float:
    if _GROUPED.match(digits) is None:
        for mark in ",.\u066b":
            whole, found, part = digits.partition(mark)
            if found:
                return float(f"{whole}.{part}")
    return float("".join(char for char in digits if char.isdigit()))


def _vague_at(scan: Scan, index: int, *, name: str, multiplies: bool) -> Number:
    value = scan.lexicon.vague[name]
    last = scan.starting[index].last
    low: float = value.low
    high: float | None = value.high
    kind, factor = scan.lexicon.numbers.get(scan.word(last), ("", 0.0))
    if (
        multiplies and kind in {"multipliers", "rounds", "hundreds"} and factor >= 10
    ):  # "several thousand", "tens of thousands"
        low, last = low * factor, last + 1
        high = None if high is None else (high + 1) * factor - 1
    bound = Bound.APPROX if low == high else Bound.VAGUE
    return Number(index, last, low, high, bound, is_words=True)


def _words_at(scan: Scan, index: int) -> Number | None:
    """Read number words from ``index`` on: units under tens under hundreds, then multipliers."""
    spelled = _Spelled(has_joiner=bool(scan.lexicon.joiner))
    position = index
    while position < len(scan.tokens):
        link = _link_at(scan, position) if position > index else None
        start = position if link is None else position + 1
        word = scan.word(start)
        kind, value = scan.lexicon.numbers.get(word, ("", 0.0))
        if not kind:
            kind, value = _peeled_number(scan, word, is_first=position == index)
            link = "joined" if kind and link is None else link
        if not kind or not spelled.take(kind, value, link):
            break
        position = start + 1
    if spelled.value is None:
        return None
    return Number(index, position, spelled.value, spelled.value, spelled.bound, is_words=True)


def _link_at(scan: Scan, position: int) -> str | None:
    """Return what joins two words of one number at ``position``: "hyphen", "joined", "and", "comma"; ``None`` for nothing."""
    word = scan.word(position)
    if word in DASHES and scan.touches(position) and scan.touches(position + 1):
        return "hyphen"
    if word and word == scan.lexicon.joiner:
        return "joined"
    if word in scan.lexicon.number_and:
        return "and"
    if word == "," and scan.lexicon.numbers.get(scan.word(position + 2), ("", 0.0)) == ("hundreds", 100.0):
        return "comma"  # "two thousand, three hundred"
    return None


class _Spelled:
    """A number being put together from its words, the largest first; where there is a joining particle, units before tens."""

    def __init__(self, *, has_joiner: bool) -> None:
        self.bound = Bound.EXACT
        self._has_joiner = has_joiner
        self._seen = False
        self._total = self._current = self._last = 0.0
        self._step = 0.0  # the next word must lie under it; 0 before the first

    @property
    def value(self) -> float | None:
        """The number so far, ``None`` before its first word or where it is broken."""
        value = self._total + self._current
        return value if self._seen and value == int(value) else None

    def take(self, kind: str, value: float, link: str | None) -> bool:
        """Add one word if it can belong to the number, and tell whether it did."""
        if not self._fits(kind, value, link):
            return False
        match kind:
            case "multipliers":
                self.bound = self.bound if self._seen else Bound.APPROX
                self._total += (self._current or 1) * value
                self._current, self._step = 0.0, value
            case "rounds":
                self._current = (self._current or 1) * value
                self.bound, self._step = Bound.APPROX, 1
            case "hundreds" if value == 100 and 1 <= self._current <= 9:
                self._current, self._step = self._current * 100, 100
            case _ if self._multiplies_score(value, link):
                self._current += 76
                self._step = 20
            case _:
                self._current += value
                self._step = 1 if 10 <= value <= 19 else _magnitude(value)
        self._last = value
        self._seen = True
        return True

    def _fits(self, kind: str, value: float, link: str | None) -> bool:
        if not self._seen:
            return True
        if kind == "multipliers":
            return link in {None, "hyphen"} or (link == "joined" and self._step > value)
        if kind == "rounds":
            return link in {None, "hyphen"} and self._current > 0 and self._last < value
        if kind == "halves":
            return False
        if kind == "hundreds" and value == 100 and 1 <= self._current <= 9:
            return link in {None, "hyphen"}
        return self._continues(value, link)

    def _continues(self, value: float, link: str | None) -> bool:
        if self._multiplies_score(value, link):
            return True
        if self._last in {60, 80} and 10 <= value <= 19:  # French counts on: sixty-ten
            return True
        if self._last == 10 and link == "hyphen":  # and says ten-seven
            return 7 <= value <= 9
        if self._has_joiner and 1 <= self._last <= 9:
            is_ten = 20 <= value <= 90 and value % 10 == 0 and link == "joined"
            return is_ten or (value == 10 and link is None)
        if link == "comma":
            return self._current == 0
        return value < self._step

    def _multiplies_score(self, value: float, link: str | None) -> bool:
        """Tell whether it is the twenty of French four-twenties."""
        return value == 20 and self._last == 4 and link == "hyphen"


def _magnitude(value: float) -> int:
    return 10 ** (len(str(int(value))) - 1) if value >= 1 else 1


def _peeled_number(scan: Scan, word: str, *, is_first: bool) -> tuple[str, float]:
    for strip in scan.lexicon.strips:
        if word.startswith(strip) and len(word) - len(strip) > 2:
            kind, value = scan.lexicon.numbers.get(word[len(strip) :], ("", 0.0))
            if kind and (is_first or strip == scan.lexicon.joiner):
                return kind, value
    return "", 0.0
