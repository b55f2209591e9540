"""The frame of a digest in its languages: complete, compiled, and running the right way."""

import ast
import io
import re
from gettext import GNUTranslations
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from telethon.extensions import html

from monitor.config.watchlist import FrameLanguage
from monitor.digest import LANGUAGES, compose, render_plain, render_telegram
from monitor.digest.frame import frame_of
from monitor.digest.wording import Wording
from monitor.model.edition import Edition
from monitor.model.finding import Relation, Split
from tests.builders import WINDOW, at, citation, coverage, finding, incident
from tools.catalogues import CODE, compile_catalogue, read_catalogue, template_of, untranslated

TRANSLATED = LANGUAGES[1:]
KYIV = ZoneInfo("Europe/Kyiv")
FIELD = re.compile(r"\{\w*\}")


def sample_edition() -> Edition:
    some, all_ = citation(2, date=at(-9)), citation(1_150, post="sample_b/1", attributed_to="المجلس", date=at(2))
    agreed = citation(7, post="sample_c/1", claim=3, side="UA"), citation(7, post="sample_d/1", claim=3, side="UA")
    return compose(
        "daily",
        WINDOW,
        findings=[
            finding(some, all_, split=Split.PARTISAN, severity=3),
            finding(*agreed, relation=Relation.CORROBORATE, incident="agreed", side="UA"),
        ],
        incidents=[incident()],
        evidence={},
        coverage=coverage(sample_a=3, sample_b=0),
        corrections=(),
        min_severity=1,
    )


def test_every_language_that_a_digest_may_have_has_a_frame() -> None:
    assert get_args(get_args(FrameLanguage)[0]) == LANGUAGES
    assert [frame_of(language).language for language in LANGUAGES] == list(LANGUAGES)
    with pytest.raises(KeyError):
        frame_of("../../etc")


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_of_the_frame_is_translated(language: str) -> None:
    catalogue, template = read_catalogue(language), template_of()
    assert {(one.id, one.context) for one in catalogue} == {(one.id, one.context) for one in template}, (
        "run: make catalogues"
    )
    assert list(untranslated(catalogue)) == []


def test_every_text_that_the_code_asks_for_is_extracted() -> None:
    """Babel does not look into f-strings, so none may hold a call for a text."""
    known = {form for one in template_of() for form in ([one.id] if isinstance(one.id, str) else one.id)}
    asked = [
        argument.value
        for path in CODE.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) in {"gettext", "ngettext", "N_"}
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]
    assert len(asked) > 100
    assert set(asked) <= known


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_fields_of_its_text(language: str) -> None:
    for message in read_catalogue(language):
        if not message.id:
            continue
        many = message.id if isinstance(message.id, str) else message.id[-1]
        forms = [message.string] if isinstance(message.string, str) else list(message.string or ())
        for form in forms:
            missing = set(FIELD.findall(many)) ^ set(FIELD.findall(form))
            # A plural form for one or two things says so in words.
            assert not missing or (len(forms) > 1 and missing == {"{number}"}), (many, form)


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiled_catalogue_is_the_one_written(language: str) -> None:
    compiled = io.BytesIO()
    compile_catalogue(read_catalogue(language), compiled)
    compiled.seek(0)
    shipped, made = frame_of(language).catalogue, GNUTranslations(compiled)
    for message in template_of():
        if isinstance(message.id, tuple):
            one, many = message.id[0], message.id[1]
            for number in (*range(30), 100, 101, 111):
                assert shipped.ngettext(one, many, number) == made.ngettext(one, many, number), "run: make catalogues"
        if message.id and message.context is None and isinstance(message.id, str):
            assert shipped.gettext(message.id) == made.gettext(message.id), "run: make catalogues"
        if message.context is not None:
            assert shipped.pgettext(message.context, str(message.id)) == made.pgettext(message.context, str(message.id))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Mali, killed: 2 to 1,150"),
        ("ru", "Мали, убитые: от 2 до 1\u00a0150"),
        ("uk", "Малі, убиті: від 2 до 1\u00a0150"),
        ("fr", "Mali, tués: de 2 à 1\u202f150"),
        ("ar", "مالي"),
    ],
)
def test_a_digest_is_told_in_its_language_and_quotes_in_theirs(language: str, words: str) -> None:
    plain = render_plain(sample_edition(), zone=KYIV, language=language)
    assert words in plain
    assert "1150 killed" in plain
    assert "المجلس" in plain
    assert "https://t.me/sample_b/1" in plain


def test_an_arabic_digest_runs_from_right_to_left_and_isolates_what_does_not() -> None:
    for part in render_telegram(sample_edition(), zone=KYIV, language="ar"):
        text, _ = html.parse(part)
        for line in filter(None, text.splitlines()):
            assert line.startswith("\u200f")
            assert line.count("\u2068") == line.count("\u2069")
        assert "\u2068sample_b\u2069" in text
        assert "\u2068\u201c1150 killed\u201d\u2069" in text


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "1 независимый источник"), (3, "3 независимых источника"), (11, "11 независимых источников")],
)
def test_a_count_takes_the_form_that_its_language_wants(number: int, words: str) -> None:
    assert Wording(frame=frame_of("ru"), zone=KYIV).origins(number) == words
