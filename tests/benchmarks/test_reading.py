"""Where the time of reading goes, by language and stage, and how long hostile texts take: `make bench` prints it."""

import json
import signal
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from types import FrameType

import pytest

from monitor.claims import Reader
from tests.benchmarks.posts import REAL, real_lines, sample_lines

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]

LANGUAGES = ("ru", "uk", "en", "fr", "ar")
MOST_POSTS = 3_000  # of a language
SLOWEST = 300  # posts a second of any language, however much its posts tell
EVERY_S = 0.001  # of processor time between two looks at what is being done
LENGTH = 100_000  # characters of a hostile text
LONGEST_S = 0.5  # that it may take

# Which stage a module works for; one that is in none is shown by its own name.
STAGES: Mapping[str, tuple[str, ...]] = {
    "language": ("language",),
    "gate": ("gate",),
    "tokens": ("text",),
    "forms": ("forms", "scan", "lexicon"),
    "numbers": ("figures", "numerals", "noncounts"),
    "mentions": ("mentions", "nouns", "phrases", "attach", "gaps", "headings", "zeros"),
    "sides": ("sides", "armies", "lands", "owners", "likeness", "scene", "context"),
    "places": ("places", "entries", "toponyms", "whereabouts"),
    "dates": ("dates", "datewords", "datepieces"),
    "stance": ("stance", "scopes"),
    "claims": ("extract", "merging", "reader", "notation"),
}
STAGE_OF = {module: stage for stage, modules in STAGES.items() for module in modules}

HOSTILE = {
    "digits": "7",
    "numbers": "1 000 ",
    "triggers": "killed ",
    "other triggers": "погибли ",
    "claims": "5 soldiers killed and ",
    "claims, dated": "5 killed on 27 July ",
    "claims, placed": "5 killed in Kidal, ",
    "nested quotes": '«("',
    "nested denials": "he denied that she denied that ",
    "combining marks": "e\u0301",
    "nothing but marks": "\u0301",
    "numbers in words": "one hundred ",
    "slang": "3x200 ",
    "rows": "killed:\n5\n",
    "half a pair": "\ud800",
    "turned about": "\u202e",
}  # fmt: skip


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load()


@pytest.fixture(scope="module")
def texts(reader: Reader) -> Mapping[str, Sequence[str]]:
    """Return posts by language: real ones where they are at hand, then the bundled sample over and over."""
    found: dict[str, list[str]] = {language: [] for language in LANGUAGES}
    for line in chain(real_lines() if REAL.exists() else (), sample_lines(MOST_POSTS)):
        text = json.loads(line)["text"]
        kept = found.get(reader.read(text, posted_at=None, channel=None).language)
        if kept is not None and len(kept) < MOST_POSTS:
            kept.append(text)
    return found


@contextmanager
def watched() -> Iterator[Counter[str]]:
    """Count, look by look, which stage the reading is in inside the block."""
    seen: Counter[str] = Counter()

    def look(_number: int, frame: FrameType | None) -> None:
        while frame is not None:
            path = Path(frame.f_code.co_filename)
            if path.parent.name == "claims":
                seen[STAGE_OF.get(path.stem, path.stem)] += 1
                return
            frame = frame.f_back

    before = signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, EVERY_S, EVERY_S)
    try:
        yield seen
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, before)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_read_fast_enough(reader: Reader, texts: Mapping[str, Sequence[str]], language: str) -> None:
    posts = texts[language]
    begun = time.process_time()
    told = sum(bool(reader.read(text, posted_at=None, channel=None).claims) for text in posts)
    took = time.process_time() - begun
    with watched() as seen:
        for text in posts:
            reader.read(text, posted_at=None, channel=None)
    looks = max(seen.total(), 1)
    shares = ", ".join(f"{stage} {count / looks:.0%}" for stage, count in seen.most_common())
    rate = len(posts) / took
    print(f"\n{language}: {len(posts)} posts, {told} with a claim: {rate:,.0f} posts/s; {shares}")
    assert posts
    assert rate >= SLOWEST


def _least(reader: Reader, text: str, language: str) -> float:
    """Return the processor time of the quicker of two readings: a busy machine spoils one more than both."""
    least = float("inf")
    for _ in range(2):
        begun = time.process_time()
        if language:
            reader.read_as(text, language=language)
        else:
            reader.read(text, posted_at=None, channel=None)
        least = min(least, time.process_time() - begun)
    return least


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_read_in_half_a_second(reader: Reader, name: str) -> None:
    piece = HOSTILE[name]
    text = (piece * (LENGTH // len(piece) + 1))[:LENGTH]
    slowest = 0.0, ""
    for language in (*LANGUAGES, ""):
        slowest = max(slowest, (_least(reader, text, language), language or "as it comes"))
    print(f"\n{name}: {slowest[0]:.2f} s ({slowest[1]})", end="")
    assert slowest[0] < LONGEST_S
