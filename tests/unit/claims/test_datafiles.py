"""A linguist's folder of edited files, and what is said of a file that is broken."""

from pathlib import Path

import pytest

from monitor.claims import Reader
from monitor.claims.datewords import DateWords
from monitor.claims.entries import Entries
from monitor.claims.language import Identifier
from monitor.claims.lexicon import load_lexicons, parse_lexicons, parse_toml
from monitor.claims.places import Gazetteer
from monitor.errors import LexiconError

TEXT = "Two soldiers were grindled near Zorgho."
WORD = '[killed]\nsubject = ["were grindled"]\n'
PLACE = "x-zorgho\tZorgho\ttown\tBF\t\t12.25\t-0.61\t9000\tZorgho\n"
LANGUAGES = b'[en]\nscript = "latin"\nletters = ""\nforeign = ""\nwords = ["the"]\n'
SMALLEST = {
    "lexicons/en.toml": b'[language]\nstop_words = ["the"]\n',
    "lexicons/sides.toml": b"",
    "lexicons/items.toml": b"",
    "lexicons/languages.toml": LANGUAGES,
}


def folder_of(path: Path, **contents: str) -> Path:
    for name, content in contents.items():
        (path / name.replace("__", ".")).write_text(content, encoding="utf-8")
    return path


def notes(reader: Reader, text: str) -> list[tuple[str, str | None]]:
    return [
        (claim.kind.value, claim.place.id if claim.place else None)
        for claim in reader.read(text, posted_at=None, channel=None).claims
    ]


@pytest.fixture(scope="module")
def shipped() -> Reader:
    return Reader.load()


def test_words_and_places_of_a_folder_are_read_beside_those_shipped(shipped: Reader, tmp_path: Path) -> None:
    edited = Reader.load(folder_of(tmp_path, en__more__toml=WORD, ours__tsv=PLACE))
    assert notes(shipped, TEXT) == []
    assert notes(edited, TEXT) == [("killed", "x-zorgho")]
    assert notes(edited, "Two soldiers were killed in Kidal.") == notes(shipped, "Two soldiers were killed in Kidal.")


def test_a_file_of_a_shipped_name_stands_in_its_place(tmp_path: Path) -> None:
    stop_words = '[language]\nstop_words = ["the", "were", "in"]\n'
    edited = Reader.load(folder_of(tmp_path, en__toml=stop_words + WORD))
    assert notes(edited, "The 2 were grindled in Kidal.") == [
        ("killed", notes(edited, "2 were grindled in Kidal.")[0][1])
    ]
    assert notes(edited, "The 2 soldiers were killed in Kidal.") == []


def test_a_new_language_is_read_once_its_files_lie_in_the_folder(tmp_path: Path) -> None:
    languages = '[eo]\nscript = "latin"\nletters = ""\nforeign = ""\nwords = ["estis", "la", "en", "kaj"]\n'
    words = '[language]\nstop_words = ["la"]\n[killed]\nsubject = ["mortigitaj"]\n[military]\nmany = ["soldatoj"]\n'
    folder_of(tmp_path, eo__toml=words, languages__toml=languages, eo__dates__toml='[words]\non = ["je"]\n')
    shared = parse_toml("languages.toml", (Path("monitor/claims/lexicons/languages.toml")).read_bytes())
    assert "eo" not in shared
    with pytest.raises(LexiconError, match=r"languages\.toml has no table \[ar\]"):
        Reader.load(tmp_path)
    whole = Path("monitor/claims/lexicons/languages.toml").read_text(encoding="utf-8")
    folder_of(tmp_path, languages__toml=f"{whole}\n{languages}")
    reading = Reader.load(tmp_path).read("7 soldatoj estis mortigitaj en la urbo.", posted_at=None, channel=None)
    assert (reading.language, [claim.kind.value for claim in reading.claims]) == ("eo", ["killed"])


