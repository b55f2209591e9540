"""Numbers in text: digits, words, ranges, bounds and vague words, as quantities; and numbers that count nothing.

Source of the readings: CODEBOOK 3.1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.claims.lexicon import Lexicon, Match, Sense
from monitor.claims.text import DATE, NUMBER, PUNCT, WORD, Token
from monitor.model.quantity import Bound, Quantity

_LARGEST = 10**10  # larger figures are sums of money or identifiers
_DASHES = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2212")
_APPROX_MARKS = frozenset("~\u2248\u00b1\u02dc\u223c")
_RANGE_RATIO = 50  # "20-80" is a range, "3-4000" two numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityMention:
    """A quantity over tokens ``first`` to ``last`` (half-open), its operators included.

    ``number_first`` and ``number_last`` bound the number alone. ``rejected`` says in plain words why it counts nothing.
    ``is_increment`` marks "(+1230)" after a total.
    """

    first: int
    last: int
    number_first: int
    number_last: int
    quantity: Quantity | None
    is_increment: bool = False
    is_words: bool = False
    rejected: str | None = None


@dataclass(frozen=True, slots=True)
class _Number:
    first: int
    last: int
    low: float
    high: float | None
    bound: Bound
    is_words: bool
    is_collective: bool = False


class Reading:
    """One text's tokens with the lexicon's matches by first and by last token."""

    def __init__(self, tokens: Sequence[Token], matches: Sequence[Match], lexicon: Lexicon) -> None:
        self.tokens = tokens
        self.lexicon = lexicon
        self.starting: Mapping[int, Match] = {match.first: match for match in matches}
        self.ending: Mapping[int, Match] = {match.last: match for match in matches}

    def word(self, index: int) -> str:
        """Return the folded token at ``index``, empty beyond the text."""
        return self.tokens[index].norm if 0 <= index < len(self.tokens) else ""

    def sense(self, match: Match | None, category: str) -> Sense | None:
        """Return the match's sense of that category, if it has one."""
        if match is None:
            return None
        return next((sense for sense in match.senses if sense.category == category), None)

    def touches(self, index: int) -> bool:
        """Tell whether token ``index`` follows the one before it without a space."""
        return 0 < index < len(self.tokens) and self.tokens[index - 1].end == self.tokens[index].start


def find_quantities(text: Reading) -> list[QuantityMention]:
    """Return every number of the text, left to right, counts and others."""
    numbers = _numbers(text)
    mentions = []
    index = 0
    while index < len(numbers):
        number = numbers[index]
        reason = _rejection(text, number)
        if reason is None and index + 1 < len(numbers):
            joined = _range(text, number, numbers[index + 1])
            if joined is not None:
                after = _rejection(text, numbers[index + 1])
                mentions.append(_with_bounds(text, joined, rejected=after))
                index += 2
                continue
        mentions.append(_with_bounds(text, number, rejected=reason))
        index += 1
    return mentions


# --- single numbers ------------------------------------------------------------------------------------------------


def _numbers(text: Reading) -> list[_Number]:
    found = []
    index = 0
    while index < len(text.tokens):
        number = _number_at(text, index)
        if number is None:
            index += 1
        else:
            found.append(number)
            index = number.last
    return found


def _number_at(text: Reading, index: int) -> _Number | None:
    token = text.tokens[index]
    if token.kind == NUMBER:
        return _digits_at(text, index)
    if token.kind != WORD:
        return None
    vague = text.sense(text.starting.get(index), "vague")
    if vague is not None:
        return _vague_at(text, index, vague)
    return _words_at(text, index)


def _digits_at(text: Reading, index: int) -> _Number:
    value = _value(text.tokens[index].norm)
    last = index + 1
    # "1,5 thousand", "31k", "6 tys."
    kind, factor = text.lexicon.numbers.get(text.word(last), ("", 0.0))
    if kind == "multipliers" or (kind == "rounds" and factor >= 10):
        value *= factor
        last += 1
        if text.word(last) == "." and text.touches(last):
            last += 1
    elif text.word(last) in _DASHES and text.touches(last) and text.touches(last + 1):
        # "85-ti": a case ending, if the lexicon says so
        ending = text.starting.get(last + 1)
        if text.sense(ending, "cardinal") is not None:
            last += 2
    return _Number(index, last, value, value, Bound.EXACT, is_words=False)


def _value(digits: str) -> float:
    whole = digits.replace("\u066b", ",")
    tail = whole[-3:]
    for mark in ",.":
        head, found, end = whole.rpartition(mark)
        if found and len(end) <= 2 and end.isdigit() and not (len(whole) > 3 and whole[-4:-3] in {",", "."}):
            return float("".join(filter(str.isdigit, head)) + "." + end)
    del tail
    return float("".join(filter(str.isdigit, whole)))


