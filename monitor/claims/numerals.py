"""Quantities in text: numbers with their ranges, bounds and slang codes, counts and others.

Source of the readings: CODEBOOK 3.1.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from monitor.claims.figures import DASHES, TIMES, Number, numbers_in
from monitor.claims.forms import Match
from monitor.claims.noncounts import rejection
from monitor.claims.scan import Scan, has, sense_of
from monitor.claims.text import NUMBER, WORD
from monitor.model.quantity import Bound, Quantity

_LARGEST = 10**9  # larger figures are sums of money or identifiers
_APPROX_MARKS = frozenset("~\u2248\u00b1\u02dc\u223c")
_RANGE_RATIO = 50  # "20-80" is a range, "3-4000" two numbers
_ROUND_FACTOR = 10  # "tens two" is twenty; no larger factor is said so
_ELLIPSIS = 12  # tokens over which a dash still stands for a verb said before


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityMention:
    """A quantity over tokens ``first`` to ``last`` (half-open), its operators included.

    ``number_first`` and ``number_last`` bound the number alone. ``rejected`` says in plain words why it counts nothing;
    ``quantity`` is ``None`` only then. ``is_increment`` marks "(+1230)" after a total, ``code`` the second number of
    "3 x 200". ``base`` is where "of 72" ends, if that follows.
    """

    first: int
    last: int
    number_first: int
    number_last: int
    quantity: Quantity | None
    is_increment: bool = False
    is_words: bool = False
    is_inverted: bool = False
    code: str | None = None
    rejected: str | None = None


def find_quantities(
    scan: Scan, first: int, last: int, *, taken: AbstractSet[int] = frozenset()
) -> list[QuantityMention]:
    """Return every number of tokens ``first`` to ``last`` (half-open), left to right, counts and others.

    Args:
        scan: The text.
        first: Where the sentence begins.
        last: Where it ends.
        taken: Tokens that belong to dates and clocks: no number starts there.
    """
    numbers = numbers_in(scan, first, last, taken)
    mentions: list[QuantityMention] = []
    index = 0
    while index < len(numbers):
        number = numbers[index]
        after = numbers[index + 1] if index + 1 < len(numbers) else None
        times = None if after is None else _times(scan, number, after)
        if times is not None and after is not None:
            mentions.append(_mention(number, code=times, end=after.last))
            index += 2
            continue
        turned = None if after is None else _turned(scan, number, after)
        if turned is not None:
            mentions.append(_with_bounds(scan, turned, rejected=rejection(scan, turned)))
            index += 2
            continue
        reason = rejection(scan, number)
        joined = None if reason is not None or after is None else _range(scan, number, after)
        if joined is not None and after is not None:
            mentions.append(_with_bounds(scan, joined, rejected=rejection(scan, after)))
            index += 2
            continue
        mention = _with_bounds(scan, number, rejected=reason)
        index += 1
        if after is not None and _is_base(scan, mention, after):
            # The noun stands behind the base: "58 of 72 drones".
            mentions.append(replace(mention, last=after.last))
            mentions.append(_mention(after, rejected="the base of the number before it"))
            index += 1
        else:
            mentions.append(mention)
    return mentions


def _mention(
    number: Number, *, code: str | None = None, end: int | None = None, rejected: str | None = None
) -> QuantityMention:
    quantity = None if rejected is not None else _quantity(number, None)
    if quantity is None and rejected is None:
        rejected = "too large or broken for a count"
    return QuantityMention(
        first=number.first,
        last=end or number.last,
        number_first=number.first,
        number_last=end or number.last,
        quantity=quantity,
        is_words=number.is_words,
        code=code,
        rejected=rejected,
    )


def _times(scan: Scan, number: Number, code: Number) -> str | None:
    """Return the code of "3 x 200" or "5x300", if the lexicon knows one."""
    between = range(number.last, code.first)
    if len(between) == 1 and scan.word(number.last) in TIMES and _is_code(scan, code.first):
        return scan.word(code.first)
    return None


def _turned(scan: Scan, number: Number, after: Number) -> Number | None:
    """Return the number of a round word that stands before its factor, which makes it approximate: "tens two"."""
    if (
        number.last != after.first
        or number.last != number.first + 1
        or not after.is_words
        or not 1 < after.low < _ROUND_FACTOR
        or not has(scan.starting.get(number.first), "bounds", "inversion")
    ):
        return None
    kind, value = scan.lexicon.numbers.get(scan.word(number.first), ("", 0.0))
    if kind not in {"rounds", "multipliers"}:
        return None
    return Number(number.first, after.last, value * after.low, value * after.low, Bound.APPROX, is_words=True)


def _is_code(scan: Scan, index: int) -> bool:
    match = scan.starting.get(index)
    return match is not None and any(sense.category == "harm" and sense.detail == "code" for sense in match.senses)


def _is_base(scan: Scan, mention: QuantityMention, base: Number) -> bool:
    """Tell whether ``base`` is the 72 of "58 of 72"."""
    of = scan.starting.get(mention.last)
    if of is None or not has(of, "grammar", "of"):
        return False
    if mention.is_words and mention.quantity == Quantity.exactly(1):
        return False  # "one of the 108 who died"
    return (
        base.first == of.last
        and not base.is_words
        and mention.quantity is not None
        and base.low >= (mention.quantity.low or 0)
    )


def _range(scan: Scan, low: Number, high: Number) -> Number | None:
    opening = scan.ending.get(low.first)
    opens = has(opening, "bounds", "from", "between")
    start = opening.first if opening is not None and opens else low.first
    low = _scaled(scan, low, high)
    if low.high is None or high.low <= low.high or high.low > _RANGE_RATIO * max(low.low, 1):
        return None
    width = high.first - low.last
    middle = scan.starting.get(low.last)
    if width == 1 and scan.word(low.last) in DASHES:
        start = low.first
    elif width == 3 and scan.word(low.last + 1) in DASHES:
        return None
    elif (
        (middle is not None and middle.last == high.first and has(middle, "bounds", "to"))
        or (middle is not None and middle.last == high.first and opens and has(middle, "bounds", "and"))
        or (width == 0 and opens and _is_joined(scan, high.first))
    ):
        pass
    else:
        return None
    if _follows_change(scan, start):
        # "rose from 12 to 19" is nineteen
        return Number(start, high.last, high.low, high.high, high.bound, is_words=high.is_words)
    return Number(start, high.last, low.low, high.high, Bound.RANGE, is_words=low.is_words)


def _scaled(scan: Scan, low: Number, high: Number) -> Number:
    """Return the lower number in the thousands of the higher: "from 10 to 13 thousand"."""
    kind, factor = scan.lexicon.numbers.get(scan.word(high.last - 1), ("", 0.0))
    is_scaled = kind == "multipliers" and low.high == low.low and low.low * factor < high.low and low.low >= 1
    if not is_scaled or high.last - high.first < 2 or low.low * _RANGE_RATIO >= high.low:
        return low
    return replace(low, low=low.low * factor, high=low.low * factor)


def _is_joined(scan: Scan, index: int) -> bool:
    joiner = scan.lexicon.joiner
    return bool(joiner) and scan.word(index).startswith(joiner)


def _with_bounds(scan: Scan, number: Number, *, rejected: str | None) -> QuantityMention:
    first, last = number.first, number.last
    bound: Bound | None = None
    is_increment = is_inverted = False
    while first > 0:
        before = scan.ending.get(first)
        sense = sense_of(before, "bounds")
        if before is not None and sense is not None and sense.value in {"approx", "at_least", "at_most"}:
            found = Bound(sense.value)
            if found is Bound.AT_MOST and _follows_change(scan, before.first):
                first = before.first
                break
            bound = bound if bound is not None and found is Bound.APPROX else found
            first = before.first
            continue
        late = None if before is None else _late_bound(before)
        if before is not None and late is not None:
            bound = late  # "and more than 200": the form is the longest that fits, its "and" goes with it
            first = before.first
            break
        if (
            before is not None
            and bound is None
            and has(before, "bounds", "from")
            and not has(before, "grammar", "of")
            and not _follows_change(scan, before.first)
        ):
            bound = Bound.AT_LEAST  # "from 20" with no "to"
            first = before.first
            continue
        mark = scan.word(first - 1)
        if mark in _APPROX_MARKS:
            bound = bound or Bound.APPROX
        elif mark in {">", "\u2265"}:
            bound = Bound.AT_LEAST
        elif mark in {"<", "\u2264"}:
            bound = Bound.AT_MOST
        elif mark == "+" and scan.touches(first):
            is_increment = True
        else:
            break
        first -= 1
    if scan.word(last) == "+" and scan.touches(last):
        bound = Bound.AT_LEAST
        last += 1
    after = scan.starting.get(last)
    late = _bound_after(scan, after)
    if after is not None and late is not None:
        bound, last = late, after.last
    before = scan.ending.get(first)
    if bound is None and before is not None and has(before, "bounds", "inversion") and number.is_words is not None:
        bound, is_inverted, first = Bound.APPROX, True, before.first
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
        is_inverted=is_inverted,
        rejected=rejected,
    )


def bounded_late(scan: Scan, mention: QuantityMention, index: int) -> tuple[QuantityMention, int]:
    """Return the quantity with the operator that stands at ``index``, behind what it counts, and where that ends.

    "six dead at least" is six and more; a quantity with an operator of its own stays as it is.
    """
    match = scan.starting.get(index)
    bound = _bound_after(scan, match)
    quantity = mention.quantity
    if match is None or bound is None or quantity is None or quantity.bound is not Bound.EXACT:
        return mention, index
    low = None if bound is Bound.AT_MOST else quantity.low
    high = None if bound is Bound.AT_LEAST else quantity.high
    return replace(mention, quantity=Quantity(low=low, high=high, bound=bound)), match.last


def _bound_after(scan: Scan, match: Match | None) -> Bound | None:
    if match is None or _begins_number(scan, match.last):
        return None  # "two helicopters and more than 200 drones": the operator of the next number
    return _late_bound(match)


def _late_bound(match: Match) -> Bound | None:
    """Return the limit of an operator that commonly stands behind its number: "and more", "at least"."""
    for sense in match.senses:
        if sense.category == "bounds" and sense.value.endswith("_after"):
            return Bound(sense.value.removesuffix("_after"))
    return None


def _begins_number(scan: Scan, index: int) -> bool:
    return index < len(scan.tokens) and (
        scan.tokens[index].kind == NUMBER
        or scan.word(index) in scan.lexicon.numbers
        or sense_of(scan.starting.get(index), "vague") is not None
    )


def _follows_change(scan: Scan, index: int) -> bool:
    """Tell whether a verb of growth stands right before ``index``, at most two plain words off: "rose today to 19".

    A dash may stand for the verb of the clause before: "the dead rose to 12, the wounded - to 38".
    """
    if scan.word(index - 1) in DASHES:
        return any(
            has(scan.ending.get(position), "grammar", "change")
            for position in range(index - 1, max(index - _ELLIPSIS, 0), -1)
        )
    for position in range(index, max(index - 3, 0), -1):
        match = scan.ending.get(position)
        if has(match, "grammar", "change"):
            return True
        if position > 0 and scan.tokens[position - 1].kind not in {WORD, NUMBER}:
            return False
    return False


def _quantity(number: Number, bound: Bound | None) -> Quantity | None:
    if max(number.low, number.high or 0) > _LARGEST:  # hundreds of digits are infinite
        return None
    low = int(number.low)
    high = None if number.high is None else int(number.high)
    if number.low != low or (high is not None and high < low):
        return None
    match bound:
        case Bound.AT_LEAST:
            return Quantity(low=low, high=None, bound=Bound.AT_LEAST)
        case Bound.AT_MOST if high is not None:
            return Quantity(low=None, high=high, bound=Bound.AT_MOST)
        case Bound.APPROX if low == high:
            return Quantity(low=low, high=high, bound=Bound.APPROX)
        case _:
            return Quantity(low=low, high=high, bound=number.bound)
