"""What the frame of a digest calls things: sides, losses, figures, statuses, times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from monitor.digest.frame import Frame
from monitor.digest.sides import SIDE_NAMES
from monitor.model.claim import Kind, Polarity, Scope, SideBasis
from monitor.model.edition import Answer
from monitor.model.finding import Origin, Relation, Split, Status
from monitor.model.quantity import Bound, Quantity

DASH = "\u2013"
MARKS = {1: "\U0001f7e1", 2: "\U0001f7e0", 3: "\U0001f534"}  # circles; the word stands beside them for who sees no red
SIDE_CONTEXT: Final = "side"

_CIVILIANS = "civ"
_HOUR = timedelta(hours=1)


def N_(text: str) -> str:  # noqa: N802 - the name by which gettext's tools know what is translated later
    """Mark a text for the catalogues."""
    return text


_MONTHS = (
    N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"),
    N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec"),
)  # fmt: skip
_SEVERITIES = {1: N_("minor"), 2: N_("notable"), 3: N_("major")}
_KINDS: Mapping[Kind, str] = {
    Kind.KILLED: N_("killed"),
    Kind.WOUNDED: N_("wounded"),
    Kind.CAPTURED: N_("captured"),
    Kind.MISSING: N_("missing"),
    Kind.CASUALTIES: N_("casualties"),
    Kind.EQUIPMENT: N_("equipment lost"),
}
_ITEMS: Mapping[str, str] = {
    "aircraft": N_("aircraft lost"),
    "air_defence": N_("air defence lost"),
    "armoured_vehicle": N_("armoured vehicles lost"),
    "artillery": N_("artillery lost"),
    "drone": N_("drones lost"),
    "helicopter": N_("helicopters lost"),
    "missile": N_("missiles lost"),
    "mlrs": N_("rocket launchers lost"),
    "ship": N_("ships lost"),
    "tank": N_("tanks lost"),
    "vehicle": N_("vehicles lost"),
    "other": N_("other equipment lost"),
}
_STATUSES: Mapping[Status, str] = {
    Status.EVOLVING: N_("evolving"),
    Status.STANDING: N_("standing"),
    Status.RESOLVED: N_("resolved"),
    Status.RETRACTED: N_("retracted"),
}
_SPLITS: Mapping[Split, str] = {
    Split.PARTISAN: N_("partisan split"),
    Split.WITHIN_CAMP: N_("split within one camp"),
    Split.ADMISSION: N_("admission of own loss"),
}
_RELATIONS: Mapping[Relation, str] = {
    Relation.DISTORTION: N_("one speaker, two figures"),
    Relation.DISPUTED: N_("doubted"),
}
_SCOPES: Mapping[Scope, str] = {
    Scope.DAILY: N_("over one day"),
    Scope.PERIOD: N_("over a period"),
    Scope.WAR_TOTAL: N_("since the war began"),
}
_POLARITIES: Mapping[Polarity, str] = {Polarity.DENIED: N_("denies {figure}"), Polarity.DOUBTED: N_("doubts {figure}")}
_BASES: Mapping[SideBasis, str] = {
    SideBasis.CHANNEL: N_("side inferred from the channel"),
    SideBasis.THEATRE: N_("side inferred from the theatre"),
}
# Why a dispute ended, as the comparison says it; what stands in no catalogue is shown as it is.
_ENDINGS = (
    N_("the post was deleted"),
    N_("an edit took the figure out"),
    N_("the origin itself took it back"),
    N_("the origin has since given another figure"),
    N_("the figures have come within tolerance"),
    N_("the origin gave a new figure"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How things are called in one language; instants are written in ``zone``."""

    frame: Frame
    zone: tzinfo

    # --- sides and losses

    def side(self, identifier: str | None) -> str:
        """Name a side, or several joined by "+"; one without a name goes by its id."""
        if identifier is None:
            return self.frame.gettext("side not stated")
        first, *others = (self._one_side(part) for part in identifier.split("+"))
        for other in others:
            first = self.frame.gettext("{one} and {other}").format(one=first, other=other)
        return first

    def _one_side(self, identifier: str) -> str:
        if identifier == _CIVILIANS:
            return self.frame.gettext("civilians")
        if identifier.startswith(f"{_CIVILIANS}-"):
            whose = self._named(identifier.removeprefix(f"{_CIVILIANS}-"))
            return self.frame.gettext("civilians ({country})").format(country=whose)
        return self._named(identifier)

    def _named(self, identifier: str) -> str:
        name = SIDE_NAMES.get(identifier)
        return identifier if name is None else self.frame.pgettext(SIDE_CONTEXT, name)

    def speaker(self, origin: Origin) -> str | None:
        """Name the side that speaks, where the origin is one."""
        kind, _, name = origin.id.partition(":")
        return self._named(name.upper()) if kind == "speaker" and name.upper() in SIDE_NAMES else None

    def loss(self, kind: Kind, *, item: str | None) -> str:
        """Name what is counted."""
        if item is None:
            return self.frame.gettext(_KINDS[kind])
        known = _ITEMS.get(item)
        if known is not None:
            return self.frame.gettext(known)
        return self.frame.gettext("{item} lost").format(item=item.replace("_", " "))

    def basis(self, basis: SideBasis | None) -> str | None:
        """Say that a side is not the text's own word; ``None`` where it is."""
        return None if basis is None or basis not in _BASES else self.frame.gettext(_BASES[basis])

    # --- what became of a question

    def severity(self, of: int) -> str:
        """Name a severity."""
        return self.frame.gettext(_SEVERITIES[of])

    def status(self, of: Status) -> str:
        """Name a status."""
        return self.frame.gettext(_STATUSES[of])

    def split(self, of: Split) -> str:
        """Name how the camps divide."""
        return self.frame.gettext(_SPLITS[of])

    def relation(self, of: Relation) -> str | None:
        """Name a relation; ``None`` for a plain contradiction or agreement, which needs no word."""
        return self.frame.gettext(_RELATIONS[of]) if of in _RELATIONS else None

    def ending(self, reason: str) -> str:
        """Say why a dispute ended."""
        return self.frame.gettext(reason) if reason in _ENDINGS else reason

    def scope(self, of: Scope) -> str | None:
        """Name the span of time a figure sums up; ``None`` for a single incident, which needs no word."""
        return self.frame.gettext(_SCOPES[of]) if of in _SCOPES else None

    # --- figures

    def number(self, number: int) -> str:
        """Write a number, its thousands parted as the language does."""
        return f"{number:,}".replace(",", self.frame.pgettext("between thousands", ","))

    def figure(self, quantity: Quantity, *, polarity: Polarity = Polarity.ASSERTED) -> str:
        """Write a figure as a reader says it: ``47``, ``at least 20``, ``denies 2``."""
        figure = self._figure(quantity)
        return self.frame.gettext(_POLARITIES[polarity]).format(figure=figure) if polarity in _POLARITIES else figure

    def _figure(self, quantity: Quantity) -> str:
        low, high = quantity.low, quantity.high
        if low is None:
            return self.frame.gettext("at most {number}").format(number=self.number(high or 0))
        if high is None:
            return self.frame.gettext("at least {number}").format(number=self.number(low))
        number = self.number(low)
        if low != high:
            number = self.frame.gettext("{low}\u2013{high}").format(low=number, high=self.number(high))
        if quantity.bound in {Bound.APPROX, Bound.VAGUE}:
            return self.frame.gettext("about {number}").format(number=number)
        return number

    def spread(self, answers: tuple[Answer, ...]) -> str:
        """Write the range that the answers span, and what is denied: ``2 to 47; 84 denied``.

        What no post says any more counts only where nothing else is left.
        """
        standing = [answer.cited for answer in answers if answer.cited.until is None]
        cited = standing or [answer.cited for answer in answers]
        said = [told.quantity for told in cited if told.polarity is not Polarity.DENIED]
        denied = [self._figure(told.quantity) for told in cited if told.polarity is Polarity.DENIED]
        parts = [self._range(said)] if said else []
        parts += [self.frame.gettext("{figure} denied").format(figure=figure) for figure in dict.fromkeys(denied)]
        return "; ".join(parts)

    def _range(self, quantities: Sequence[Quantity]) -> str:
        low, high, is_open = span_of(quantities)
        if low != high:
            text = self.frame.gettext("{low} to {high}").format(low=self.number(low), high=self.number(high))
        else:
            text = self.number(low)
        return self.frame.gettext("{range} or more").format(range=text) if is_open else text

    # --- times

    def instant(self, moment: datetime, *, year: bool = False) -> str:
        """Write day, month, perhaps the year, hour and minute."""
        local = moment.astimezone(self.zone)
        day = f"{self.day(local.date())} {local.year}" if year else self.day(local.date())
        return f"{day} {local.hour:02}:{local.minute:02}"

    def day(self, of: date) -> str:
        """Write day and month."""
        return f"{of.day} {self.frame.gettext(_MONTHS[of.month - 1])}"

    def days(self, first: date | None, last: date | None) -> str | None:
        """Write the days of an incident; ``None`` where they are not known."""
        if first is None or last is None:
            return None
        if first == last:
            return self.day(first)
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day}{DASH}{self.day(last)}"
        return f"{self.day(first)} {DASH} {self.day(last)}"

    def hours(self, span: timedelta) -> str:
        """Write a span in whole hours."""
        return self.frame.gettext("{number} h").format(number=span // _HOUR)

    # --- counts

    def origins(self, number: int) -> str:
        """Count origins."""
        text = self.frame.ngettext("{number} origin", "{number} independent origins", number)
        return text.format(number=self.number(number))

    def and_more(self, number: int) -> str:
        """Count what is not shown."""
        return self.frame.gettext("and {number} more").format(number=self.number(number))


def span_of(quantities: Sequence[Quantity]) -> tuple[int, int, bool]:
    """Return the lowest and the highest figure, and whether it may be more than the highest.

    What a vague word reaches up to at the most is nobody's figure: it counts only where nothing else is said.
    """
    firm = [quantity for quantity in quantities if quantity.bound is not Bound.VAGUE]
    edges = [edge for quantity in firm or quantities for edge in (quantity.low, quantity.high) if edge is not None]
    edges += [quantity.low for quantity in quantities if quantity.low is not None]
    lowest, highest = min(edges), max(edges)
    if any(quantity.low is None for quantity in quantities):
        lowest = 0
    tops = [quantity for quantity in quantities if quantity.low == highest]
    is_open = any(quantity.high is None or (firm and quantity.bound is Bound.VAGUE) for quantity in tops)
    return lowest, highest, is_open
