"""Whose losses "ours" and "the enemy" are, by the channel whose voice it is."""

import pytest

from monitor.claims import Reader, notation
from monitor.model.claim import SideBasis
from monitor.model.post import Channel


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load()


def _told(reader: Reader, text: str, alignment: str | None) -> list[tuple[str, SideBasis | None]]:
    channel = None if alignment is None else Channel(key="voice", alignment=alignment)
    claims = reader.read(text, posted_at=None, channel=channel).claims
    return [(notation(claim), claim.side_basis) for claim in claims]


@pytest.mark.parametrize(
    ("alignment", "text", "wanted"),
    [
        ("RU", "Противник потерял убитыми около 30 человек.", "killed ~30 UA"),
        ("UA", "Безповоротні втрати ворога за добу — 650.", "casualties 650 RU"),
        ("UA", "Загинули троє наших побратимів.", "killed 3 UA"),
        ("UA", "Our troops captured 12 enemy soldiers.", "captured 12 RU"),
        ("SDN-SAF", "L'ennemi a perdu 12 hommes près d'El-Obeid.", "casualties 12 SDN-RSF"),
        ("HAMAS", "مقتل 5 من جنود العدو في رفح.", "killed 5 ISR"),
        ("HAMAS", "لا خسائر بشرية في صفوفنا.", "casualties 0 HAMAS"),
    ],
)
def test_ours_and_the_enemy_are_the_sides_of_the_channel(
    alignment: str, text: str, wanted: str, reader: Reader
) -> None:
    assert _told(reader, text, alignment) == [(wanted, SideBasis.CHANNEL)]
    ((without, basis),) = _told(reader, text, None)
    assert basis is None
    assert without == wanted.rpartition(" ")[0]


def test_what_our_men_destroyed_is_not_ours(reader: Reader) -> None:
    told = _told(reader, "Наши бойцы уничтожили пять солдат противника и два танка.", "RU")
    assert told == [("killed 5 UA", SideBasis.CHANNEL), ("equipment 2 UA tank", SideBasis.CHANNEL)]


def test_who_killed_is_not_whom_they_killed(reader: Reader) -> None:
    assert _told(reader, "Наши бойцы убили пятерых солдат.", "RU") == [("killed 5", None)]


def test_a_clause_speaks_of_its_own_side(reader: Reader) -> None:
    told = _told(reader, "The enemy lost 40 men near Pokrovsk, our losses are 3 killed.", "UA")
    assert told == [("casualties 40 RU", SideBasis.CHANNEL), ("casualties 3 UA", SideBasis.CHANNEL)]


def test_what_shares_the_enemys_harm_rests_on_the_channel_as_well(reader: Reader) -> None:
    told = _told(reader, "У нас двое двухсотых и пятеро трёхсотых.", "RU")
    assert told == [("killed 2 RU", SideBasis.CHANNEL), ("wounded 5 RU", SideBasis.CHANNEL)]


def test_a_side_that_the_text_names_needs_no_channel(reader: Reader) -> None:
    assert _told(reader, "Наші воїни знищили трьох росіян.", "UA") == [("killed 3 RU", SideBasis.TEXT)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("L'ennemi a perdu 12 hommes.", [("casualties 12", None)]),
        ("L'ennemi a perdu 12 hommes face au JNIM.", [("casualties 12 JNIM", SideBasis.CHANNEL)]),
    ],
)
def test_of_several_enemies_the_text_must_name_one(
    text: str, wanted: list[tuple[str, SideBasis | None]], reader: Reader
) -> None:
    assert _told(reader, text, "MLI") == wanted
