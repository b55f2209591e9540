"""Place names in five languages, found and resolved."""

import tomllib
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.claims.places import Gazetteer, PlaceMention, distance_km
from monitor.claims.text import tokenise
from monitor.claims.toponyms import name_words, parse_grammars
from monitor.errors import LexiconError


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


def _found(gazetteer: Gazetteer, language: str, text: str) -> list[tuple[str, PlaceMention]]:
    mentions = gazetteer.find(tokenise(text), text, language=language)
    return [(text[mention.start : mention.end], mention) for mention in mentions]


def _resolved(gazetteer: Gazetteer, language: str, text: str, *countries: str) -> list[str | None]:
    mentions = gazetteer.find(tokenise(text), text, language=language)
    places = gazetteer.resolve_all(mentions, countries=countries)
    return [None if place is None else place.name for place in places]


RUSSIAN = {
    "под Бахмутом": "Bakhmut",
    "в Авдеевке": "Avdiivka",
    "у Кривого Рога": "Kryvyi Rih",
    "под Часовым Яром": "Chasiv Yar",
    "за Угледаром": "Vuhledar",
    "из Лисичанска": "Lysychansk",
    "под Суджей": "Sudzha",
    "возле Работина": "Robotyne",
    "под Кидалем": "Kidal",
    "в Хартуме": "Khartoum",
    "в Хан-Юнисе": "Khan Younis",
    "в Пальмире": "Palmyra",
    "в Великой Новоселке": "Velyka Novosilka",
    "у Новой Каховки": "Nova Kakhovka",
    "в Сумах": "Sumy",
    "под Черкассами": "Cherkasy",
    "из Одессы": "Odesa",
    "во Львове": "Lviv",
    "в Ливане": "Lebanon",
    "из Ирана": "Iran",
    "в Крыму": "Crimea",
    "в Курской области": "Kursk oblast",
    "в Московской области": "Moscow oblast",
    "на Покровском направлении": "Pokrovsk",
    "на запорожском направлении": "Zaporizhzhya",
    "под Тинзауатеном": "Tinzaouaten",
    "из Ростова-на-Дону": "Rostov-on-Don",
    "в Артёмовске": "Bakhmut",
    "в Дейр-эз-Зоре": "Deir ez-Zor",
    "в провинции Алеппо": "Aleppo",
    "в Красном море": "Red Sea",
    "в США": "United States",
}
UKRAINIAN = {
    "під Бахмутом": "Bakhmut",
    "в Авдіївці": "Avdiivka",
    "у Кривому Розі": "Kryvyi Rih",
    "під Часовим Яром": "Chasiv Yar",
    "до Куп'янська": "Kupiansk",
    "під Куп’янськом": "Kupiansk",
    "біля Роботиного": "Robotyne",
    "до Харкова": "Kharkiv",
    "у Києві": "Kyiv",
    "з Тернополя": "Ternopil",
    "у Чернівцях": "Chernivtsi",
    "в Ірпені": "Irpin",
    "у Кременчуці": "Kremenchuk",
    "на Донеччині": "Donetsk oblast",
    "на Сумщині": "Sumy oblast",
    "у Донецькій області": "Donetsk oblast",
    "на Покровському напрямку": "Pokrovsk",
    "у Нікопольському районі": "Nikopol",
    "в Україні": "Ukraine",
    "у секторі Гази": "Gaza Strip",
    "у Тінзауатені": "Tinzaouaten",
}
ENGLISH = {
    "in Tinzaouaten": "Tinzaouaten",
    "near Tin Zaouatine": "Tinzaouaten",
    "Tehran's outskirts": "Tehran",
    "at the Natanz nuclear facility": "Natanz nuclear facility",
    "in Khan Younis": "Khan Younis",
    "in Kharkiv region": "Kharkiv oblast",
    "in Idlib province": "Idlib",
    "in the governorate of Aleppo": "Aleppo",
    "through the Strait of Hormuz": "Strait of Hormuz",
    "in Artyomovsk": "Bakhmut",
    "in Sévaré": "Sévaré",
    "in Kfar Kila": "Kfar Kila",
    "LONDON, at night": "London",
    "in the UK": "United Kingdom",
}
FRENCH = {
    "à Tin-Zaouatine": "Tinzaouaten",
    "dans la région de Kidal": "Kidal region",
    "près de Ménaka": "Menaka",
    "près d'Alep": "Aleppo",
    "vers l'Iran": "Iran",
    "au Darfour": "Darfur",
    "en Côte d'Ivoire": "Ivory Coast",
    "à Tombouctou": "Timbuktu",
    "aux États-Unis": "United States",
}
ARABIC = {
    "في تين زواتين": "Tinzaouaten",
    "بغزة": "Gaza City",
    "وبغداد": "Baghdad",
    "للفاشر": "El Fasher",
    "في ام درمان": "Omdurman",
    "في خانيونس": "Khan Younis",
    "في محافظة إدلب": "Idlib",
    "في باخموت": "Bakhmut",
    "جنوب لبنان": "South Lebanon",
    "في عيتا الشعب": "Aita al-Shaab",
    "مضيق هرمز": "Strait of Hormuz",
}
CASES = [
    (language, phrase, name)
    for language, phrases in (("ru", RUSSIAN), ("uk", UKRAINIAN), ("en", ENGLISH), ("fr", FRENCH), ("ar", ARABIC))
    for phrase, name in phrases.items()
]


