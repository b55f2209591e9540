"""Numbers in text: digits, words, ranges, bounds and vague words, as quantities; and numbers that count nothing.

Source of the readings: CODEBOOK 3.1.
"""

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from monitor.claims.forms import Match, Sense
from monitor.claims.scan import Scan, has, sense_of
from monitor.claims.text import DATE, NUMBER, PUNCT, WORD
from monitor.model.quantity import Bound, Quantity

_LARGEST = 10**9  # larger figures are sums of money or identifiers
_DASHES = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2212")
_APPROX_MARKS = frozenset("~\u2248\u00b1\u02dc\u223c")
_MONEY = frozenset("$\u20ac\u00a3\u20b4\u20bd\u20aa\u20ba")
_TIMES = frozenset("x\u0445\u00d7*")  # Latin and Cyrillic letters that are typed for one another in "3x200"
_RANGE_RATIO = 50  # "20-80" is a range, "3-4000" two numbers
_ROUND_FACTOR = 10  # "tens two" is twenty; no larger factor is said so
_ELLIPSIS = 12  # tokens over which a dash still stands for a verb said before
_OPERATORS = ("approx", "at_least", "at_most")
_GROUPED = re.compile(r"\d{1,3}(?:\D\d{3})+\Z")


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


@dataclass(frozen=True, slots=True)
class _Number:
    first: int
    last: int
    low: float
    high: float | None
    bound: Bound
    is_words: bool


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
    numbers = _numbers(scan, first, last, taken)
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
            mentions.append(_with_bounds(scan, turned, rejected=_rejection(scan, turned)))
            index += 2
            continue
        reason = _rejection(scan, number)
        joined = None if reason is not None or after is None else _range(scan, number, after)
        if joined is not None and after is not None:
            mentions.append(_with_bounds(scan, joined, rejected=_rejection(scan, after)))
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
    number: _Number, *, code: str | None = None, end: int | None = None, rejected: str | None = None
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


def _times(scan: Scan, number: _Number, code: _Number) -> str | None:
    """Return the code of "3 x 200" or "5x300", if the lexicon knows one."""
    between = range(number.last, code.first)
    if len(between) == 1 and scan.word(number.last) in _TIMES and _is_code(scan, code.first):
        return scan.word(code.first)
    return None


def _turned(scan: Scan, number: _Number, after: _Number) -> _Number | None:
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
    return _Number(number.first, after.last, value * after.low, value * after.low, Bound.APPROX, is_words=True)


def _is_code(scan: Scan, index: int) -> bool:
    match = scan.starting.get(index)
    return match is not None and any(sense.category == "harm" and sense.detail == "code" for sense in match.senses)


def _is_base(scan: Scan, mention: QuantityMention, base: _Number) -> bool:
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


# --- single numbers ------------------------------------------------------------------------------------------------


def _numbers(scan: Scan, first: int, last: int, taken: AbstractSet[int]) -> list[_Number]:
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


def _digits_at(scan: Scan, index: int) -> _Number:
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
    elif scan.word(last) in _DASHES and scan.touches(last) and scan.touches(last + 1):
        # "85-ti": a case ending, if the lexicon says so
        if has(scan.starting.get(last + 1), "not_counts", "cardinal"):
            last += 2
    elif (
        scan.touches(last)
        and has(scan.starting.get(last), "not_counts", "attached", "cardinal")
        and not (scan.word(last) in _TIMES and scan.touches(last + 1) and scan.tokens[last + 1].kind == NUMBER)
    ):
        last += 1
    return _Number(index, last, value, value, bound, is_words=False)


def _value(digits: str) -> float:
    if _GROUPED.match(digits) is None:
        for mark in ",.\u066b":
            whole, found, part = digits.partition(mark)
            if found:
                return float(f"{whole}.{part}")
    return float("".join(char for char in digits if char.isdigit()))


def _vague_at(scan: Scan, index: int, *, name: str, multiplies: bool) -> _Number:
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
    return _Number(index, last, low, high, bound, is_words=True)


def _words_at(scan: Scan, index: int) -> _Number | None:
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
    return _Number(index, position, spelled.value, spelled.value, spelled.bound, is_words=True)


def _link_at(scan: Scan, position: int) -> str | None:
    """Return what joins two words of one number at ``position``: "hyphen", "joined", "and", "comma"; ``None`` for nothing."""
    word = scan.word(position)
    if word in _DASHES and scan.touches(position) and scan.touches(position + 1):
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


