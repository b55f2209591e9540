"""From a scanned text to claims: count, harm, whose, where, when, by whom told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from monitor.claims.attach import EQUIPMENT, Attachment, attach
from monitor.claims.context import SideContext, Told
from monitor.claims.dates import DateMention, DateWords, find_dates
from monitor.claims.headings import ROW, ROW_TOKENS, Heading, heading_after, rows_under
from monitor.claims.lexicon import Lexicons
from monitor.claims.mentions import Mentions, Phrase, find_mentions
from monitor.claims.merging import distinct, linked
from monitor.claims.numerals import find_quantities
from monitor.claims.places import Gazetteer
from monitor.claims.scan import Scan, has
from monitor.claims.scene import PLACES, Named, Scene, scene_of
from monitor.claims.scopes import SCOPE_REACH, ScopeMention, Scopes, find_scopes, kept_scope, scope_of
from monitor.claims.sides import side_of
from monitor.claims.stance import Source, polarity_of, source_of
from monitor.claims.text import BREAK
from monitor.claims.whereabouts import Whereabouts
from monitor.claims.zeros import find_zeros
from monitor.model.claim import Claim, Kind, Polarity, Scope, SideBasis, TimeBasis, Word
from monitor.model.post import Span
from monitor.model.quantity import Quantity

_SPAN_REACH = 4  # tokens between a count and its trigger within which the span covers both
_NAMED_AROUND = (
    12  # sides and towns named before a count, and after it, among which the words of its side are looked for
)
_EVENT_REACH = 10  # tokens between a count and a word that makes it another kind of event
_TELLER_REACH = 2  # sentences for which whoever was quoted goes on telling
_MOST_CLAIMS = 400  # a message of 4,096 characters holds far fewer; what repeats itself beyond is an attack


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the reading of a text may use beside the text.

    ``alignment`` is the side whose voice the channel is, only where channel context is given. ``others`` are the first tokens of the sentences that are in another language.
    """

    lexicons: Lexicons
    gazetteer: Gazetteer
    date_words: Mapping[str, DateWords]
    posted_at: datetime | None = None
    alignment: str | None = None
    others: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Reject:
    """A number that is no claim, and why, for `explain`."""

    span: Span
    reason: str


def extract(readings: Iterable[tuple[Scan, Setting]]) -> tuple[Claim, ...]:
    """Return the claims of one text. Pure; never raises on any text; linear in its length.

    ``readings`` are the text as each of its languages sees it; most texts have one.
    """
    return linked(distinct([claim for scan, setting in readings for claim in _TextReader(scan, setting).read()]))


def find_rejects(scan: Scan, setting: Setting, claims: Sequence[Claim]) -> tuple[Reject, ...]:
    """Return the numbers of the text that are in none of ``claims``, and why."""
    used = {(word.span.start, word.span.end) for claim in claims for word in claim.words if word.role == "number"}
    rejects = []
    for first, last in scan.sentences:
        if first in setting.others:
            continue
        scan.open(first, last)
        dates = _dates(scan, setting, first, last)
        taken = frozenset(index for date in dates for index in range(date.first, date.last))
        rejects += [Reject(_span(scan, date.first, date.last), "a date") for date in dates]
        for mention in find_quantities(scan, first, last, taken=taken):
            span = _span(scan, mention.number_first, mention.number_last)
            if (span.start, span.end) not in used:
                rejects.append(Reject(span, mention.rejected or "nothing is told of it"))
    return tuple(sorted(rejects, key=lambda reject: reject.span))


def _dates(scan: Scan, setting: Setting, first: int, last: int) -> list[DateMention]:
    found = find_dates(
        scan.tokens[first:last], words=setting.date_words[scan.lexicon.code], posted_at=setting.posted_at
    )
    return [replace(date, first=date.first + first, last=date.last + first) for date in found]