@pytest.mark.parametrize(("language", "phrase", "name"), CASES)
def test_names_are_found_in_every_case_and_spelling(
    gazetteer: Gazetteer, language: str, phrase: str, name: str
) -> None:
    assert _resolved(gazetteer, language, phrase, "UA") == [name]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "Владимир Путин и Роман Орлов обсудили мирный договор"),
        ("ru", "Широкий круг вопросов. Победа близко, сообщил Иванов"),
        ("ru", "атаки отбиты, потерь нет"),
        ("uk", "Володимир Шевченко розповів про мир і перемогу"),
        ("uk", "Широкий загал дякує захисникам"),
        ("en", "Dan Harris and George Adams said most of them can rest"),
        ("en", "More than a hundred men march to the bank. Police say no"),
        ("en", "help us now"),
        ("fr", "Tous les soldats sont rentrés, dit Martin Lens"),
        ("ar", "قال علي حسن إن الشهداء في رحمة الله"),
    ],
)
def test_words_and_persons_are_no_places(gazetteer: Gazetteer, language: str, text: str) -> None:
    assert _found(gazetteer, language, text) == []


def test_a_first_name_behind_a_preposition_is_still_a_person(gazetteer: Gazetteer) -> None:
    assert _found(gazetteer, "ru", "Он говорил с Владимиром Петровым") == []
    assert _resolved(gazetteer, "ru", "Взрыв в городе Владимире") == ["Vladimir"]


def test_particles_stay_outside_the_span(gazetteer: Gazetteer) -> None:
    assert [text for text, _ in _found(gazetteer, "en", "Iran's army left Tehran.")] == ["Iran", "Tehran"]
    assert [text for text, _ in _found(gazetteer, "fr", "l'armée de l'Iran")] == ["Iran"]
    assert [text for text, _ in _found(gazetteer, "ar", "انفجار بغزة")] == ["غزة"]


def test_the_country_that_the_post_speaks_of_decides_between_namesakes(gazetteer: Gazetteer) -> None:
    (_, mention), *_ = _found(gazetteer, "en", "in Tripoli")
    lebanese = gazetteer.resolve(mention, countries={"LB"})
    libyan = gazetteer.resolve(mention, countries={"LY"})
    assert lebanese is not None
    assert libyan is not None
    assert (lebanese.country, libyan.country) == ("LB", "LY")
    assert gazetteer.resolve(mention) is None


def test_a_region_named_in_the_post_decides_between_namesakes(gazetteer: Gazetteer) -> None:
    text = "в Красногорівці та Авдіївці Донецької області"
    mentions = gazetteer.find(tokenise(text), text, language="uk")
    places = gazetteer.resolve_all(mentions)
    assert [place.parent if place else None for place in places] == ["UA.05", "UA.05", "UA"]


def test_a_far_larger_namesake_is_meant_even_in_another_country(gazetteer: Gazetteer) -> None:
    assert _resolved(gazetteer, "uk", "делегація в Нью-Йорку", "UA") == ["New York City"]


def test_places_lie_in_regions_and_regions_in_countries(gazetteer: Gazetteer) -> None:
    bakhmut, oblast, ukraine = gazetteer.place("713174"), gazetteer.place("UA.05"), gazetteer.place("UA")
    assert bakhmut is not None
    assert oblast is not None
    assert ukraine is not None
    assert gazetteer.contains(oblast, bakhmut)
    assert gazetteer.contains(ukraine, bakhmut)
    assert not gazetteer.contains(bakhmut, oblast)


def test_every_parent_is_an_entry(gazetteer: Gazetteer) -> None:
    for identifier in ("ml-tinzaouaten", "ua-robotyne", "dahieh", "ir-natanz", "PS.GZ", "713174"):
        place = gazetteer.place(identifier)
        assert place is not None
        assert place.parent is not None
        assert gazetteer.place(place.parent) is not None


