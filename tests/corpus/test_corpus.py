"""Composed posts and the claims that they must yield, in the notation of the lexicons' examples: one test a post.

A language's posts lie in ``<language>/*.toml``: ``[[post]]`` with ``text``, ``expect`` (empty for a post that claims nothing) and a
``note`` that says what the post is about.
"""

import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from monitor.claims import Reader, notation


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A post and the claims that it must yield."""

    language: str
    text: str
    expect: tuple[str, ...]
    note: str


def _examples() -> Iterator[tuple[str, Example]]:
    for file in sorted(Path(__file__).parent.glob("*/*.toml")):
        for number, post in enumerate(tomllib.loads(file.read_text(encoding="utf-8"))["post"], start=1):
            example = Example(
                language=file.parent.name, text=post["text"], expect=tuple(post["expect"]), note=post["note"]
            )
            yield f"{file.parent.name}/{file.stem}/{number}", example


EXAMPLES = dict(_examples())
LANGUAGES = sorted({example.language for example in EXAMPLES.values()})


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load()


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_post_yields_its_claims(reader: Reader, example: Example) -> None:
    told = reader.read_as(example.text, language=example.language)
    read = Counter(notation(claim) for claim in told.claims)
    wanted = Counter(example.expect)
    missing, extra = sorted((wanted - read).elements()), sorted((read - wanted).elements())
    if not missing and not extra:
        return
    if not extra:
        verdict = "nothing was read" if not read else "only a part was read"
    elif not missing:
        verdict = "claims were read where there are none" if not wanted else "more was read than the post claims"
    else:
        verdict = "claims were read otherwise than the post claims"
    derivation = "\n".join(
        f"  {notation(claim)}: {claim.span.of(example.text)!r} ({claim.rule})" for claim in told.claims
    )
    pytest.fail(
        f"{example.note}: {verdict}\nmissing {missing}\nextra {extra}\nread\n{derivation or '  nothing'}\nin {example.text}",
        pytrace=False,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_quarter_of_the_posts_of_a_language_claims_nothing(language: str) -> None:
    posts = [example for example in EXAMPLES.values() if example.language == language]
    silent = sum(not example.expect for example in posts)
    assert silent * 4 >= len(posts), f"{silent} of {len(posts)}"
