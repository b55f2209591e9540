"""Tell whom each claim really comes from (CODEBOOK 2, independent origin)."""

import re
from collections.abc import Iterable, Sequence

from monitor.comparison.copies import Text, copies, words_of
from monitor.comparison.statements import Key, Statement, speaker_of
from monitor.model.claim import Polarity
from monitor.model.finding import Origin, OriginBasis
from monitor.model.post import Channel

_LINK = re.compile(r"\bt\.me/(?:s/)?(?P<channel>(?:c/)?\w+)/(?P<message>\d+)", re.ASCII)
_CREDIT = re.compile(r"\b(?:via|rt|by)\s*:?\s*@(?P<channel>\w+)", re.ASCII | re.IGNORECASE)


class Voices:
    """The channels that are known, by key and by name: a speaker who has a channel is that channel."""

    def __init__(self, channels: Iterable[Channel]) -> None:
        self._by_key = {channel.key.casefold(): channel for channel in sorted(channels, key=lambda one: one.key)}
        self._names: dict[str, str] = {}
        for key in sorted(self._by_key):
            for spelling in names_of(self._by_key[key]):
                self._names.setdefault(spelling, key)

    def channel_of(self, speaker: str) -> str | None:
        """Return the key of the channel that a speaker has."""
        return self._names.get(speaker)

    def family_of(self, channel: str) -> str | None:
        """Return the family that a channel belongs to."""
        known = self._by_key.get(channel)
        return None if known is None or known.family is None else known.family.casefold()


def names_of(channel: Channel) -> tuple[str, ...]:
    """Return what a speaker is called who is this channel."""
    return (channel.key.casefold(), *(() if channel.name is None else (channel.name.casefold(),)))


def trace(statements: Sequence[Statement], *, voices: Voices) -> dict[Key, Origin]:
    """Return the origin of every statement of an incident by its key.

    A named speaker is the origin wherever the figure is repeated; else the channel forwarded, credited or copied from;
    else the channel itself, or the family it belongs to. A comment that denies or doubts what it repeats speaks for
    itself.

    Args:
        statements: In order of time.
        voices: Every channel that is known.
    """
    return _Tracer(statements, voices).trace()


class _Tracer:
    """Resolves origins in order of time, so that what a post repeats is known before the post."""

    def __init__(self, statements: Sequence[Statement], voices: Voices) -> None:
        self._statements = statements
        self._voices = voices
        self._by_post: dict[tuple[str, int], list[Statement]] = {}
        for one in statements:
            self._by_post.setdefault((one.channel, one.ref.message_id), []).append(one)
        self._copies = copies(_texts(statements))
        self._found: dict[Key, Origin] = {}

    def trace(self) -> dict[Key, Origin]:
        for one in self._statements:
            self._found[one.key] = self._origin(one)
        return self._found

    def _origin(self, one: Statement) -> Origin:
        speaker = speaker_of(one)
        if speaker is not None:
            known = self._voices.channel_of(speaker)
            if known == one.channel:
                return self._self(one)
            identity = f"speaker:{speaker}" if known is None else self._voice(known)
            return Origin(id=identity, basis=OriginBasis.SPEAKER)
        if one.claim.polarity is not Polarity.ASSERTED:
            return self._self(one)
        for basis, channel, message in _sources(one):
            if channel == one.channel:
                continue
            return self._repeat(one, channel, message, basis)
        source = self._copies.get((one.channel, one.ref.message_id, one.revision))
        if source is not None and source[:2] != (one.channel, one.ref.message_id):
            return self._repeat(one, source[0], source[1], OriginBasis.COPY)
        return self._self(one)

    def _repeat(self, one: Statement, channel: str, message: int | None, basis: OriginBasis) -> Origin:
        """Return the origin of what ``one`` repeats: that of the same figure in the source post, if it is known."""
        if message is not None:
            for other in self._by_post.get((channel, message), ()):
                if other.key in self._found and _says_same(one, other):
                    return Origin(id=self._found[other.key].id, basis=basis)
        return Origin(id=self._voice(channel), basis=basis)

    def _self(self, one: Statement) -> Origin:
        family = self._voices.family_of(one.channel)
        return Origin(id=self._voice(one.channel), basis=OriginBasis.SELF if family is None else OriginBasis.FAMILY)

    def _voice(self, channel: str) -> str:
        family = self._voices.family_of(channel)
        return f"channel:{channel}" if family is None else f"family:{family}"


def _says_same(one: Statement, other: Statement) -> bool:
    a, b = one.claim, other.claim
    return (a.kind, a.quantity, a.side, a.item) == (b.kind, b.quantity, b.side, b.item)


def _sources(one: Statement) -> Iterable[tuple[OriginBasis, str, int | None]]:
    """Yield the posts and channels that the post says it repeats, the forward header first."""
    forward = one.read.post.forward
    if forward is not None and (forward.channel or forward.name):
        name = forward.channel if forward.channel is not None else f"name/{forward.name}"
        yield OriginBasis.FORWARD, name.removeprefix("@").casefold(), forward.message_id
    links = [one.text, *(entity.url for entity in one.read.post.entities if entity.url is not None)]
    for text in links:
        for match in _LINK.finditer(text):
            yield OriginBasis.CREDIT, match["channel"].removeprefix("c/").casefold(), int(match["message"])
    for match in _CREDIT.finditer(one.text):
        yield OriginBasis.CREDIT, match["channel"].casefold(), None


def _texts(statements: Sequence[Statement]) -> Iterable[Text]:
    """Yield every text that makes a statement, in order of time."""
    groups: dict[tuple[str, int, int], list[Statement]] = {}
    for one in statements:
        groups.setdefault((one.channel, one.ref.message_id, one.revision), []).append(one)
    for key, members in groups.items():
        media = members[0].read.post.media
        yield Text(
            key=key,
            said_at=members[0].said_at,
            words=words_of(members[0].text),
            figures=frozenset((one.claim.kind, one.claim.quantity, one.claim.item) for one in members),
            media=None if media is None else media.content_hash,
        )