def _span(scan: Scan, first: int, last: int) -> Span:
    return Span(start=scan.tokens[first].start, end=scan.tokens[last - 1].end)


class _TextReader:
    """Reads the sentences of one text in order; what a heading says is kept for the rows under it."""

    def __init__(self, scan: Scan, setting: Setting) -> None:
        self.scan = scan
        self.setting = setting
        self.heading: Heading | None = None
        self.told = Told()
        self.scope: tuple[ScopeMention | None, int] = (None, 0)
        self.speaker: Source | None = None
        self.dates: Sequence[DateMention] = ()
        self.where = Whereabouts(scan, setting.lexicons, setting.gazetteer)

    @cached_property
    def scene(self) -> Scene:
        """The sides that the text names, and in what part."""
        return scene_of(self.scan, self.setting.lexicons, self.where.towns())

    @cached_property
    def enemy(self) -> str | None:
        """The side that the channel's own side fights: its only enemy, or the only one that the text names."""
        enemies = self.setting.lexicons.enemies.get(self.setting.alignment or "", ())
        named = enemies if len(enemies) == 1 else tuple(side for side in enemies if side in self.scene.spoken)
        return named[0] if len(named) == 1 else None

    def read(self) -> list[Claim]:
        if not self._may_tell():
            return []
        claims: list[Claim] = []
        for first, last in self.scan.sentences:
            if len(claims) >= _MOST_CLAIMS:
                break
            if first in self.setting.others:
                continue
            if self._is_interesting(first, last):
                claims += self._sentence(first, last)
            if self.scan.word(last - 1) == ":":
                # A line that ends in a colon says who tells the lines under it.
                self.scan.open(first, last)
                self.speaker = source_of(self.scan, first, last) or self.speaker
        return claims

    def _may_tell(self) -> bool:
        """Tell whether any sentence tells a harm and may say how many, or a short one counts under one that tells it."""
        scan, gate = self.scan, self.scan.lexicon.gate
        is_headed = False
        for first, last in scan.sentences:
            harms, counts = gate.weigh(scan.tokens, first, last)
            if counts and is_headed and last - first <= ROW_TOKENS:
                return True
            if harms:
                scan.look_into(first, last)
                if scan.tells_harm(first, last):
                    if counts:
                        return True
                    is_headed = True
        return False

    def _is_interesting(self, first: int, last: int) -> bool:
        """Tell whether a sentence tells a harm or may be a row of a table, and open it then."""
        scan = self.scan
        is_row = self.heading is not None and last - first <= ROW_TOKENS
        if not is_row:
            if not scan.lexicon.gate.weigh(scan.tokens, first, last)[0]:
                return False
            scan.look_into(first, last)
            if not scan.tells_harm(first, last):
                return False
        scan.open(first, last)
        return True

    def _sentence(self, first: int, last: int) -> list[Claim]:
        scan = self.scan
        self.dates = ()
        mentions, attachments = self._told(first, last)
        rows = rows_under(self.heading, mentions) if not attachments and self.heading is not None else []
        zeros = self._zeros(mentions, attachments)
        claims: list[Claim] = []
        if attachments or rows or zeros:
            # Dates are looked for only now: most sentences that hold a word of harm tell nothing.
            self.dates = _dates(scan, self.setting, first, last)
            if self.dates and not rows:
                mentions, attachments = self._told(first, last)
            self.told.meet_soldiers(mentions.phrases, first)
            claims = self._tell(attachments or rows, zeros, first, last)
        self.heading = heading_after(scan, mentions, self.heading, is_told=bool(attachments))
        self.told.keep_named(mentions.phrases, first)
        return claims

    def _told(self, first: int, last: int) -> tuple[Mentions, list[Attachment]]:
        taken = frozenset(index for date in self.dates for index in range(date.first, date.last))
        found = find_quantities(self.scan, first, last, taken=taken)
        mentions = find_mentions(self.scan, first, last, {mention.first: mention for mention in found})
        attachments = attach(self.scan, mentions)
        return mentions, [one for one in attachments if not self._is_other_event(one, first, last)]

    def _zeros(self, mentions: Mentions, attachments: Sequence[Attachment]) -> list[Attachment]:
        counted = [one.trigger for one in attachments if one.trigger and _quantity_of(one.phrase) is not None]
        return find_zeros(self.scan, mentions, counted)

    def _tell(
        self, attachments: Sequence[Attachment], zeros: Sequence[Attachment], first: int, last: int
    ) -> list[Claim]:
        scan = self.scan
        source = source_of(scan, first, last) or self.speaker
        teller = source or self._teller_before(first)
        scopes = find_scopes(scan, self.dates, first, last, kept=self._kept_scope(first))
        heading = self.heading
        is_row = bool(attachments) and attachments[0].rule == ROW
        if is_row and heading is not None:
            source = source or source_of(scan, heading.first, heading.last)
            if not scopes.named:
                dates = _dates(scan, self.setting, heading.first, heading.last)
                scopes = find_scopes(scan, dates, heading.first, heading.last)
        self.scope = (kept_scope(scopes), first) if scopes.named else self.scope
        earlier: list[tuple[Attachment, str | None]] = []
        claims: list[Claim] = []
        for attachment in attachments:
            context = SideContext(
                first=first,
                last=last,
                source=source,
                previous=self.told.previous,
                soldiers=self.told.soldiers(self.scene, first),
                alignment=self.setting.alignment,
                enemy=self.enemy,
                earlier=tuple(earlier),
                groups=self.told.groups,
                by_channel=self.told.by_channel,
                scene=self.scene,
            )
            side, basis = side_of(scan, attachment, context, self.setting.lexicons)
            if side is None and is_row and heading is not None:
                side, basis = heading.side, SideBasis.TEXT if heading.side else None
            if _quantity_of(attachment.phrase) is not None or _is_suffered(attachment):
                earlier.append((attachment, side))
            self.told.keep(attachment.phrase, side, first)
            if side is not None and basis is SideBasis.CHANNEL:
                self.told.by_channel.add(side)
            claims += self._claims(attachment, first, last, side=side, basis=basis, source=teller, scopes=scopes)
        self.told.previous = next((side for _, side in reversed(earlier) if side is not None), self.told.previous)
        for attachment in zeros:
            context = SideContext(
                first=first,
                last=last,
                scene=self.scene,
                source=source,
                soldiers=self.told.soldiers(self.scene, first),
                alignment=self.setting.alignment,
                enemy=self.enemy,
            )
            side, basis = side_of(scan, attachment, context, self.setting.lexicons)
            told = self._claims(attachment, first, last, side=side, basis=basis, source=teller, scopes=scopes)
            claims += [replace(claim, polarity=Polarity.ASSERTED) for claim in told]
        return claims

    def _teller_before(self, first: int) -> Source | None:
        """Return whom the sentences right before quote, in the same paragraph: they go on telling."""
        scan = self.scan
        here = self.scene.sentence_of(first)
        for start, end in reversed(scan.sentences[max(here - _TELLER_REACH, 0) : here]):
            if any(scan.tokens[index].kind == BREAK for index in range(start, first)):
                return None
            scan.open(start, end)
            source = source_of(scan, start, end)
            if source is not None:
                return source
        return None

    def _kept_scope(self, first: int) -> ScopeMention | None:
        """Return what a sentence shortly before said of the span of the totals after it."""
        mention, at = self.scope
        if mention is None or self.scene.sentence_of(first) - self.scene.sentence_of(at) > SCOPE_REACH:
            return None
        return mention

    def _is_other_event(self, attachment: Attachment, first: int, last: int) -> bool:
        """Tell whether an exchange, a drill or the like stands near the count: then it counts no harm."""
        near = range(
            max(first, attachment.phrase.first - _EVENT_REACH), min(last, attachment.phrase.last + _EVENT_REACH)
        )
        return any(has(self.scan.starting.get(index), "not_counts", "event") for index in near)

    # --- one claim

    def _naming(self, side: str, index: int) -> Named | None:
        """Return the words nearest to token ``index`` that name the side, or the country whose civilians or police it is."""
        lexicons, wanted = self.setting.lexicons, side.split("+")
        near = [
            one
            for one in self.scene.around(index, most=_NAMED_AROUND)
            if one.side in wanted or lexicons.civilians.get(one.side) in wanted
        ]
        # An army is named by a town only where no other word does it; the people of a country may well be.
        return min(
            near, key=lambda one: (one.detail in PLACES and one.side in wanted, abs(one.first - index)), default=None
        )

    def _claims(
        self,
        attachment: Attachment,
        first: int,
        last: int,
        *,
        side: str | None,
        basis: SideBasis | None,
        source: Source | None,
        scopes: Scopes,
    ) -> list[Claim]:
        scan, phrase = self.scan, attachment.phrase
        quantity = _quantity_of(phrase)
        if quantity is None:
            return []
        at_first, at_last = self._extent(attachment)
        told = phrase if attachment.trigger is None else attachment.trigger
        polarity, polarity_span = polarity_of(
            scan, first, last, at_first=min(at_first, told.first), at_last=max(at_last, told.last)
        )
        if phrase.number == "one" and polarity is Polarity.HYPOTHETICAL:
            return []  # "they planned the murder of a general": nobody was counted
        role = "noun" if phrase.number in {"one", "many"} else "number"
        words = [Word(role=role, span=_number_span(scan, phrase)), *_bound_words(scan, phrase)]
        if attachment.trigger is not None:
            words.append(Word(role="trigger", span=_span(scan, attachment.trigger.first, attachment.trigger.last)))
        elif phrase.harm_at is not None:
            words.append(Word(role="trigger", span=_span(scan, phrase.harm_at, phrase.harm_at + 1)))
        if polarity_span is not None:
            words.append(Word(role="polarity", span=polarity_span))
        named = None if side is None or basis is SideBasis.CHANNEL else self._naming(side, phrase.first)
        if named is not None:
            words.append(Word(role="side", span=_span(scan, named.first, named.last)))
        place, place_text = self.where.place(at_first, sentence=first)
        date = self._date(at_first, first, last)
        posted = None if self.setting.posted_at is None else self.setting.posted_at.date()
        claim = Claim(
            kind=Kind(attachment.kind),
            quantity=quantity,
            span=_span(scan, at_first, scan.closed(at_first, at_last)),
            rule=attachment.rule,
            side=side,
            side_basis=basis,
            polarity=polarity,
            attributed_to=None
            if source is None or source.is_anonymous
            else scan.slice(source.first, scan.closed(source.first, source.last)),
            speaker=self._speaker(source),
            place=place,
            place_text=place_text,
            event_from=posted if date is None else date.from_day,
            event_to=posted if date is None else date.to_day,
            time_basis=TimeBasis.POST if date is None else date.basis,
            item=phrase.item if attachment.kind == EQUIPMENT else None,
            model=phrase.model,
            is_update=any(has(match, "grammar", "change") for match in scan.within(first, last, "grammar")),
            subset_of=-1 if self._is_subset(phrase, first) else None,
            words=tuple(words),
        )
        claims = [self._with_scope(claim, attachment, scopes, at_first, at_last)]
        if phrase.increment is not None and phrase.increment.quantity is not None:
            claims.append(
                replace(
                    claim,
                    quantity=phrase.increment.quantity,
                    scope=Scope.DAILY,
                    rule="increase beside a total",
                    span=_span(scan, phrase.increment.first, phrase.increment.last),
                    words=(
                        Word(
                            role="number", span=_span(scan, phrase.increment.number_first, phrase.increment.number_last)
                        ),
                    ),
                )
            )
        return claims

    def _with_scope(self, claim: Claim, attachment: Attachment, scopes: Scopes, first: int, last: int) -> Claim:
        """Return the claim with the span of days that its figure sums up."""
        if attachment.phrase.number in {"one", "two"}:
            return claim  # a death that is told without a number sums nothing up
        trigger = attachment.trigger
        is_toll = trigger is not None and any(sense.detail == "toll" for sense in trigger.senses)
        scope, told = scope_of(scopes, claim, first, last, is_toll=is_toll)
        words = () if told is None else (Word(role="scope", span=_span(self.scan, *told)),)
        return replace(claim, scope=scope, words=(*claim.words, *words))

    def _extent(self, attachment: Attachment) -> tuple[int, int]:
        phrase, trigger = attachment.phrase, attachment.trigger
        if trigger is None:
            return phrase.first, phrase.last
        if trigger.last <= phrase.first <= trigger.last + _SPAN_REACH:
            return trigger.first, phrase.last
        if phrase.last <= trigger.first <= phrase.last + _SPAN_REACH:
            return phrase.first, trigger.last
        return phrase.first, phrase.last

    def _is_subset(self, phrase: Phrase, first: int) -> bool:
        """Tell whether "among them" stands before the phrase, at most a few tokens off."""
        return any(
            has(self.scan.starting.get(index), "grammar", "subset")
            for index in range(max(first, phrase.first - 3), phrase.first)
        )

    def _speaker(self, source: Source | None) -> str | None:
        """Return the source in a form that is equal for equal speakers: the side it is, or its folded words."""
        if source is None or source.is_anonymous:
            return None
        sides = {
            sense.value
            for index in range(source.first, source.last)
            for sense in (self.scan.starting[index].senses if index in self.scan.starting else ())
            if sense.category == "side" and sense.detail == "bodies"
        }
        if len(sides) == 1:
            return sides.pop()
        tokens = [token.norm for token in self.scan.tokens[source.first : source.last] if token.norm.isalnum()]
        stop_words = self.setting.lexicons.stop_words.get(self.scan.lexicon.code, frozenset())
        return " ".join(token for token in tokens if token not in stop_words) or None

    def _date(self, near: int, first: int, last: int) -> DateMention | None:
        inside = [date for date in self.dates if first <= date.first < last and not date.is_since]
        return min(inside, key=lambda date: (abs(date.first - near), date.first), default=None)