# --- ranges, bounds ------------------------------------------------------------------------------------------------


def _range(scan: Scan, low: _Number, high: _Number) -> _Number | None:
    opening = scan.ending.get(low.first)
    opens = has(opening, "bounds", "from", "between")
    start = opening.first if opening is not None and opens else low.first
    low = _scaled(scan, low, high)
    if low.high is None or high.low <= low.high or high.low > _RANGE_RATIO * max(low.low, 1):
        return None
    width = high.first - low.last
    middle = scan.starting.get(low.last)
    if width == 1 and scan.word(low.last) in _DASHES:
        start = low.first
    elif width == 3 and scan.word(low.last + 1) in _DASHES:
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
        return _Number(start, high.last, high.low, high.high, high.bound, is_words=high.is_words)
    return _Number(start, high.last, low.low, high.high, Bound.RANGE, is_words=low.is_words)


def _scaled(scan: Scan, low: _Number, high: _Number) -> _Number:
    """Return the lower number in the thousands of the higher: "from 10 to 13 thousand"."""
    kind, factor = scan.lexicon.numbers.get(scan.word(high.last - 1), ("", 0.0))
    is_scaled = kind == "multipliers" and low.high == low.low and low.low * factor < high.low and low.low >= 1
    if not is_scaled or high.last - high.first < 2 or low.low * _RANGE_RATIO >= high.low:
        return low
    return replace(low, low=low.low * factor, high=low.low * factor)


def _is_joined(scan: Scan, index: int) -> bool:
    joiner = scan.lexicon.joiner
    return bool(joiner) and scan.word(index).startswith(joiner)


def _with_bounds(scan: Scan, number: _Number, *, rejected: str | None) -> QuantityMention:
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
    if scan.word(index - 1) in _DASHES:
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


def _quantity(number: _Number, bound: Bound | None) -> Quantity | None:
    low = int(number.low)
    high = None if number.high is None else int(number.high)
    if low > _LARGEST or number.low != low or (high is not None and high < low):
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


# --- what is no count ----------------------------------------------------------------------------------------------


def _senses_of(match: Match | None) -> tuple[Sense, ...]:
    return () if match is None else match.senses


def _rejection(scan: Scan, number: _Number) -> str | None:
    first, last = number.first, number.last
    if not number.is_words:
        reason = _digits_rejection(scan, first, last)
        if reason is not None:
            return reason
    after = scan.starting.get(last)
    if has(after, "not_counts", "unit"):
        return "a measure, not a count"
    if has(after, "not_counts", "months"):
        return "a date"
    if has(after, "not_counts", "object"):
        return "things that are no loss"
    if not number.is_words and any(
        sense.category == "item" and sense.detail == "model" for sense in _senses_of(scan.ending.get(first))
    ):
        return "part of a model's name"
    if has(scan.ending.get(first), "not_counts", "before"):
        return "a name, a sum or a rank, not a count"
    return None


def _digits_rejection(scan: Scan, first: int, last: int) -> str | None:
    token = scan.tokens[first]
    following = scan.word(last)
    preceding = scan.word(first - 1)
    if token.norm.startswith("0") and token.norm != "0":
        return "an identifier"
    if following == "%":
        return "a percentage"
    if preceding in _MONEY or following in _MONEY:
        return "a sum of money"
    if preceding in {"#", "\u2116", "@"}:
        return "a number of a thing"
    if preceding in _DASHES and scan.touches(first) and scan.touches(first - 1) and scan.tokens[first - 2].kind == WORD:
        return "a model or a name"
    if (
        preceding in {".", ":", "/"}
        and scan.touches(first)
        and first >= 2
        and scan.tokens[first - 2].kind in {NUMBER, DATE}
    ):
        return "a date or a clock"
    if (
        following in {":", "/"}
        and scan.touches(last + 1)
        and last + 1 < len(scan.tokens)
        and scan.tokens[last + 1].kind == NUMBER
    ):
        return "a clock or a score"
    if last < len(scan.tokens) and scan.touches(last) and last == first + 1:
        return _attached_rejection(scan, last)
    return None


def _attached_rejection(scan: Scan, index: int) -> str | None:
    token = scan.tokens[index]
    if token.kind == WORD and token.norm not in _TIMES:
        return "a measure, a model or an ordinal"
    if (
        token.kind == PUNCT
        and token.norm in _DASHES
        and scan.touches(index + 1)
        and scan.tokens[index + 1].kind == WORD
    ):
        return "an ordinal, a calibre, an age or a name"
    return None
