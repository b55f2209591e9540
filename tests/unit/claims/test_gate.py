"""The look before the reading: it may pass what holds no claim, and never refuses what holds one."""

import pytest

from monitor.claims import Reader, gate
from monitor.claims.lexicon import Lexicons, load_lexicons
from tests.corpus.test_corpus import EXAMPLES

WHO_CLAIMS = {name: example for name, example in EXAMPLES.items() if example.expect}


@pytest.fixture(scope="module")
def lexicons() -> Lexicons:
    return load_lexicons()


@pytest.mark.parametrize("language", sorted({example.language for example in EXAMPLES.values()}))
def test_no_post_that_claims_is_refused(lexicons: Lexicons, language: str) -> None:
    opens = lexicons.by_language[language].gate.opens
    posts = [post.text for post in WHO_CLAIMS.values() if post.language == language]
    phrases = [example.text for example in lexicons.examples if example.language == language and example.claims]

    assert [text for text in posts + phrases if not opens(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "The minister spoke of 12 roads and three bridges",  # numbers, and no harm
        "Our soldiers were killed there",  # a harm, and nothing that says how many
        "They opened the road at 12:30",  # half of "opened fire"
        "",
    ],
)
def test_a_post_without_a_harm_or_without_a_number_is_refused(lexicons: Lexicons, text: str) -> None:
    assert not lexicons.by_language["en"].gate.opens(text)


def test_what_was_forgotten_is_asked_about_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "_MOST_WRITTEN", 40)
    reader = Reader.load()
    texts = ["Twelve soldiers were killed", "Nothing of the kind was told by anybody at any time", "Seven were wounded"]

    read = [[len(reader.read(text, posted_at=None, channel=None).claims) for text in texts] for _ in range(3)]

    assert read == [[1, 0, 1]] * 3