def _quantity_of(phrase: Phrase) -> Quantity | None:
    match phrase.number:
        case "given":
            return None if phrase.quantity is None else phrase.quantity.quantity
        case "one":
            return Quantity.exactly(1)
        case "two":
            return Quantity.exactly(2)
        case "none":
            return Quantity.exactly(0)
        case _:
            return None


def _is_suffered(attachment: Attachment) -> bool:
    """Tell whether persons without a number surely suffered it: they stand behind the word of harm, "the loss of soldiers"."""
    trigger = attachment.trigger
    return trigger is not None and trigger.last <= attachment.phrase.first and bool(attachment.phrase.sides)


def _bound_words(scan: Scan, phrase: Phrase) -> list[Word]:
    """Return what stands around the number and bounds it: "at least", "or more", "+"."""
    mention = phrase.quantity
    if mention is None:
        return []
    around = ((mention.first, mention.number_first), (mention.number_last, mention.last))
    return [Word(role="bound", span=_span(scan, first, last)) for first, last in around if first < last]


def _number_span(scan: Scan, phrase: Phrase) -> Span:
    if phrase.quantity is not None:
        return _span(scan, phrase.quantity.number_first, phrase.quantity.number_last)
    head = phrase.first if phrase.head is None else phrase.head
    return _span(scan, head, head + 1)


__all__ = ["Reject", "Setting", "extract", "find_rejects"]
