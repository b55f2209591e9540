"""Say in one plain line why a finding was made."""

from datetime import date
from math import inf

from monitor.comparison.intervals import is_zero
from monitor.comparison.relations import Judgement, Position
from monitor.model.claim import Claim, Polarity
from monitor.model.finding import Incident, Origin, OriginBasis, Relation
from monitor.model.quantity import Bound, Quantity

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def reason(a: Position, b: Position, *, judgement: Judgement, relation: Relation, incident: Incident) -> str:
    """Return the reason line: what is asked, where and when, both answers with their origins, and how far apart.

    As in "killed, MLI, Tinzaouaten, 25-27 Jul: 2 exact (FAMa) against 47 exact (CSP), ratio 22".
    """
    return f"{_question(a, b, judgement, incident)}: {_answers(a, b, judgement, relation)}"


def _question(a: Position, b: Position, judgement: Judgement, incident: Incident) -> str:
    claim = (b if judgement.part == 1 else a).statement.claim
    what = f"{claim.item} lost" if claim.item is not None else claim.kind.value
    parts = [what, claim.side, incident.place, days(incident.from_day, incident.to_day)]
    return ", ".join(part for part in parts if part is not None)


def _answers(a: Position, b: Position, judgement: Judgement, relation: Relation) -> str:
    if judgement.part is not None:
        part, whole = (a, b) if judgement.part == 0 else (b, a)
        if is_zero(whole.statement.claim.quantity):
            return f"{_part_figure(part)} against none, {_part_figure(whole)}"
        return f"{_part_figure(part)} exceeds the whole, {_part_figure(whole)}{_ratio(judgement)}"
    if relation is Relation.DISTORTION:
        return f"{_channel(a)} and {_channel(b)} credit one speaker with {_amount(a)} and {_amount(b)}"
    if relation is Relation.REVISION:
        return f"{_name(b)} went from {_amount(a)} to {_amount(b)}"
    if relation is Relation.CORROBORATE:
        return f"{_figure(a)} and {_figure(b)} agree"
    return f"{_figure(a)} against {_figure(b)}{_ratio(judgement)}"


def _figure(position: Position) -> str:
    return f"{_amount(position)} ({_name(position)})"


def _part_figure(position: Position) -> str:
    claim = position.statement.claim
    whose = "" if claim.side is None else f" of {claim.side}"
    return f"{_amount(position)} {claim.kind.value}{whose} ({_name(position)})"


def _amount(position: Position) -> str:
    claim = position.statement.claim
    words = amount(claim.quantity)
    return words if claim.polarity is Polarity.ASSERTED else f"{words} {claim.polarity.value}"


def amount(quantity: Quantity) -> str:
    """Write a quantity with its bound.

    >>> amount(Quantity(low=20, high=None, bound=Bound.AT_LEAST))
    'at least 20'
    """
    match quantity.bound:
        case Bound.EXACT:
            return f"{quantity.low} exact"
        case Bound.APPROX:
            return f"about {quantity.low}"
        case Bound.AT_LEAST:
            return f"at least {quantity.low}"
        case Bound.AT_MOST:
            return f"at most {quantity.high}"
        case Bound.RANGE | Bound.VAGUE:
            low = 0 if quantity.low is None else quantity.low
            return f"{low} or more" if quantity.high is None else f"{low} to {quantity.high}"


def _name(position: Position) -> str:
    claim: Claim = position.statement.claim
    origin: Origin = position.origin
    if claim.attributed_to is not None and origin.basis is OriginBasis.SPEAKER:
        return " ".join(claim.attributed_to.split())
    kind, _, name = origin.id.partition(":")
    if kind == "channel" and name == position.statement.channel:
        return _channel(position)
    return f"@{name}" if kind == "channel" else name


def _channel(position: Position) -> str:
    return f"@{position.statement.ref.channel}"


def _ratio(judgement: Judgement) -> str:
    if judgement.distance is None or judgement.distance.ratio == inf:
        return ""
    ratio = judgement.distance.ratio
    return f", ratio {ratio:.0f}" if ratio >= 3 else f", ratio {ratio:.1f}"


def days(first: date, last: date) -> str:
    """Write a span of days without the year.

    >>> days(date(2024, 7, 25), date(2024, 7, 27))
    '25-27 Jul'
    """
    until = f"{last.day} {_MONTHS[last.month - 1]}"
    if first == last:
        return until
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}-{until}"
    return f"{first.day} {_MONTHS[first.month - 1]} - {until}"
