"""Time expressions in five languages, as days relative to the post."""

import tomllib
from datetime import UTC, date, datetime
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.claims.dates import DateMention, DateWords, find_dates, load_date_words
from monitor.claims.text import tokenise
from monitor.errors import LexiconError
from monitor.model.claim import Scope, TimeBasis

WORDS = load_date_words()
POSTED = datetime(2024, 7, 29, 12, tzinfo=UTC)  # a Monday


def _mentions(language: str, text: str, posted_at: datetime | None = POSTED) -> list[DateMention]:
    return find_dates(tokenise(text), words=WORDS[language], posted_at=posted_at)


def _one(language: str, text: str, posted_at: datetime | None = POSTED) -> DateMention:
    mentions = _mentions(language, text, posted_at)
    assert len(mentions) == 1, mentions
    return mentions[0]


def _days(mention: DateMention) -> tuple[str, str]:
    return str(mention.from_day), str(mention.to_day)


DAYS = {
    "en": {
        "On 27 July 12 men died": ("2024-07-27", "2024-07-27"),
        "July 25 to 27": ("2024-07-25", "2024-07-27"),
        "27-28 July 2024": ("2024-07-27", "2024-07-28"),
        "on the 27th of July": ("2024-07-27", "2024-07-27"),
        "July 27th, 2023": ("2023-07-27", "2023-07-27"),
        "27.07.2024": ("2024-07-27", "2024-07-27"),
        "2024-07-27": ("2024-07-27", "2024-07-27"),
        "13-10-2023": ("2023-10-13", "2023-10-13"),
        "from 25 July to 3 August": ("2024-07-25", "2024-08-03"),
        "yesterday": ("2024-07-28", "2024-07-28"),
        "overnight": ("2024-07-28", "2024-07-29"),
        "this morning": ("2024-07-29", "2024-07-29"),
        "on Friday": ("2024-07-26", "2024-07-26"),
        "on Monday": ("2024-07-29", "2024-07-29"),
        "last Monday": ("2024-07-22", "2024-07-22"),
        "Saturday, 27 July": ("2024-07-27", "2024-07-27"),
        "two days ago": ("2024-07-27", "2024-07-27"),
        "in July 2023": ("2023-07-01", "2023-07-31"),
        "in December": ("2023-12-01", "2023-12-31"),
        "3 August": ("2024-08-03", "2024-08-03"),
        "3 September": ("2023-09-03", "2023-09-03"),
        "29 February": ("2024-02-29", "2024-02-29"),
    },
    "ru": {
        "27 июля погибли 12 бойцов": ("2024-07-27", "2024-07-27"),
        "двадцать седьмого июля": ("2024-07-27", "2024-07-27"),
        "27-го июля": ("2024-07-27", "2024-07-27"),
        "в ночь на 27 июля": ("2024-07-26", "2024-07-27"),
        "с 25 по 27 июля": ("2024-07-25", "2024-07-27"),
        "на 27.07": ("2024-07-27", "2024-07-27"),
        "вчера вечером": ("2024-07-28", "2024-07-28"),
        "за ночь": ("2024-07-28", "2024-07-29"),
        "в минувшую пятницу": ("2024-07-26", "2024-07-26"),
        "в четверг, 25 июля": ("2024-07-25", "2024-07-25"),
        "три дня назад": ("2024-07-26", "2024-07-26"),
        "в июле 27 человек": ("2024-07-01", "2024-07-31"),
    },
    "uk": {
        "27 липня": ("2024-07-27", "2024-07-27"),
        "у ніч на 27 липня": ("2024-07-26", "2024-07-27"),
        "учора": ("2024-07-28", "2024-07-28"),
        "вночі": ("2024-07-28", "2024-07-29"),
        "у п’ятницю": ("2024-07-26", "2024-07-26"),
        "два дні тому": ("2024-07-27", "2024-07-27"),
        "з 25 по 27 липня": ("2024-07-25", "2024-07-27"),
    },
    "fr": {
        "le 27 juillet": ("2024-07-27", "2024-07-27"),
        "le 1er avril": ("2024-04-01", "2024-04-01"),
        "du 25 au 27 juillet 2024": ("2024-07-25", "2024-07-27"),
        "hier soir": ("2024-07-28", "2024-07-28"),
        "vendredi dernier": ("2024-07-26", "2024-07-26"),
        "il y a deux jours": ("2024-07-27", "2024-07-27"),
        "dans la nuit du 26 au 27 juillet": ("2024-07-26", "2024-07-27"),
    },
    "ar": {
        "يوم 27 يوليو": ("2024-07-27", "2024-07-27"),
        "27 تموز/يوليو 2024": ("2024-07-27", "2024-07-27"),
        "٢٧ يوليو ٢٠٢٤": ("2024-07-27", "2024-07-27"),
        "السابع والعشرين من يوليو": ("2024-07-27", "2024-07-27"),
        "من 25 إلى 27 يوليو": ("2024-07-25", "2024-07-27"),
        "مساء أمس": ("2024-07-28", "2024-07-28"),
        "قبل يومين": ("2024-07-27", "2024-07-27"),
        "يوم الجمعة": ("2024-07-26", "2024-07-26"),
    },
}


