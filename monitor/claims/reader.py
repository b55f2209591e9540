"""One text in, its claims out: language, a cheap look for any word of harm, then the reading itself."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Self

from monitor.claims.datewords import DateWords, load_date_words
from monitor.claims.explain import explain_text
from monitor.claims.extract import Setting, extract, find_rejects
from monitor.claims.language import UNDETERMINED, Identifier
from monitor.claims.lexicon import Lexicons, load_lexicons
from monitor.claims.places import Gazetteer
from monitor.claims.scan import Scan
from monitor.errors import LexiconError
from monitor.model.claim import Reading
from monitor.model.post import Channel

_VERSION = "2"  # of the rules; part of the fingerprint, so that a change of rules re-reads what is stored


class Reader:
    """Reads texts in every language that has a lexicon; load once and share."""

    def __init__(
        self, lexicons: Lexicons, gazetteer: Gazetteer, *, dates: Mapping[str, DateWords], identifier: Identifier
    ) -> None:
        stray = dates.keys() - lexicons.by_language.keys()
        if stray:
            raise LexiconError(f"{min(stray)}.dates.toml: there is no {min(stray)}.toml that it belongs to")
        self.lexicons = lexicons
        self._gazetteer = gazetteer
        self._date_words = {code: dates.get(code) or DateWords(code, {}) for code in lexicons.by_language}
        self._identifier = identifier
        parts = (_VERSION, lexicons.fingerprint, gazetteer.fingerprint)
        self.fingerprint = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]

    @classmethod
    def load(cls, folder: Path | None = None) -> Self:
        """Read the lexicons and the gazetteer; files of ``folder`` stand in place of the shipped ones of the same name.

        Raises:
            LexiconError: One of their files is wrong.
        """
        lexicons = load_lexicons(folder)
        return cls(
            lexicons,
            Gazetteer.load(folder),
            dates=load_date_words(folder),
            identifier=Identifier.load(lexicons.by_language, folder=folder),
        )

    def read(self, text: str, *, posted_at: datetime | None, channel: Channel | None) -> Reading:
        """Return the claims of ``text``, in text order.

        Args:
            text: The post as written.
            posted_at: When it was posted: the reference for "yesterday".
            channel: Whose voice it is, where that is known: resolves "ours" and "the enemy".
        """
        language = self._language(text, channel)
        lexicon = self.lexicons.by_language.get(language)
        if lexicon is None or not lexicon.gate.opens(text):
            return Reading(language=language, claims=())
        return Reading(language=language, claims=extract(self._scans(text, language, posted_at, channel)))

    def read_as(self, text: str, *, language: str) -> Reading:
        """Return the claims of a phrase whose language is known, with no posting time and no channel."""
        return Reading(language=language, claims=extract([self._scanned(text, language, None, None)]))

    def explain(self, text: str, *, posted_at: datetime | None, channel: Channel | None) -> str:
        """Return ``text`` with what was read in it, the words that made each claim, and why other numbers are none."""
        language = self._language(text, channel)
        if language not in self.lexicons.by_language:
            return explain_text(text, language, (), ())
        scans = tuple(self._scans(text, language, posted_at, channel))
        claims = extract(scans)
        rejects = [reject for scan, setting in scans for reject in find_rejects(scan, setting, claims)]
        return explain_text(text, language, claims, rejects)

    def _language(self, text: str, channel: Channel | None) -> str:
        if not text or text.isspace():
            return UNDETERMINED
        return self._identifier.identify(text, channel_language=None if channel is None else channel.language)

    def _scans(
        self, text: str, language: str, posted_at: datetime | None, channel: Channel | None
    ) -> Iterator[tuple[Scan, Setting]]:
        """Yield the text as each of its languages reads it: the text's own first, then those of single sentences."""
        scan, setting = self._scanned(text, language, posted_at, channel)
        spoken = self._identifier.segments(text, scan.tokens, scan.sentences, language=language)
        if all(one == language for one in spoken):
            yield scan, setting
            return
        starts = [first for first, _ in scan.sentences]
        for code in dict.fromkeys((language, *spoken)):
            if code in self.lexicons.by_language:
                others = frozenset(first for first, one in zip(starts, spoken, strict=True) if one != code)
                other = scan if code == language else Scan(text, self.lexicons.by_language[code], scan.tokens)
                yield other, replace(setting, others=others)

    def _scanned(
        self, text: str, language: str, posted_at: datetime | None, channel: Channel | None
    ) -> tuple[Scan, Setting]:
        setting = Setting(
            lexicons=self.lexicons,
            gazetteer=self._gazetteer,
            date_words=self._date_words,
            posted_at=posted_at,
            alignment=None if channel is None else channel.alignment,
        )
        return Scan(text, self.lexicons.by_language[language]), setting
