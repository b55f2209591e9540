"""What finding places, dates and the language costs a text of one thousand characters: `make bench` prints it."""

import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import pytest

from monitor.claims.dates import find_dates, load_date_words
from monitor.claims.language import Identifier
from monitor.claims.lexicon import load_lexicons
from monitor.claims.places import Gazetteer
from monitor.claims.text import sentences, tokenise

pytestmark = pytest.mark.benchmark

POSTED = datetime(2024, 7, 29, tzinfo=UTC)
LENGTH = 1000  # characters of a text
ADVERSARIAL = 100_000  # characters of a hostile text
PASSAGES = {
    "ru": "За минувшие сутки под Авдеевкой и в районе Угледара уничтожено до 300 военных, сообщает штаб. Вчера утром удар пришёлся по складу, пострадали трое. ",
    "uk": "За минулу добу під Авдіївкою та в районі Вугледара знищено до 300 військових, повідомляє штаб. Учора вранці удар припав на склад, постраждали троє. ",
    "en": "Over the past day up to 300 soldiers were killed near Avdiivka and around Vuhledar, the staff said. Yesterday morning a depot was hit and three were hurt. ",
    "fr": "Au cours des dernières 24 heures, près de 300 soldats ont été tués aux abords de Kidal et de Gao, dit l'état-major. Hier matin un dépôt a été touché. ",
    "ar": "خلال الساعات الـ24 الماضية قتل نحو 300 جندي قرب كيدال وغاو بحسب هيئة الأركان. وصباح أمس استهدف مستودع وأصيب ثلاثة. ",
}
TEXTS = {language: (passage * 20)[:LENGTH] for language, passage in PASSAGES.items()}
HOSTILE = {
    "digits": "1, " * (ADVERSARIAL // 3),
    "names": "Khan Ростов غزة " * (ADVERSARIAL // 16),
    "openings": "New Al Bir Tel " * (ADVERSARIAL // 15),
    "dates": "1 July 2 3 and " * (ADVERSARIAL // 15),
    "since": "since from since the past " * (ADVERSARIAL // 26),
    "marks": "а\u0301" * (ADVERSARIAL // 2),
}


def _best(work: Callable[[], object], *, rounds: int = 30) -> float:
    """Return the least processor time of one run, in seconds."""
    least = float("inf")
    for _ in range(rounds):
        begun = time.process_time()
        work()
        least = min(least, time.process_time() - begun)
    return least


def test_loading_is_quick_and_small() -> None:
    seconds = _best(Gazetteer.load, rounds=6)
    tracemalloc.start()
    gazetteer = Gazetteer.load()
    size = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    dates = _best(load_date_words, rounds=3)
    print(f"\nload: gazetteer {seconds * 1e3:.0f} ms and {size:.0f} MB, date words {dates * 1e3:.0f} ms")
    assert gazetteer.place("UA") is not None
    assert seconds < 0.3
    assert size < 40


def test_a_text_of_a_thousand_characters_is_read_in_microseconds() -> None:
    gazetteer, words, identifier = Gazetteer.load(), load_date_words(), Identifier.load(load_lexicons().by_language)
    for language, text in TEXTS.items():
        tokens = tokenise(text)
        ranges = sentences(tokens, text)
        places = _best(partial(gazetteer.find, tokens, text, language=language))
        dates = _best(partial(find_dates, tokens, words=words[language], posted_at=POSTED))
        whole = _best(partial(identifier.identify, text))
        parts = _best(partial(identifier.segments, text, tokens, ranges, language=language))
        print(
            f"\n{language}: places {places * 1e6:.0f} us, dates {dates * 1e6:.0f} us, "
            f"language {whole * 1e6:.0f} us, of each sentence {parts * 1e6:.0f} us",
            end="",
        )
        assert places < 1e-3
        assert dates < 2e-3
        assert whole < 200e-6


@pytest.mark.parametrize("name", sorted(HOSTILE))
@pytest.mark.parametrize("language", ["ru", "en", "ar"])
def test_a_hostile_text_is_read_in_half_a_second(name: str, language: str) -> None:
    gazetteer, words, identifier = Gazetteer.load(), load_date_words(), Identifier.load()
    text = HOSTILE[name]
    tokens = tokenise(text)
    for what, work in (
        ("places", lambda: gazetteer.find(tokens, text, language=language)),
        ("dates", lambda: find_dates(tokens, words=words[language], posted_at=POSTED)),
        ("language", lambda: identifier.identify(text)),
    ):
        seconds = _best(work, rounds=1)
        print(f"\n{name} {language} {what}: {seconds:.2f} s", end="")
        assert seconds < 0.5, what
