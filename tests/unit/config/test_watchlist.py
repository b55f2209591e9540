import json
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest
import yaml

from monitor.config import Following, Watchlist, load_watchlist, watchlist_schema
from monitor.errors import ConfigurationError
from monitor.model.following import Followed, MediaPlan
from monitor.model.post import Channel

ROOT = Path(__file__).resolve().parents[3]
ONE = 'channels:\n  - handle: "@front_notes"\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "channels.yaml"


def error(path: Path, content: str | bytes) -> str:
    """Return what is said of a file, without its folder."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigurationError) as caught:
        load_watchlist(path)
    said = str(caught.value)
    assert "\n" not in said
    return said.removeprefix(f"{path.parent}/")


def load(path: Path, content: str) -> Watchlist:
    path.write_text(content, encoding="utf-8")
    return load_watchlist(path)


def test_the_example_at_the_root_loads_and_fits_its_schema() -> None:
    example = ROOT / "channels.yaml"
    watch = load_watchlist(example)
    assert [channel.key for channel in watch.channels][:1] == ["example_front_ru"]
    assert watch.digests[0].name == "daily"
    jsonschema.validate(yaml.safe_load(example.read_text(encoding="utf-8")), watchlist_schema())


def test_the_schema_file_is_the_one_that_the_models_give() -> None:
    file = ROOT / "schema" / "channels.schema.json"
    assert json.loads(file.read_text(encoding="utf-8")) == watchlist_schema(), (
        "run: monitor channels schema > schema/channels.schema.json"
    )
    assert "$schema=schema/channels.schema.json" in (ROOT / "channels.yaml").read_text(encoding="utf-8")


def test_the_schemas_own_defaults_fit_it() -> None:
    schema = watchlist_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    default = {name: field["default"] for name, field in schema["$defs"]["Following"]["properties"].items()}
    assert default == {"backfill": "1w", "reconcile_every": "10m", "recheck": "2d", "recheck_posts": 300}
    jsonschema.validate({"channels": [{"handle": "@front_notes"}], "following": default}, schema)


@pytest.mark.parametrize(
    "document",
    [
        {"channels": []},
        {"channels": [{"name": "nobody"}]},
        {"channels": [{"handle": "@front_notes", "alignement": "RU"}]},
        {"channels": [{"handle": "@front_notes"}], "following": {"backfill": 7}},
        {"channels": [{"handle": "@front_notes"}], "alerts": [{"name": "urgent", "recipients": ["mailto:someone"]}]},
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(path: Path, document: dict[str, object]) -> None:
    assert not jsonschema.Draft202012Validator(watchlist_schema()).is_valid(document)
    error(path, yaml.safe_dump(document))


@pytest.mark.parametrize(
    ("entry", "key", "number"),
    [
        ('handle: "@Front_Notes"', "Front_Notes", None),
        ("handle: Front_Notes", "Front_Notes", None),
        ("link: https://t.me/front_notes", "front_notes", None),
        ("link: t.me/s/front_notes/", "front_notes", None),
        ("link: https://t.me/front_notes/1234", "front_notes", None),
        ("link: https://t.me/c/1234567890/5", "1234567890", 1234567890),
        ("id: -1001234567890", "1234567890", 1234567890),
        ('id: "-1001234567890"', "1234567890", 1234567890),
        ("id: 1234567890", "1234567890", 1234567890),
        ('{handle: "@front_notes", id: -1001234567890}', "front_notes", 1234567890),
        ("{link: https://t.me/+AbCdEf, id: -1001234567890}", "1234567890", 1234567890),
    ],
)
def test_a_channel_is_named_by_handle_link_or_number(path: Path, entry: str, key: str, number: int | None) -> None:
    channel = load(path, f"channels:\n  - {entry}\n").channels[0]
    assert channel == Channel(key=key, telegram_id=number)


def test_a_word_means_what_it_says_and_not_a_truth_value_or_a_time(path: Path) -> None:
    entry = load(path, f"{ONE}    language: no\n    name: yes\n    notes: 12:30\n").entries[0]
    assert (entry.language, entry.name, entry.notes) == ("no", "yes", "12:30")


def test_a_channel_follows_the_defaults_except_where_it_says_otherwise(path: Path) -> None:
    watch = load(path, f"{ONE}    following: {{recheck: 7d}}\nfollowing: {{backfill: 30d}}\n")
    assert watch.following_of(watch.entries[0]) == Following(backfill=timedelta(days=30), recheck=timedelta(days=7))


def test_a_channel_is_followed_as_its_entry_and_the_defaults_say(path: Path) -> None:
    watch = load(
        path,
        "channels:\n"
        '  - handle: "@front_notes"\n    join: true\n    following: {recheck_posts: 500}\n'
        '  - link: "https://t.me/+AbCdEf"\n    id: -1001234567890\n'
        '  - handle: "@old_notes"\n    enabled: false\n'
        "following: {backfill: 30d}\n",
    )
    month = timedelta(days=30)
    assert watch.followed_by("main") == (
        Followed(key="front_notes", handle="front_notes", join=True, recheck_posts=500, backfill=month),
        Followed(key="1234567890", telegram_id=1234567890, invite="AbCdEf", backfill=month),
    )


def test_sizes_of_media_are_read_in_their_units(path: Path) -> None:
    plan = load(path, f"{ONE}media: {{hash_up_to: 512K, keep_up_to: 2M, per_day: 1G, folder: files}}\n").media_plan
    assert plan == MediaPlan(hash_up_to=512 * 1024, keep_up_to=2 * 1024**2, per_day=1024**3, folder="files")


def test_a_disabled_channel_still_lends_its_alignment(path: Path) -> None:
    watch = load(path, f"{ONE}    alignment: RU\n    enabled: false\n")
    assert watch.channels[0].alignment == "RU"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "1: declares no channels"),
        ("- a\n", "1: declares no channels"),
        ("chanels: []\n", "1: declares no channels"),
        ("channels:\n", "1: channels: want a list, not null"),
        ("channels: []\n", "1: channels: is empty"),
        ("channels: yes\n", '1: channels: want a list, not "yes"'),
        ("channels:\n  - front_notes\n", '2: channels[0]: want keys and values, not "front_notes"'),
        ("channels:\n  - handle: @front_notes\n", '2: not YAML: found character that cannot start any token; put a handle in quotes: "@name"'),
        ("channels:\n\t- handle: x\n", "2: not YAML: found character that cannot start any token; indent with spaces"),
        ("channels:\n  - handle: 12\n", "2: channels[0].handle: want a text, not 12"),
        ('channels:\n  - handle: "@ab"\n', "2: channels[0].handle: want a handle of 4 to 32"),
        ("channels:\n  - name: nobody\n", "2: channels[0]: says no channel; want handle, link or id"),
        ("channels:\n  - link: https://example.org/x\n", "2: channels[0].link: want a t.me link"),
        ("channels:\n  - link: https://t.me/+AbCdEf\n", "2: channels[0]: an invite link alone"),
        ("channels:\n  - id: 1e9\n", "2: channels[0].id: want the channel's number"),
        ("channels:\n  - id: true\n", "2: channels[0].id: want the channel's number"),
        (f"{ONE}    alignement: RU\n", "3: channels[0].alignement: unknown key; did you mean alignment?"),
        (f"{ONE}    following: {{recheckk: 3h}}\n", "3: channels[0].following.recheckk: unknown key; did you mean recheck?"),
        (f"{ONE}    zzz: 1\n", "3: channels[0].zzz: unknown key; known here: handle, link, id"),
        (f"{ONE}    enabled: no\n", '3: channels[0].enabled: want true or false, not "no"'),
        (f"{ONE}    tags: ukraine\n", '3: channels[0].tags: want a list, not "ukraine"'),
        (f'{ONE}    handle: "@other_notes"\n', "3: channels[0].handle: stands twice"),
        (f"{ONE}  - link: https://t.me/FRONT_NOTES\n", "3: channels[1]: FRONT_NOTES is declared already, as channels[0]"),
        ("channels:\n  - id: -1001234567890\n  - {handle: other_notes, id: 1234567890}\n", "3: channels[1]: its number 1234567890"),
        (f"{ONE}    family: other_notes\n  - handle: other_notes\n", "3: channels[0].family: is also the channel channels[1]"),
        (f"{ONE}    family: fam\n  - {{handle: other_notes, family: Fam}}\n", "4: channels[1].family: is fam in channels[0]"),
        (
            f"{ONE}    family: fam\n    alignment: RU\n  - {{handle: other_notes, family: fam, alignment: UA}}\n",
            "5: channels[1].alignment: is UA, but channels[0] of the same family is RU",
        ),
        (f"{ONE}following:\n  backfill: 12:30\n", "4: following.backfill: want a span of time such as 90s, 10m, 48h or 7d, not '12:30'"),
        (f"{ONE}media: {{per_day: 3 GB}}\n", "3: media.per_day: want a size such as 0, 512K, 1M or 2G"),
        (f"{ONE}following:\n  recheck: 7\n", "4: following.recheck: want a span of time"),
        (f"{ONE}digests:\n  - name: d\n    schedule: 12:30\n", "5: digests[0].schedule: want five cron fields"),
        (f"{ONE}digests:\n  - name: d\n    timezone: Europe/Nowhere\n", "5: digests[0].timezone: 'Europe/Nowhere' is no time zone"),
        (f"{ONE}digests:\n  - name: d\n    timezone: ../../etc/passwd\n", "5: digests[0].timezone: '../../etc/passwd' is no time zone"),
        (f"{ONE}digests:\n  - name: d\n    min_severity: 4\n", "5: digests[0].min_severity: input should be less than or equal to 3, not 4"),
        (f"{ONE}digests:\n  - name: d\n  - name: D\n", "5: digests[1].name: D is taken already, by digests[0]"),
        (f"{ONE}accounts: []\n", "3: accounts: "),
        (f"{ONE}accounts:\n  - name: a\n  - {{name: a, session: B}}\n", "5: accounts[1].name: a is taken already, by accounts[0]"),
        (f"{ONE}accounts:\n  - name: a\n  - name: b\n", "5: accounts[1].session: TELEGRAM_SESSION is that of accounts[0] already"),
        (f"{ONE}    account: second\n", "3: channels[0].account: second is not declared under accounts; there is: main"),
        (f"{ONE}alerts:\n  - name: a\n", "4: alerts[0].recipients: is missing"),
        (f"{ONE}alerts:\n  - {{name: a, recipients: []}}\n", "4: alerts[0].recipients: is empty"),
        ("channels:\n  - &a {handle: front_notes}\n  - *a\n", "2: anchors (&) and aliases (*) are not read"),
        (f"{ONE}    <<: {{name: x}}\n", "3: merge keys (<<) are not read"),
        ("channels: !!python/object/apply:os.getcwd []\n", "1: channels: tags (tag:yaml.org,2002:python/object/apply:os.getcwd)"),
        (f"{ONE}---\n{ONE}", "3: a second document begins"),
        ("channels: " + "[" * 40 + "]" * 40, "1: channels"),
        ("channels: " + "{a: " * 5000, "1: "),
        (b'channels:\n  - handle: "\xff"\n', "2: not UTF-8 text"),
        (b"channels:\x00\n", " not YAML: unacceptable character #x0000"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_with_file_line_key_and_what_was_expected(
    path: Path, content: str | bytes, said: str
) -> None:
    assert error(path, content).startswith(f"channels.yaml:{said}")


def test_a_secret_address_written_into_the_file_is_not_repeated(path: Path) -> None:
    said = error(path, f"{ONE}alerts:\n  - name: a\n    recipients: [mailto://me:hunter2@example.org]\n")
    assert said.startswith("channels.yaml:5: alerts[0].recipients[0]: want")
    assert "hunter2" not in said


def test_a_file_too_large_to_be_a_channel_list_is_refused_unread(path: Path) -> None:
    assert "over 1024 kB" in error(path, ONE + "#" * 1024 * 1024)


def test_a_missing_file_and_a_folder_are_said_to_be_unreadable(path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"channels\.yaml: cannot be read: No such file"):
        load_watchlist(path)
    with pytest.raises(ConfigurationError, match="cannot be read: Is a directory"):
        load_watchlist(path.parent)


def test_channels_are_shared_out_among_accounts_and_the_first_has_the_rest(path: Path) -> None:
    path.write_text(
        "accounts:\n  - name: desk\n  - {name: second, session: TELEGRAM_SESSION_2}\n"
        "channels:\n  - handle: front_notes\n  - {handle: other_notes, account: second}\n"
        "  - {handle: quiet_notes, account: second, enabled: false}\n"
    )
    watch = load_watchlist(path)
    assert [one.key for one in watch.followed_by("desk")] == ["front_notes"]
    assert [one.key for one in watch.followed_by("second")] == ["other_notes"]


@pytest.mark.parametrize(
    "recipient", ["@desk_group", "@desk_group/45", "-1001234567890", "-1001234567890/7", "me", "env:OPS_MAIL"]
)
def test_a_recipient_is_a_name_a_number_a_topic_oneself_or_a_variable(path: Path, recipient: str) -> None:
    path.write_text(f'{ONE}digests:\n  - name: d\n    recipients: ["{recipient}"]\n')
    assert load_watchlist(path).digests[0].recipients == (recipient,)
