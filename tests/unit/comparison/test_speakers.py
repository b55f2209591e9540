from monitor.comparison.speakers import one_name


def names(*spoken: str) -> dict[str, str]:
    """Return what one_name makes of speakers written so."""
    return dict(one_name({f"speaker:{words.lower()}": words for words in spoken}))


def test_fuller_name_is_the_shorter_one() -> None:
    assert names("Trump", "President Trump", "US President Trump") == {
        "speaker:president trump": "speaker:trump",
        "speaker:us president trump": "speaker:trump",
    }


def test_two_armies_are_not_one_army() -> None:
    assert not names("army", "Lebanese army", "Israeli army")


def test_proper_name_is_one_speaker_with_any_title() -> None:
    assert names("Trump", "President Trump", "Donald Trump") == {
        "speaker:president trump": "speaker:trump",
        "speaker:donald trump": "speaker:trump",
    }


def test_strangers_stay_strangers() -> None:
    assert not names("health ministry", "defence ministry", "Reuters")


def test_channels_are_no_speakers() -> None:
    assert not one_name({"channel:desk": "", "speaker:desk one": "Desk One", "family:desk": ""})
