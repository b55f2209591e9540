"""Where a text is: the places that it names, which of them is meant, and whose country that is."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from monitor.claims.lexicon import Lexicons
from monitor.claims.places import Gazetteer, PlaceMention
from monitor.claims.scan import Scan, has
from monitor.model.claim import Place


class Whereabouts:
    """The places of one text, looked up once they are asked for: most texts tell nothing whose place matters."""

    def __init__(self, scan: Scan, lexicons: Lexicons, gazetteer: Gazetteer) -> None:
        self._scan = scan
        self._lexicons = lexicons
        self._gazetteer = gazetteer

    def place(self, near: int, *, sentence: int) -> tuple[Place | None, str | None]:
        """Return the place of what is told at token ``near``, and the words that name it.

        That is the nearest one in the sentence that begins at token ``sentence``, or else the text's first.
        """
        inside = [mention for mention in self._by_sentence.get(sentence, ()) if not _is_country(mention)]
        mention = min(inside, key=lambda one: (abs(one.first - near), one.first), default=None) or self._main
        if mention is None:
            return None, None
        return self._resolved[mention.first], self._scan.text[mention.start : mention.end]

    def towns(self) -> Iterator[tuple[int, int, str, bool]]:
        """Yield the first and the last token (half-open) of each place that is no country, and the side it belongs to.

        The last of the four tells whether it is a region: fewer bear one name than towns.
        """
        for mention in self._mentions:
            place = None if _is_country(mention) else self._resolved[mention.first]
            side = None if place is None else self._lexicons.countries.get(place.country or "")
            if side is not None:
                yield mention.first, mention.last, side, place is not None and place.kind == "region"

    @cached_property
    def _mentions(self) -> Sequence[PlaceMention]:
        self._scan.open_all()  # the forms of the whole text tell its words from villages of the same name
        found = self._gazetteer.find(self._scan.tokens, self._scan.text, language=self._scan.lexicon.code)
        return [mention for mention in found if not self._is_word(mention)]

    def _is_word(self, mention: PlaceMention) -> bool:
        """Tell whether it is a word of the language rather than the village that bears it as a name."""
        if mention.last > mention.first + 1:
            return False
        if self._scan.tokens[mention.first].norm in self._lexicons.stop_words[self._scan.lexicon.code]:
            return True
        if has(self._scan.stances.get(mention.first), "attribution", "bodies"):
            return True
        match = self._scan.starting.get(mention.first)
        return match is not None and all(sense.category != "side" for sense in match.senses)

    @cached_property
    def _starts(self) -> Sequence[int]:
        return [first for first, _ in self._scan.sentences]

    @cached_property
    def _by_sentence(self) -> Mapping[int, Sequence[PlaceMention]]:
        starts = self._starts
        found: dict[int, list[PlaceMention]] = {}
        for mention in self._mentions:
            found.setdefault(starts[max(bisect_right(starts, mention.first) - 1, 0)], []).append(mention)
        return found

    @cached_property
    def _main(self) -> PlaceMention | None:
        """The first place of the text that is no country, or else the first country."""
        return next((one for one in self._mentions if not _is_country(one)), next(iter(self._mentions), None))

    @cached_property
    def _resolved(self) -> Mapping[int, Place | None]:
        """The place that each mention means, by its first token; the others of the text help to tell."""
        meant = self._gazetteer.resolve_all(self._mentions, countries=self._countries())
        return {mention.first: place for mention, place in zip(self._mentions, meant, strict=True)}

    def _countries(self) -> frozenset[str]:
        """Return the ISO codes of the countries that the text names: by country names, unambiguous places and sides."""
        found = set()
        for mention in self._mentions:
            codes = {place.country for place in mention.candidates if place.country is not None}
            if len(codes) == 1:
                found |= codes
        for match in self._scan.matches:
            for sense in match.senses:
                code = self._lexicons.codes.get(sense.value) if sense.category == "side" else None
                if code is not None:
                    found.add(code)
        return frozenset(found)


def _is_country(mention: PlaceMention) -> bool:
    return all(place.kind == "country" for place in mention.candidates)


__all__ = ["Whereabouts"]