def test_distances_are_great_circle_kilometres(gazetteer: Gazetteer) -> None:
    kyiv, odesa = gazetteer.place("703448"), gazetteer.place("698740")
    assert kyiv is not None
    assert odesa is not None
    assert distance_km(kyiv, odesa) == pytest.approx(441, abs=5)
    assert distance_km(kyiv, kyiv) == 0


def test_an_edited_file_adds_places_and_names() -> None:
    grammar = b"[en]\nbefore = ['in']\n"
    generated = (
        b"id\tname\tcountry\tregion\tlatitude\tlongitude\tpopulation\tkeys\n1\tOldtown\tXX\t01\t1\t2\t900\toldtown\n"
    )
    edited = b"# people edit this\nx-new\tNewtown\ttown\tXX\t\t1.5\t2.5\t10\tNewtown, New Town\n1\tOldtown\t\t\t\t\t\t\tAncient\n"
    gazetteer = Gazetteer({"grammar.toml": grammar, "geonames.tsv": generated, "overlay.tsv": edited})
    assert _resolved(gazetteer, "en", "in New Town and in Ancient") == ["Newtown", "Oldtown"]


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (b"x\tX\tplanet\tXX\t\t1\t2\t3\tX", "kind"),
        (b"x\tX\ttown\tXX\t\tnorth\t2\t3\tX", "latitude"),
        (b"x\t\ttown\tXX\t\t1\t2\t3\tX", "name"),
        (b"\t".join([b"x"] * 20), "columns"),
    ],
)
def test_a_wrong_row_is_refused_with_file_line_and_reason(row: bytes, complaint: str) -> None:
    texts = {"grammar.toml": b"[en]\n", "geonames.tsv": b"id\n", "gazetteer/overlay.tsv": b"# first line\n" + row}
    with pytest.raises(LexiconError, match=complaint) as error:
        Gazetteer(texts)
    assert "gazetteer/overlay.tsv:2" in str(error.value)


def test_an_unknown_table_of_the_grammar_is_refused() -> None:
    with pytest.raises(LexiconError, match=r"grammar\.toml \[en\] befor"):
        Gazetteer({"grammar.toml": b"[en]\nbefor = []\n", "geonames.tsv": b"id\n"})


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=200), language=st.sampled_from(["ru", "uk", "en", "fr", "ar", "und"]))
def test_any_text_is_read_without_failing_and_spans_lie_inside_their_tokens(
    gazetteer: Gazetteer, text: str, language: str
) -> None:
    tokens = tokenise(text)
    last = 0
    for mention in gazetteer.find(tokens, text, language=language):
        assert last <= mention.first < mention.last <= len(tokens)
        assert tokens[mention.first].start <= mention.start < mention.end <= tokens[mention.last - 1].end
        assert mention.candidates
        last = mention.last


NAMES = st.sampled_from(
    ["Бахмут", "Khan Younis", "غزة", "в", "l'Iran", "и", "область", "Покровском", "-", ",", "of", "New"]
)


@settings(max_examples=150, deadline=None)
@given(words=st.lists(NAMES, max_size=12), language=st.sampled_from(["ru", "uk", "en", "fr", "ar"]))
def test_names_in_any_order_keep_exact_spans(gazetteer: Gazetteer, words: list[str], language: str) -> None:
    text = " ".join(words)
    mentions = gazetteer.find(tokenise(text), text, language=language)
    assert all(text[mention.start : mention.end].strip() == text[mention.start : mention.end] for mention in mentions)
    assert len(gazetteer.resolve_all(mentions)) == len(mentions)


def test_a_known_name_is_not_taken_apart(gazetteer: Gazetteer) -> None:
    assert _resolved(gazetteer, "ar", "غارة على بلدة بليدا", "LB") == ["Blida (Lebanon)"]


def test_every_rule_of_declension_finds_the_name_again() -> None:
    raw = (files("monitor.claims") / "gazetteer" / "grammar.toml").read_bytes()
    tables = tomllib.loads(raw.decode())
    grammars = parse_grammars(raw)
    for language in ("ru", "uk"):
        for nominative, obliques in tables[language]["endings"].items():
            for oblique in obliques:
                assert "нов" + nominative in grammars[language].nominatives("нов" + oblique)


def test_shipped_keys_are_folded_as_the_reader_folds() -> None:
    raw = (files("monitor.claims") / "gazetteer" / "geonames.tsv").read_text(encoding="utf-8")
    keys = [key for line in raw.splitlines()[1:] for key in line.rpartition("\t")[2].split("|") if key]
    assert [key for key in keys[::7] if name_words(key) != key] == []