def test_the_fingerprint_rests_on_what_the_files_hold_and_not_on_where_they_lie(
    shipped: Reader, tmp_path: Path
) -> None:
    one, other, third = (tmp_path / name for name in ("one", "other", "third"))
    for path in (one, other, third):
        path.mkdir()
    words = [
        load_lexicons(folder_of(one, en__more__toml=WORD)).fingerprint,
        load_lexicons(folder_of(other, en__more__toml=WORD, _draft__txt="", __hidden="")).fingerprint,
    ]
    places = Gazetteer.load(folder_of(third, ours__tsv=PLACE)).fingerprint
    assert words[0] == words[1] != shipped.lexicons.fingerprint
    assert places != Gazetteer.load().fingerprint
    assert Reader.load(one).fingerprint != shipped.fingerprint


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("rus__tml", "", r"rus\.tml: stands for no lexicon; want xx\.toml"),
        ("Russian__toml", "", "stands for no lexicon"),
        ("en__toml__bak", "", "stands for no lexicon"),
        ("qq__toml", WORD, r"qq\.toml: .*languages\.toml has no table \[qq\]"),
        ("qq__dates__toml", "", r"there is no qq\.toml"),
        ("en__toml", "[killed\n", r"en\.toml: .*line 1"),
        ("en__more__toml", "[killed]\nsubjects = []\n", r"en\.more\.toml \[killed\] subjects: unknown key"),
        ("sides__toml", '[UA]\ncuntry = "UA"\n', r"sides\.toml \[UA\] cuntry: unknown key"),
        ("grammar__toml", "[en]\nbefor = []\n", r"grammar\.toml \[en\] befor"),
        ("overlay__tsv", "x\tX\tplanet\n", r"overlay\.tsv:1: .*kind"),
        ("geonames__tsv", "id\nAE.01\tAbu Dhabi\tAE\n", r"geonames\.tsv:2: "),
    ],
)
def test_a_file_that_stands_for_nothing_or_is_broken_is_named_with_its_folder(
    tmp_path: Path, name: str, content: str, said: str
) -> None:
    folder_of(tmp_path, **{name: content})
    with pytest.raises(LexiconError, match=said) as caught:
        Reader.load(tmp_path)
    assert name == "qq__dates__toml" or str(tmp_path) in str(caught.value)


def test_a_row_of_the_generated_table_that_is_only_looked_at_later_is_verified() -> None:
    entries = Entries({"geonames.tsv": b"id\n1\tTown\tAE\t01\tnorth\t54\t9\ttown\n"})
    with pytest.raises(LexiconError, match=r"geonames\.tsv: .*north.*overlay\.tsv"):
        entries.verify()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match=r"nowhere: cannot be read: .*want a folder of edited lexicons"):
        Reader.load(tmp_path / "nowhere")
    with pytest.raises(LexiconError, match="cannot be read"):
        Reader.load(folder_of(tmp_path, en__toml="") / "en.toml")


def wrong_values(tables: dict[str, object]) -> list[str]:
    """Return TOML files in which one table or one value after another is something else."""
    wrong = [
        "5",
        '"x"',
        "[5]",
        "{x = 5}",
        "{x = [5]}",
        "true",
        "1979-05-27",
        '[""]',
        '["*"]',
        '["a*b"]',
        "-7",
        '"7..x"',
    ]
    files = []
    for name, table in tables.items():
        files += [f'"{name}" = {value}\n' for value in wrong]
        if isinstance(table, dict):
            files += [f'["{name}"]\n"{key}" = {value}\n' for key in table for value in wrong]
            files += [f'["{name}"]\n"{key}" = {{"x" = {value}}}\n' for key in table for value in wrong]
    return files


@pytest.mark.parametrize(
    "name", ["en.toml", "ar.toml", "sides.toml", "items.toml", "languages.toml", "en.dates.toml", "grammar.toml"]
)
def test_whatever_is_wrong_in_a_table_is_a_lexicon_error(name: str) -> None:
    room = "gazetteer" if name == "grammar.toml" else "lexicons"
    tables = parse_toml(name, (Path("monitor/claims") / room / name).read_bytes())
    if name in {"sides.toml", "items.toml", "languages.toml"}:
        tables = {key: tables[key] for key in list(tables)[:3]}
    refused = 0
    for content in wrong_values(tables):
        try:
            load_one(name, content)
        except LexiconError as error:
            refused += 1
            assert len(str(error).splitlines()) == 1  # noqa: PT017 - most of many must be refused
    assert refused > len(wrong_values(tables)) // 2


def load_one(name: str, content: str) -> None:
    raw = content.encode()
    if name == "grammar.toml":
        Gazetteer({name: raw, "geonames.tsv": b"id\n"})
    elif name == "en.dates.toml":
        DateWords("en", parse_toml(name, raw))
    else:
        head = SMALLEST["lexicons/en.toml"] if name in {"en.toml", "ar.toml"} and "language" not in content else b""
        code = LANGUAGES if name != "languages.toml" else raw
        Identifier(code)
        parse_lexicons(SMALLEST | {f"lexicons/{name.replace('ar.', 'en.')}": raw + b"\n" + head})
