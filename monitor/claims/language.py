"""Which language a text and each of its sentences is in: script, telling letters and little words first, langdetect last."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from langdetect.detector_factory import DetectorFactory
from langdetect.lang_detect_exception import LangDetectException

from monitor.claims.lexicon import Lexicon, parse_toml
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
_RUNS = re.compile("|".join(f"(?P<{name}>[{letters}]+)" for name, letters in {**_SCRIPTS, **_OTHER_SCRIPTS}.items()))
_NOISE = re.compile(r"https?://\S+|t\.me/\S+|@\w+|www\.\S+")
_CLEAR = 2  # little words more than any rival: the text is decided
_SHORT = 40  # letters; below this the channel's language outweighs statistics
_KEYS = frozenset({"script", "letters", "foreign", "words", "followed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Language:
    code: str
    letters: frozenset[str]
    foreign: frozenset[str]
    words: frozenset[str]


class Identifier:
    """What tells the languages apart; load once and share."""

    def __init__(self, raw: bytes, lexicons: Mapping[str, Lexicon] | None = None) -> None:
        """Build from the content of languages.toml; the lexicons' words vote where little words do not decide.

        Raises:
            LexiconError: A table or key is wrong.
        """
        self._lexicons = dict(lexicons or {})
        by_script: dict[str, list[_Language]] = {script: [] for script in _SCRIPTS}
        for code, table in parse_toml("lexicons/languages.toml", raw).items():
            by_script[_script(code, table)].append(
                _Language(
                    code=code,
                    letters=frozenset(table["letters"]),
                    foreign=frozenset(table["foreign"]),
                    words=frozenset(word.lower() for word in table["words"]),
                )
            )
        self._by_script = {script: tuple(languages) for script, languages in by_script.items()}

    @classmethod
    def load(cls, lexicons: Mapping[str, Lexicon] | None = None) -> "Identifier":
        """Read the shipped file."""
        return cls((files("monitor.claims") / "lexicons" / "languages.toml").read_bytes(), lexicons)

    def identify(self, text: str, *, channel_language: str | None = None) -> str:
        """Return the ISO 639-1 code of the text's language, "und" where it has no letters.

        ``channel_language`` decides short texts that nothing in them decides.
        """
        head = _NOISE.sub(" ", text[:_HEAD]).lower()
        script = _main_script(head)
        if script is None:
            head = _NOISE.sub(" ", text).lower()
            script = _main_script(head)
            if script is None:
                return UNDETERMINED
        languages = self._by_script.get(script)
        if languages is None:
            return script
        words = head.split()
        decided = self._decide(languages, words, head)
        if decided is not None:
            return decided
        return self._weigh(languages, words, head, script, channel_language)

    def segments(
        self, text: str, tokens: Sequence[Token], sentences: Sequence[tuple[int, int]], *, language: str
    ) -> list[str]:
        """Return the language of each sentence; ``language``, the text's own, where a sentence does not tell another."""
        return [self._sentence(text, tokens[first:last], language) for first, last in sentences]

    def _sentence(self, text: str, tokens: Sequence[Token], language: str) -> str:
        words = [text[token.start : token.end].lower() for token in tokens if token.kind == WORD]
        if len(words) < 3:
            return language
        joined = " ".join(words)
        script = _main_script(joined)
        languages = self._by_script.get(script or "")
        if languages is None:
            return language
        return self._decide(languages, words, joined) or (
            language if any(each.code == language for each in languages) else languages[0].code
        )

    @staticmethod
    def _decide(languages: Sequence[_Language], words: Sequence[str], text: str) -> str | None:
        """Return the language that letters and little words name without a doubt."""
        chars = set(text)
        distinct = set(words)
        best, most, second = None, 0, 0
        for language in languages:
            if language.foreign & chars:
                score = len(language.words & distinct) // 2
            else:
                score = len(language.words & distinct) + 2 * len(language.letters & chars)
            if score > most:
                best, most, second = language.code, score, most
            elif score > second:
                second = score
        return best if most - second >= _CLEAR else None

    def _weigh(
        self, languages: Sequence[_Language], words: Sequence[str], text: str, script: str, channel_language: str | None
    ) -> str:
        scores: dict[str, float] = {}
        for language in languages:
            score = 0.0
            lexicon = self._lexicons.get(language.code)
            for word in words:
                letters = set(word)
                if letters & language.foreign:
                    score -= 2
                elif letters & language.letters:
                    score += 2
                if word in language.words or (
                    lexicon is not None and len(word) > 3 and lexicon.is_known(fold(word.strip('.,:;!?()"«»')))
                ):
                    score += 1
            scores[language.code] = score
        ranked = sorted(scores, key=lambda code: -scores[code])
        if scores[ranked[0]] - scores[ranked[1]] >= 1:
            return ranked[0]
        tied = [code for code in ranked if scores[code] == scores[ranked[0]]]
        if channel_language in tied and len(text) < _SHORT:
            return channel_language
        guess = _langdetect(text, script, tuple(language.code for language in languages))
        if guess in tied:
            return guess
        return channel_language if channel_language in tied else tied[0]


def _script(code: str, table: Mapping[str, Any]) -> str:
    where = f"lexicons/languages.toml [{code}]"
    unknown = set(table) - _KEYS
    if unknown:
        raise LexiconError(f"{where}: unknown key {min(unknown)}; known are {', '.join(sorted(_KEYS))}")
    missing = _KEYS - {"followed"} - set(table)
    if missing:
        raise LexiconError(f"{where}: {min(missing)} is missing")
    script: str = table["script"]
    if script not in _SCRIPTS:
        raise LexiconError(f"{where} script: {script!r}; want one of {', '.join(_SCRIPTS)}")
    return script


def _main_script(text: str) -> str | None:
    counts: dict[str, int] = {}
    for run in _RUNS.finditer(text):
        name = run.lastgroup or ""
        counts[name] = counts.get(name, 0) + run.end() - run.start()
    return max(counts, key=lambda name: counts[name]) if counts else None


@cache
def _factory(codes: tuple[str, ...]) -> DetectorFactory:
    """Return a detector of these languages only: with all 55 profiles, Russian reads as Bulgarian or Macedonian."""
    profiles = files("langdetect") / "profiles"
    known = [profiles / code for code in codes]
    factory = DetectorFactory()
    factory.load_json_profile([item.read_text(encoding="utf-8") for item in known if item.is_file()])
    factory.set_seed(0)
    return factory


def _langdetect(text: str, script: str, codes: tuple[str, ...]) -> str | None:
    del script
    detector = _factory(codes).create()
    detector.append(text)
    try:
        guess: str = detector.detect()
    except LangDetectException:
        return None
    return guess