@pytest.mark.parametrize(
    ("language", "text", "days"),
    [(language, text, days) for language, texts in DAYS.items() for text, days in texts.items()],
)
def test_a_day_is_read_in_every_way_of_writing_it(language: str, text: str, days: tuple[str, str]) -> None:
    mention = _one(language, text)
    assert _days(mention) == days
    assert mention.scope is None
    assert not mention.is_since


SUMS = {
    "en": {
        "over the past week": (Scope.PERIOD, "2024-07-22", False),
        "in the past 24 hours": (Scope.DAILY, "2024-07-28", False),
        "in the last 72 hours": (Scope.PERIOD, "2024-07-26", False),
        "since February 2022": (Scope.PERIOD, "2022-02-01", True),
        "since the start of the war": (Scope.WAR_TOTAL, "None", True),
        "since the full-scale invasion": (Scope.WAR_TOTAL, "2022-02-24", True),
        "since the start of the year": (Scope.PERIOD, "2024-01-01", True),
    },
    "ru": {
        "за сутки": (Scope.DAILY, "2024-07-28", False),
        "за неделю": (Scope.PERIOD, "2024-07-22", False),
        "за последние три дня": (Scope.PERIOD, "2024-07-26", False),
        "с начала СВО": (Scope.WAR_TOTAL, "2022-02-24", True),
        "с начала войны": (Scope.WAR_TOTAL, "None", True),
        "с февраля 2022 года": (Scope.PERIOD, "2022-02-01", True),
    },
    "uk": {
        "за минулу добу": (Scope.DAILY, "2024-07-28", False),
        "за тиждень": (Scope.PERIOD, "2024-07-22", False),
        "від початку повномасштабного вторгнення": (Scope.WAR_TOTAL, "2022-02-24", True),
        "з початку війни": (Scope.WAR_TOTAL, "None", True),
    },
    "fr": {
        "la semaine dernière": (Scope.PERIOD, "2024-07-22", False),
        "ces dernières 24 heures": (Scope.DAILY, "2024-07-28", False),
        "depuis janvier": (Scope.PERIOD, "2024-01-01", True),
        "depuis le début de la guerre": (Scope.WAR_TOTAL, "None", True),
    },
    "ar": {
        "خلال الأسبوع الماضي": (Scope.PERIOD, "2024-07-22", False),
        "خلال 24 ساعة": (Scope.DAILY, "2024-07-28", False),
        "منذ بداية الحرب": (Scope.WAR_TOTAL, "None", True),
        "منذ فبراير 2022": (Scope.PERIOD, "2022-02-01", True),
    },
}


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [(language, text, expected) for language, texts in SUMS.items() for text, expected in texts.items()],
)
def test_an_expression_tells_what_a_figure_beside_it_sums_up(
    language: str, text: str, expected: tuple[Scope, str, bool]
) -> None:
    mention = _one(language, text)
    assert (mention.scope, str(mention.from_day), mention.is_since) == expected
    assert mention.to_day == POSTED.date()


