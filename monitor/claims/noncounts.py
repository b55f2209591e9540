"""Numbers that count nothing, and why: measures, sums, dates, names, ordinals."""

from monitor.claims.figures import DASHES, TIMES, Number
from monitor.claims.forms import Match, Sense
from monitor.claims.scan import Scan, has, sense_of
from monitor.claims.text import DATE, NUMBER, PUNCT, WORD

_MONEY = frozenset("$\u20ac\u00a3\u20b4\u20bd\u20aa\u20ba")


def rejection(scan: Scan, number: Number) -> str | None:
    """Return in plain words why the number counts nothing, ``None`` for what may be a count."""
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
    if has(after, "not_counts", "object") and sense_of(after, "person") is None:  # a village, but not its villagers
        return "things that are no loss"
    if not number.is_words and any(
        sense.category == "item" and sense.detail == "model" for sense in _senses_of(scan.ending.get(first))
    ):
        return "part of a model's name"
    if has(scan.ending.get(first), "not_counts", "before"):
        return "a name, a sum or a rank, not a count"
    return None


def _senses_of(match: Match | None) -> tuple[Sense, ...]:
    return () if match is None else match.senses


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
    if preceding in DASHES and scan.touches(first) and scan.touches(first - 1) and scan.tokens[first - 2].kind == WORD:
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
    if token.kind == WORD and token.norm not in TIMES:
        return "a measure, a model or an ordinal"
    if token.kind == PUNCT and token.norm in DASHES and scan.touches(index + 1) and scan.tokens[index + 1].kind == WORD:
        return "an ordinal, a calibre, an age or a name"
    return None