def _vague_at(text: Reading, index: int, sense: Sense) -> _Number:
    value = text.lexicon.vague[sense.value]
    last = text.starting[index].last
    low: float = value.low
    high: float | None = value.high
    kind, factor = text.lexicon.numbers.get(text.word(last), ("", 0.0))
    if sense.detail == "multiplies" and kind in {"multipliers", "rounds"}:
        # "several thousand", "tens of thousands"
        low, last = low * factor, last + 1
        high = None if high is None else (high + 1) * factor - 1
    bound = Bound.APPROX if low == high else Bound.VAGUE
    return _Number(index, last, low, high, bound, is_words=True)


def _words_at(text: Reading, index: int) -> _Number | None:
    """Read number words from ``index`` on: units under tens under hundreds, then multipliers.

    Languages with a joining particle (Arabic) say the unit before the ten.
    """
    total = current = 0.0
    step = 0  # magnitude under which the next word must lie
    position = index
    bound = Bound.EXACT
    seen = False
    collective = False
    while position < len(text.tokens):
        start = position
        if seen and text.word(position) in _DASHES and text.touches(position) and text.touches(position + 1):
            start = position + 1
        elif seen and text.sense(text.starting.get(position), "and") is not None:
            start = position + 1
        word = text.word(start)
        kind, value = text.lexicon.numbers.get(word, ("", 0.0))
        joined = False
        if not kind:
            kind, value, joined = _peeled_number(text, word, is_first=not seen)
            if not kind:
                break
        if kind == "multipliers":
            if start != position and word not in _DASHES and text.word(position) not in _DASHES:
                break
            total, current = total + (current or 1) * value, 0.0
            step = int(value)
            if not seen:
                bound = Bound.APPROX if not collective else bound
        elif kind == "rounds":  # ten-ish, a hundred: two dozens
            if seen and current == 0:
                break
            current = (current or 1) * value
            bound = Bound.APPROX
            step = 1
        elif kind == "hundreds" and seen and 1 <= current <= 9 and value == 100:
            current *= 100
            step = 100
        else:
            if seen and not _adds(current, value, step, joined=joined, has_joiner=bool(text.lexicon.joiner)):
                break
            if start != position and not _may_join(text, position, value):
                break
            current += value
            step = _magnitude(value)
            collective = collective or kind == "collective"
        seen = True
        position = start + 1
    if not seen:
        return None
    value = total + current
    if value != int(value):
        return None
    return _Number(index, position, value, value, bound, is_words=True, is_collective=collective)


def _may_join(text: Reading, position: int, value: float) -> bool:
    """Tell whether "and" or a hyphen at ``position`` may stand inside a number before ``value``."""
    if text.word(position) in _DASHES:
        return True
    return value < 100 and text.word(position) in text.lexicon.joiner.split()


def _magnitude(value: float) -> int:
    return 10 ** (len(str(int(value))) - 1) if value >= 1 else 1


def _adds(current: float, value: float, step: int, *, joined: bool, has_joiner: bool) -> bool:
    if current == 0:
        return step == 0 or value < step
    if current in {60, 80} and 10 <= value <= 19:  # French counts on: sixty-ten
        return True
    if current == 4 and value == 20:
        return False
    if joined or has_joiner:
        return value < _magnitude(current) or (current < 10 and value in {10, 20, 30, 40, 50, 60, 70, 80, 90})
    return value < _magnitude(current) and current >= 20


def _peeled_number(text: Reading, word: str, *, is_first: bool) -> tuple[str, float, bool]:
    for strip in text.lexicon.strips:
        if word.startswith(strip) and len(word) - len(strip) > 2:
            kind, value = text.lexicon.numbers.get(word[len(strip) :], ("", 0.0))
            if kind and (is_first or strip == text.lexicon.strips[0]):
                return kind, value, True
    return "", 0.0, False


# --- ranges, bounds ------------------------------------------------------------------------------------------------


def _range(text: Reading, low: _Number, high: _Number) -> _Number | None:
    between = range(low.last, high.first)
    opening = text.ending.get(low.first)
    opens = text.sense(opening, "range")
    words = [text.word(index) for index in between]
    if low.high is None or high.low <= (low.high or 0) or high.low > _RANGE_RATIO * max(low.low, 1):
        return None
    if len(words) == 1 and words[0] in _DASHES:
        first = low.first
    elif words and _joins_range(text, low.last, high.first, opened=opens is not None):
        first = opening.first if opening is not None and opens is not None else low.first
    elif not words and opens is not None and text.tokens[high.first].norm.startswith(text.lexicon.joiner or "\0"):
        first = opening.first if opening is not None else low.first
    else:
        return None
    if text.sense(text.ending.get(first), "change") is not None:
        return _Number(first, high.last, high.low, high.high, high.bound, is_words=high.is_words)
    return _Number(first, high.last, low.low, high.high, Bound.RANGE, is_words=low.is_words)


