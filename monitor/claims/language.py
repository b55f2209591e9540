"""Which language a text and each of its sentences is in: script, telling letters and little words first, langdetect last."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from langdetect.detector_factory import DetectorFactory
from langdetect.lang_detect_exception import LangDetectException

from monitor.claims.datafiles import lexicon_files, name_of
from monitor.claims.lexicon import Lexicon, parse_toml
from monitor.claims.shapes import table as table_of
from monitor.claims.text import WORD, Token, fold
from monitor.errors import LexiconError

UNDETERMINED = "und"

_HEAD = 600  # code points that are looked at first; enough for the little words to decide nearly every post
_SCRIPTS: Mapping[str, str] = {
    "latin": "a-z\u00df-\u024f\u1e00-\u1eff",
    "cyrillic": "\u0400-\u052f",
    "arabic": "\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff",
}
# Letters of these scripts name a language that is not read; the ranges are Unicode blocks.
_OTHER_SCRIPTS: Mapping[str, str] = {
    "he": "\u05d0-\u05ea", "el": "\u0370-\u03ff", "hy": "\u0530-\u058f", "ka": "\u10a0-\u10ff", "hi": "\u0900-\u097f",
    "am": "\u1200-\u137f", "ja": "\u3040-\u30ff", "zh": "\u4e00-\u9fff", "ko": "\uac00-\ud7af", "th": "\u0e00-\u0e7f",
}  # fmt: skip
_RUNS = {name: re.compile(f"[{letters}]+") for name, letters in _SCRIPTS.items()}
_OTHER_RUNS = {name: re.compile(f"[{letters}]+") for name, letters in _OTHER_SCRIPTS.items()}
_NOT_LATIN = re.compile(
    "[" + "".join(letters for name, letters in {**_SCRIPTS, **_OTHER_SCRIPTS}.items() if name != "latin") + "]"
)
_ANY_OTHER = re.compile("[" + "".join(_OTHER_SCRIPTS.values()) + "]")
_LINKS = re.compile(r"https?://\S+|t\.me/\S+|www\.\S+|@\w+")
_CLEAR = 2  # points ahead of any rival: the text is decided
_BALLOT = 16  # bits: no language has so many little words
_MOST_VOTES = (1 << _BALLOT) - 1
_TELLING = 2  # points of a letter that no other language has; a little word has one
_MISSED = 0.5  # letters that a text of that length should have had
_FEWEST_WORDS = 3  # a shorter sentence is taken to be in the language of its text
_SHORTEST_KNOWN = 4  # letters; shorter words of the lexicons are common to several languages
_PUNCTUATION = '.,:;!?()[]"\u00ab\u00bb\u201c\u201d\u2026\u060c\u061f'
_REQUIRED = frozenset({"script", "letters", "foreign", "words"})
_KEYS = _REQUIRED | {"frequent", "rate", "followed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Language:
    code: str
    letters: frozenset[str]
    foreign: frozenset[str]
    frequent: frozenset[str]
    rate: float
    is_followed: bool


class _Script:
    """The languages of one script, and which of them each little word speaks for."""

    def __init__(self) -> None:
        self.languages: list[_Language] = []
        self.votes: dict[str, tuple[int, ...]] = {}
        self.known: set[str] = set()
        self.ballots: dict[str, int] = {}  # the votes of a word as one number with _BALLOT bits for each language
        self.letters: set[str] = set()  # those that tell anything

    def add(self, language: _Language, words: Iterable[str]) -> None:
        number = len(self.languages)
        self.languages.append(language)
        self.letters |= language.letters | language.foreign
        for word in dict.fromkeys(word.lower() for word in words):
            self.votes[word] = (*self.votes.get(word, ()), number)
            self.ballots[word] = self.ballots.get(word, 0) + (1 << _BALLOT * number)
            self.known.add(word)

    def decide(self, words: set[str], text: str) -> str | None:
        """Return the language that letters and little words name without a doubt; ``words`` are those of ``text``."""
        # Every text and every sentence is asked about: one sum counts all the votes.
        counted = sum(map(self.ballots.__getitem__, words & self.known))
        points = [counted >> _BALLOT * number & _MOST_VOTES for number in range(len(self.languages))]
        if not text.isascii():
            letters = self.letters.intersection(text)
            for number, language in enumerate(self.languages if letters else ()):
                points[number] += _TELLING * len(language.letters & letters) - len(language.foreign & letters)
        first = max(points)
        winner = points.index(first)
        points[winner] = -1
        return self.languages[winner].code if first - max(points) >= _CLEAR else None


class Identifier:
    """What tells the languages apart; load once and share."""

    def __init__(
        self, raw: bytes, lexicons: Mapping[str, Lexicon] | None = None, *, file: str = "languages.toml"
    ) -> None:
        """Build from the content of languages.toml; the lexicons' words vote where little words do not decide.

        Raises:
            LexiconError: A table or key is wrong.
        """
        self._lexicons = dict(lexicons or {})
        self._scripts = {name: _Script() for name in _SCRIPTS}
        for code, content in parse_toml(file, raw).items():
            table: Mapping[str, Any] = table_of(content, f"{file} [{code}]")
            _check(f"{file} [{code}]", table)
            language = _Language(
                code=code,
                letters=frozenset(table["letters"]),
                foreign=frozenset(table["foreign"]),
                frequent=frozenset(table.get("frequent", "")),
                rate=float(table.get("rate", 0)),
                is_followed=table.get("followed", True),
            )
            self._scripts[table["script"]].add(language, table["words"])

    @classmethod
    def load(cls, lexicons: Mapping[str, Lexicon] | None = None, *, folder: Path | None = None) -> "Identifier":
        """Read languages.toml: the shipped one, or that of ``folder``."""
        texts = lexicon_files(folder)
        where = next(where for where in texts if name_of(where) == "languages.toml")
        return cls(texts[where], lexicons, file=where)

    def identify(self, text: str, *, channel_language: str | None = None) -> str:
        """Return the ISO 639-1 code of the text's language, "und" where it has no letters.

        ``channel_language`` decides texts that nothing in them decides.
        """
        head = _plain(text[:_HEAD])
        name = _main_script(head)
        if name is None and len(text) > _HEAD:
            head = _plain(text)
            name = _main_script(head)
        if name is None:
            return UNDETERMINED
        script = self._scripts.get(name)
        if script is None:
            return name
        words = head.split()
        return script.decide(set(words), head) or self._weigh(script, words, head, channel_language)

    def segments(
        self, text: str, tokens: Sequence[Token], sentences: Sequence[tuple[int, int]], *, language: str
    ) -> list[str]:
        """Return the language of each sentence; ``language``, the text's own, where a sentence does not tell another."""
        found = []
        for first, last in sentences:
            words = [text[token.start : token.end].lower() for token in tokens[first:last] if token.kind == WORD]
            found.append(self._of_sentence(words, language) if len(words) >= _FEWEST_WORDS else language)
        return found

    def _of_sentence(self, words: Sequence[str], language: str) -> str:
        joined = " ".join(words)
        name = _main_script(joined)
        script = self._scripts.get(name) if name is not None else None
        if script is None:
            return language
        decided = script.decide(set(words), joined)
        if decided is not None:
            return decided
        if any(each.code == language for each in script.languages):
            return language
        return self._weigh(script, words, joined, None)

    def _weigh(self, script: _Script, words: Sequence[str], text: str, channel_language: str | None) -> str:
        """Return the language with the most points word by word, by the channel or by langdetect where several have."""
        points = {
            language.code: self._points(language, number, script, words)
            for number, language in enumerate(script.languages)
        }
        followed = [language.code for language in script.languages if language.is_followed]
        best = max(points[code] for code in followed)
        rival = max(points, key=lambda code: points[code])
        if points[rival] >= best + _CLEAR:
            return rival
        tied = [code for code in followed if points[code] == best]
        if len(tied) == 1:
            return tied[0]
        if channel_language in tied:
            return channel_language
        likeliest = _least_missed([language for language in script.languages if language.code in tied], text)
        if likeliest is not None:
            return likeliest
        guess = _langdetect(text, tuple(tied))
        return guess if guess in tied else tied[0]

    def _points(self, language: _Language, number: int, script: _Script, words: Sequence[str]) -> int:
        lexicon = self._lexicons.get(language.code)
        points = 0
        for raw in words:
            word = raw.strip(_PUNCTUATION)
            letters = set(word)
            if letters & language.foreign:
                points -= _TELLING
            elif letters & language.letters:
                points += _TELLING
            is_known = lexicon is not None and len(word) >= _SHORTEST_KNOWN and lexicon.is_known(fold(word))
            if is_known or number in script.votes.get(word, ()):
                points += 1
        return points