@pytest.mark.parametrize(
    ("language", "text", "free"),
    [
        ("en", "27 July: 12 killed", ["12"]),
        ("en", "July 25 and 30 killed", ["30"]),
        ("en", "March 5 soldiers away 2 km", ["2"]),
        ("ru", "27 июля погибли 12", ["12"]),
        ("ru", "24 февраля 2022 года погибли 137", ["137"]),
        ("uk", "1961 року народження, загинули 3", ["3"]),
        ("ar", "في 27 يوليو قتل 12 جنديا", ["12"]),
    ],
)
def test_numbers_of_dates_are_told_from_counts(language: str, text: str, free: list[str]) -> None:
    tokens = tokenise(text)
    taken = {index for mention in _mentions(language, text) for index in range(mention.first, mention.last)}
    numbers = [token.norm for index, token in enumerate(tokens) if token.kind == "number" and index not in taken]
    assert numbers == free


def test_without_the_day_of_the_post_only_full_dates_have_days() -> None:
    assert _days(_one("en", "27 July 2024", None)) == ("2024-07-27", "2024-07-27")
    for text in ("27 July", "yesterday", "on Friday", "two days ago", "over the past week"):
        assert _one("en", text, None).from_day is None


def test_a_written_date_is_explicit_and_a_said_one_relative() -> None:
    assert _one("ru", "27 июля").basis is TimeBasis.EXPLICIT
    assert _one("ru", "вчера").basis is TimeBasis.RELATIVE


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "31 February"),
        ("en", "she may march on"),
        ("en", "at 12:30"),
        ("ru", "27 человек"),
        ("ru", "по 3 на 4"),
        ("fr", "sept soldats"),
        ("ar", "27 جنديا"),
    ],
)
def test_what_is_no_date_is_left_alone(language: str, text: str) -> None:
    assert _mentions(language, text) == []


@pytest.mark.parametrize("language", sorted(WORDS))
def test_every_form_of_every_month_makes_a_date(language: str) -> None:
    raw = (files("monitor.claims") / "lexicons" / f"{language}.dates.toml").read_bytes()
    months = tomllib.loads(raw.decode())["months"]
    assert set(months) == {str(month) for month in range(1, 13)}
    for month, forms in months.items():
        for form in forms:
            day = f"2024-{int(month):02}-03"
            assert _days(_one(language, f"3 {form.removesuffix('*')} 2024")) == (day, day)


@pytest.mark.parametrize(
    ("tables", "complaint"),
    [
        ({"mounths": {}}, "mounths"),
        ({"months": {"13": ["x"]}}, "13"),
        ({"months": {"1": "jan"}}, "list"),
        ({"words": {"sinces": ["x"]}}, "sinces"),
        ({"relative": {"soon": ["x"]}}, "soon"),
        ({"wars": {"2022": ["x"]}}, "2022"),
        ({"months": {"1": ["ja*n"]}}, "star"),
        ({"months": {"1": [""]}}, "words"),
        ({"grammar": {"month_frist": True}}, "month_frist"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_and_the_reason(tables: dict[str, object], complaint: str) -> None:
    with pytest.raises(LexiconError, match=complaint) as error:
        DateWords("xx", tables)
    assert "xx.dates.toml" in str(error.value)


@settings(max_examples=150, deadline=None)
@given(
    text=st.text(max_size=200),
    language=st.sampled_from(sorted(WORDS)),
    posted_at=st.none() | st.datetimes(timezones=st.just(UTC)),
)
def test_any_text_on_any_day_is_read_without_failing(text: str, language: str, posted_at: datetime | None) -> None:
    tokens = tokenise(text)
    last = 0
    for mention in find_dates(tokens, words=WORDS[language], posted_at=posted_at):
        assert last <= mention.first < mention.last <= len(tokens)
        last = mention.last


PIECES = st.sampled_from(
    [
        "27",
        "31",
        "July",
        "2024",
        "-",
        ",",
        "to",
        "since",
        "the",
        "past",
        "999",
        "years",
        "ago",
        "Friday",
        "night",
        "of",
        ".",
    ]
)


@settings(max_examples=300, deadline=None)
@given(pieces=st.lists(PIECES, max_size=10), day=st.dates(max_value=date(2200, 1, 1)))
def test_date_words_in_any_order_give_ordered_days(pieces: list[str], day: date) -> None:
    posted_at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    for mention in _mentions("en", " ".join(pieces), posted_at):
        if mention.from_day is not None and mention.to_day is not None and not mention.is_since:
            assert mention.from_day <= mention.to_day