def _joins_range(text: Reading, first: int, last: int, *, opened: bool) -> bool:
    match = text.starting.get(first)
    if match is None or match.last != last:
        return False
    sense = text.sense(match, "range")
    if sense is not None and sense.value == "to":
        return True
    return opened and (text.sense(match, "and") is not None or sense is not None)


def _with_bounds(text: Reading, number: _Number, *, rejected: str | None) -> QuantityMention:
    first, last = number.first, number.last
    bound: Bound | None = None
    is_increment = False
    while True:
        before = text.ending.get(first)
        sense = text.sense(before, "bound")
        if before is not None and sense is not None:
            found = Bound(sense.value)
            if found is Bound.AT_MOST and text.sense(text.ending.get(before.first), "change") is not None:
                break
            bound = bound if bound is not None and found is Bound.APPROX else found
            first = before.first
            continue
        mark = text.word(first - 1)
        if mark in _APPROX_MARKS:
            bound = bound or Bound.APPROX
            first -= 1
        elif mark in {">", "\u2265"}:
            bound = Bound.AT_LEAST
            first -= 1
        elif mark in {"<", "\u2264"}:
            bound = Bound.AT_MOST
            first -= 1
        elif mark == "+" and text.touches(first):
            is_increment = True
            first -= 1
        else:
            break
    if text.word(last) == "+" and text.touches(last):
        bound = Bound.AT_LEAST
        last += 1
    after = text.starting.get(last)
    sense = text.sense(after, "bound_after")
    if after is not None and sense is not None:
        bound = Bound(sense.value.removesuffix("_after"))
        last = after.last
    if bound is None and text.sense(text.ending.get(first), "inversion") is not None:
        bound = Bound.APPROX
    quantity = None
    if rejected is None:
        quantity = _quantity(number, bound)
        if quantity is None:
            rejected = "too large or broken for a count"
    return QuantityMention(
        first=first,
        last=last,
        number_first=number.first,
        number_last=number.last,
        quantity=quantity,
        is_increment=is_increment,
        is_words=number.is_words,
        rejected=rejected,
    )


def _quantity(number: _Number, bound: Bound | None) -> Quantity | None:
    low = int(number.low)
    high = None if number.high is None else int(number.high)
    if low > _LARGEST or number.low != low:
        return None
    match bound:
        case Bound.AT_LEAST:
            return Quantity(low=low, high=None, bound=Bound.AT_LEAST)
        case Bound.AT_MOST:
            return Quantity(low=None, high=high if number.bound is Bound.RANGE or low == high else low, bound=Bound.AT_MOST) if high is not None else None
        case Bound.APPROX if low == high:
            return Quantity(low=low, high=high, bound=Bound.APPROX)
        case _:
            return Quantity(low=low, high=high, bound=number.bound)


# --- what is no count ----------------------------------------------------------------------------------------------


def _rejection(text: Reading, number: _Number) -> str | None:
    first, last = number.first, number.last
    if not number.is_words:
        reason = _digits_rejection(text, first, last)
        if reason is not None:
            return reason
    after = text.starting.get(last)
    if text.sense(after, "unit") is not None:
        return "a measure, not a count"
    if text.sense(after, "month") is not None:
        return "a date"
    before = text.ending.get(first)
    if text.sense(before, "unit_before") is not None:
        return "a name or a sum, not a count"
    return None


def _digits_rejection(text: Reading, first: int, last: int) -> str | None:
    token = text.tokens[first]
    following = text.word(last)
    if token.norm.startswith("0") and token.norm not in {"0"}:
        return "an identifier"
    if following == "%":
        return "a percentage"
    if text.word(first - 1) in {"$", "\u20ac", "\u00a3", "\u20b4", "\u20bd"} or following in {"$", "\u20ac", "\u00a3", "\u20b4", "\u20bd"}:
        return "a sum of money"
    if text.word(first - 1) in {"#", "\u2116", "@"}:
        return "a number of a thing"
    if text.word(first - 1) in _DASHES and text.touches(first) and text.touches(first - 1) and text.tokens[first - 2].kind == WORD:
        return "a model or a name"
    if text.word(first - 1) in {".", ":", "/"} and text.touches(first) and first >= 2 and text.tokens[first - 2].kind in {NUMBER, DATE}:
        return "a date or a clock"
    if following in {":", "/"} and text.touches(last) and text.touches(last + 1) and last + 1 < len(text.tokens) and text.tokens[last + 1].kind == NUMBER:
        return "a clock or a score"
    if last < len(text.tokens) and text.touches(last) and last == first + 1:
        return _attached_rejection(text, last)
    return None


def _attached_rejection(text: Reading, index: int) -> str | None:
    token = text.tokens[index]
    if token.kind == WORD:
        return None if text.sense(text.starting.get(index), "attached") is not None else "a measure, model or ordinal"
    if token.kind == PUNCT and token.norm in _DASHES and text.touches(index + 1) and text.tokens[index + 1].kind == WORD:
        return "an ordinal, calibre, age or name"
    return None