def _least_missed(languages: Sequence[_Language], text: str) -> str | None:
    """Return the language whose frequent letters a text without them misses clearly the least."""
    letters = set(text)
    length = sum(char.isalpha() for char in text)
    missed = sorted(
        (0.0 if language.frequent & letters else language.rate * length, language.code) for language in languages
    )
    (least, code), (second, _), *_ = missed
    return code if second - least >= _MISSED else None


def _check(where: str, table: Mapping[str, Any]) -> None:
    unknown = set(table) - _KEYS
    if unknown:
        raise LexiconError(f"{where}: unknown key {min(unknown)}; known are {', '.join(sorted(_KEYS))}")
    missing = _REQUIRED - set(table)
    if missing:
        raise LexiconError(f"{where}: {min(missing)} is missing")
    if table["script"] not in _SCRIPTS:
        raise LexiconError(f"{where} script: {table['script']!r}; want one of {', '.join(_SCRIPTS)}")
    if not isinstance(table["words"], list) or not all(isinstance(word, str) for word in table["words"]):
        raise LexiconError(f"{where} words: want a list of words in quotes")
    if not all(isinstance(table.get(key, ""), str) for key in ("letters", "foreign", "frequent")):
        raise LexiconError(f"{where}: letters, foreign and frequent are strings of letters")
    if not isinstance(table.get("rate", 0), int | float):
        raise LexiconError(f"{where} rate: want a number")
    if not isinstance(table.get("followed", True), bool):
        raise LexiconError(f"{where} followed: want true or false")


