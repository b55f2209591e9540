"""What the frame of a digest calls things: sides, losses, figures, statuses, times."""

from collections.abc import Sequence
from datetime import date, datetime, tzinfo

from monitor.digest.sides import SIDE_NAMES
from monitor.model.claim import Kind, Polarity, Scope
from monitor.model.edition import Answer
from monitor.model.finding import Origin, Relation, Split, Status
from monitor.model.quantity import Bound, Quantity

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DASH = "\u2013"

SEVERITIES = {1: "minor", 2: "notable", 3: "major"}
MARKS = {1: "\U0001f7e1", 2: "\U0001f7e0", 3: "\U0001f534"}  # circles; the word stands beside them for who sees no red

_CIVILIANS = "civ"

KINDS = {
    Kind.KILLED: "killed",
    Kind.WOUNDED: "wounded",
    Kind.CAPTURED: "captured",
    Kind.MISSING: "missing",
    Kind.CASUALTIES: "casualties",
    Kind.EQUIPMENT: "equipment lost",
}
STATUSES = {
    Status.EVOLVING: "evolving",
    Status.STANDING: "standing",
    Status.RESOLVED: "resolved",
    Status.RETRACTED: "retracted",
}
SPLITS = {
    Split.PARTISAN: "partisan split",
    Split.WITHIN_CAMP: "split within one camp",
    Split.ADMISSION: "admission of own loss",
}
RELATIONS = {
    Relation.DISTORTION: "one speaker, two figures",
    Relation.DISPUTED: "doubted",
}
_SCOPES = {
    Scope.DAILY: "over one day",
    Scope.PERIOD: "over a period",
    Scope.WAR_TOTAL: "since the war began",
}
_POLARITIES = {Polarity.DENIED: "denies ", Polarity.DOUBTED: "doubts "}


def side(identifier: str | None) -> str:
    """Name a side, or several joined by "+"; one without a name goes by its id."""
    if identifier is None:
        return "side not stated"
    return " and ".join(_one_side(part) for part in identifier.split("+"))


def _one_side(identifier: str) -> str:
    if identifier == _CIVILIANS:
        return "civilians"
    if identifier.startswith(f"{_CIVILIANS}-"):
        whose = identifier.removeprefix(f"{_CIVILIANS}-")
        return f"civilians ({SIDE_NAMES.get(whose, whose)})"
    return SIDE_NAMES.get(identifier, identifier)


def speaker(origin: Origin) -> str | None:
    """Name the side that speaks, where the origin is one."""
    kind, _, name = origin.id.partition(":")
    return SIDE_NAMES.get(name.upper()) if kind == "speaker" else None


def loss(kind: Kind, *, item: str | None) -> str:
    """Name what is counted."""
    if item is not None:
        return f"{item.replace('_', ' ')} lost"
    return KINDS.get(kind, kind.value.replace("_", " "))


def scope(of: Scope) -> str | None:
    """Name the span of time a figure sums up; ``None`` for a single incident, which needs no word."""
    return _SCOPES.get(of)


def figure(quantity: Quantity, *, polarity: Polarity = Polarity.ASSERTED) -> str:
    """Write a figure as a reader says it: ``47``, ``at least 20``, ``denies 2``."""
    return _POLARITIES.get(polarity, "") + _figure(quantity)


def _figure(quantity: Quantity) -> str:
    low, high = quantity.low, quantity.high
    if low is None:
        return f"at most {high:,}"
    if high is None:
        return f"at least {low:,}"
    number = f"{low:,}" if low == high else f"{low:,}{DASH}{high:,}"
    return f"about {number}" if quantity.bound in {Bound.APPROX, Bound.VAGUE} else number


def spread(answers: tuple[Answer, ...]) -> str:
    """Write the range that the answers span, and what is denied: ``2 to 47; 84 denied``.

    What no post says any more counts only where nothing else is left.
    """
    standing = [answer.cited for answer in answers if answer.cited.until is None]
    cited = standing or [answer.cited for answer in answers]
    said = [told.quantity for told in cited if told.polarity is not Polarity.DENIED]
    denied = [_figure(told.quantity) for told in cited if told.polarity is Polarity.DENIED]
    parts = [_range(said)] if said else []
    parts += [f"{figure} denied" for figure in dict.fromkeys(denied)]
    return "; ".join(parts)


def _range(quantities: Sequence[Quantity]) -> str:
    edges = [edge for quantity in quantities for edge in (quantity.low, quantity.high) if edge is not None]
    lowest, highest = min(edges), max(edges)
    if any(quantity.low is None for quantity in quantities):
        lowest = 0
    more = " or more" if any(quantity.high is None and quantity.low == highest for quantity in quantities) else ""
    return f"{lowest:,}{more}" if lowest == highest else f"{lowest:,} to {highest:,}{more}"


def instant(moment: datetime, *, zone: tzinfo, year: bool = False) -> str:
    """Write day, month, perhaps the year, hour and minute in ``zone``."""
    local = moment.astimezone(zone)
    date_words = f"{day(local.date())} {local.year}" if year else day(local.date())
    return f"{date_words} {local.hour:02}:{local.minute:02}"


def day(of: date) -> str:
    """Write day and month."""
    return f"{of.day} {MONTHS[of.month - 1]}"


def days(first: date | None, last: date | None) -> str | None:
    """Write the days of an incident; ``None`` where they are not known."""
    if first is None or last is None:
        return None
    if first == last:
        return day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}{DASH}{day(last)}"
    return f"{day(first)} {DASH} {day(last)}"


def counted(number: int, *, one: str, many: str) -> str:
    """Write a number with its noun."""
    return f"{number:,} {one if number == 1 else many}"
