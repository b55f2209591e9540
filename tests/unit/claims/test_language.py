"""Which language a text and its sentences are in."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.claims.language import Identifier
from monitor.claims.lexicon import load_lexicons
from monitor.claims.text import sentences, tokenise
from monitor.errors import LexiconError

IDENTIFIER = Identifier.load(load_lexicons().by_language)
ROOT = Path(__file__).parents[3]
GOLD = Path(os.environ.get("MONITOR_TEST_GOLD", ROOT.parent / "shared" / "gold"))

SHORT = {
    "ru": [
        "Потери растут",
        "Двое погибших, трое раненых",
        "Ночью снова били по порту",
        "Сбито семь беспилотников",
        "Есть погибшие",
        "Обстрел продолжается",
        "Наши держат оборону",
        "Противник потерял взвод",
        "Подробности позже",
        "Уничтожен склад",
        "🔥 Прилёт по аэродрому!!!",
        "Сводка на утро",
        "Враг отступил с окраины",
        "Работает ПВО",
        "По уточнённым данным — 12 человек",
    ],
    "uk": [
        "Втрати зростають",
        "Двоє загиблих, троє поранених",
        "Уночі знову били по порту",
        "Збито сім безпілотників",
        "Є загиблі",
        "Обстріл триває",
        "Наші тримають оборону",
        "Ворог втратив взвод",
        "Подробиці згодом",
        "Знищено склад",
        "🔥 Приліт по аеродрому!!!",
        "Зведення на ранок",
        "Працює ППО",
        "За уточненими даними — 12 осіб",
        "Повітряна тривога в області",
    ],
    "en": [
        "Losses are mounting",
        "Two dead, three wounded",
        "Drones hit the port overnight",
        "Seven UAVs shot down",
        "Casualties reported",
        "Shelling continues",
        "Our guys hold the line",
        "More details later",
        "BREAKING: explosions heard",
        "Footage of the strike",
        "Enemy platoon destroyed",
        "12 killed",
        "No casualties",
        "Air raid sirens across the region",
    ],
    "fr": [
        "Les pertes augmentent",
        "Deux morts, trois blessés",
        "Frappe de drones cette nuit",
        "Sept drones abattus",
        "Des victimes signalées",
        "Les combats continuent",
        "Plus de détails à suivre",
        "Attaque contre un camp",
        "12 tués",
        "Aucun mort",
        "Embuscade près de la frontière",
        "Un soldat tué",
        "Bilan provisoire",
    ],
    "ar": [
        "خسائر في صفوف العدو",
        "قتيلان وثلاثة جرحى",
        "غارة على الميناء",
        "إسقاط سبع مسيرات",
        "سقوط قتلى",
        "القصف مستمر",
        "عاجل",
        "12 شهيدا",
        "لا إصابات",
        "دوي انفجارات",
    ],
}


@pytest.mark.parametrize(("language", "text"), [(code, text) for code, texts in SHORT.items() for text in texts])
def test_a_few_words_tell_the_language(language: str, text: str) -> None:
    assert IDENTIFIER.identify(text) == language


@pytest.mark.parametrize(
    "text", ["", "   ", "12:30", "🔥🔥🔥", "https://example.org/a", "+7 999 000", "…!?", "@channel"]
)
def test_a_text_without_letters_is_undetermined(text: str) -> None:
    assert IDENTIFIER.identify(text) == "und"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("he", "הודעה קצרה על התקיפה"),
        ("fa", "حمله پهپادی به پایگاه در شب گذشته"),
        ("be", "Учора ўначы быў абстрэл горада"),
        ("bg", "Войските са ударили през нощта и няма пострадали, а сградата е била празна"),
        ("es", "Los soldados murieron según el ejército en la ciudad"),
        ("pl", "Żołnierze zginęli w nocy pod miastem, że są ranni"),
        ("tr", "Saldırıda üç asker yaralandı ve bir kişi öldü"),
        ("de", "Die Soldaten wurden bei dem Angriff verletzt und nicht getötet"),
    ],
)
def test_other_languages_are_not_taken_for_ours(language: str, text: str) -> None:
    assert IDENTIFIER.identify(text) == language


def test_the_channel_decides_what_the_words_do_not() -> None:
    assert IDENTIFIER.identify("Tel Aviv", channel_language="en") == "en"
    assert IDENTIFIER.identify("Tel Aviv", channel_language="fr") == "fr"
    assert IDENTIFIER.identify("Вугледар", channel_language="uk") == "uk"


def test_a_wrong_channel_language_does_not_overrule_the_words() -> None:
    for language, texts in SHORT.items():
        other = {"ru": "uk", "uk": "ru", "en": "fr", "fr": "en", "ar": "ru"}[language]
        long = ". ".join(texts)
        assert IDENTIFIER.identify(long, channel_language=other) == language


def test_a_quoted_word_does_not_change_the_language() -> None:
    assert IDENTIFIER.identify("В сводке написано «ворог відступив», но это не так, и потери были") == "ru"
    assert IDENTIFIER.identify("A plane came down near São Tomé on the way to the base") == "en"


def test_each_sentence_of_a_mixed_post_has_its_own_language() -> None:
    text = "Ворог втратив двадцять осіб за добу. The army said that three of its men were killed.\nقتل جنديان في الغارة على القاعدة"
    tokens = tokenise(text)
    found = IDENTIFIER.segments(text, tokens, sentences(tokens, text), language=IDENTIFIER.identify(text))
    assert found == ["uk", "en", "ar"]


def test_a_short_sentence_keeps_the_language_of_its_text() -> None:
    text = "Взвод уничтожен за ночь, сообщает штаб. Да."
    tokens = tokenise(text)
    assert IDENTIFIER.segments(text, tokens, sentences(tokens, text), language="ru") == ["ru", "ru"]


@pytest.mark.parametrize("file", ["examples.jsonl", "dev.jsonl"])
def test_labelled_texts_are_in_their_language(file: str) -> None:
    path = GOLD / file
    if not path.exists():
        pytest.skip("the labelled texts are not on this machine")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    right = sum(IDENTIFIER.identify(row["text"]) == row["lang"] for row in rows)
    assert right >= 0.98 * len(rows)


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=300))
def test_any_text_has_one_language_each_time(text: str) -> None:
    first = IDENTIFIER.identify(text)
    assert first == IDENTIFIER.identify(text)
    tokens = tokenise(text)
    ranges = sentences(tokens, text)
    assert len(IDENTIFIER.segments(text, tokens, ranges, language=first)) == len(ranges)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"[xx]\nscript = 'latin'\nletters = ''\nforeign = ''\n", "words is missing"),
        (b"[xx]\nscript = 'runic'\nletters = ''\nforeign = ''\nwords = []\n", "runic"),
        (b"[xx]\nscript = 'latin'\nletters = ''\nforeign = ''\nwords = 'a'\n", "list"),
        (b"[xx]\nscript = 'latin'\nletters = ''\nforeign = ''\nwords = []\nspeakers = 3\n", "speakers"),
    ],
)
def test_a_wrong_file_is_refused_with_the_reason(content: bytes, complaint: str) -> None:
    with pytest.raises(LexiconError, match=complaint):
        Identifier(content)