def _plain(text: str) -> str:
    """Return the text in lower case without links and handles, which are in no language."""
    if "@" in text or "://" in text or "t.me/" in text or "www." in text:
        text = _LINKS.sub(" ", text)
    return text.lower()


def _main_script(text: str) -> str | None:
    """Return the script of most letters of a text in lower case, None where it has no letters."""
    if text.isascii() or _NOT_LATIN.search(text) is None:
        return "latin" if _RUNS["latin"].search(text) is not None else None
    present = [name for name, run in _RUNS.items() if run.search(text) is not None]
    runs = _RUNS
    if _ANY_OTHER.search(text) is not None:
        runs = {**_RUNS, **_OTHER_RUNS}
        present += [name for name, run in _OTHER_RUNS.items() if run.search(text) is not None]
    if len(present) == 1:
        return present[0]
    return max(present, key=lambda name: sum(map(len, runs[name].findall(text))))


@cache
def _factory(codes: tuple[str, ...]) -> DetectorFactory:
    """Return a detector of these languages only: with all 55 profiles, Russian reads as Bulgarian or Macedonian."""
    profiles = files("langdetect") / "profiles"
    known = [profiles / code for code in codes]
    factory = DetectorFactory()
    factory.load_json_profile([item.read_text(encoding="utf-8") for item in known if item.is_file()])
    factory.set_seed(0)
    return factory


def _langdetect(text: str, codes: tuple[str, ...]) -> str | None:
    """Return the likeliest of the languages, None where langdetect finds nothing to go by."""
    detector = _factory(codes).create()
    detector.append(text)
    try:
        guess: str = detector.detect()
    except LangDetectException:
        return None
    return guess
