"""What channels.yaml declares, as frozen values: whom to follow, which digests to issue and to whom.

The models are the one description of the file: they check it and give its JSON Schema.
"""

import re
from datetime import timedelta
from typing import Annotated, Any, Final, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)

from monitor.config.schedule import SIZE_PATTERN, SPAN_PATTERN, check_cron, read_size, read_span, write_span
from monitor.model.following import Followed, MediaPlan
from monitor.model.post import Channel, bare_id

HANDLE_PATTERN: Final = r"^@?[A-Za-z][A-Za-z0-9_]{3,31}$"  # Telegram: 4 to 32 letters, digits, underscores
_LINK: Final = r"^(https?://)?(t\.me|telegram\.me)/(s/)?[A-Za-z][A-Za-z0-9_]{3,31}(/[0-9]+)?/?$"
_PRIVATE_LINK: Final = r"^(https?://)?(t\.me|telegram\.me)/c/(?P<id>[0-9]+)(/[0-9]+)?/?$"
_INVITE: Final = r"^(https?://)?(t\.me|telegram\.me)/(\+|joinchat/)(?P<hash>[A-Za-z0-9_-]+)$"
_RECIPIENT: Final = r"^((@[A-Za-z][A-Za-z0-9_]{3,31}|-?[0-9]{5,20})(/[0-9]{1,10})?|me|env:[A-Z][A-Z0-9_]*)$"
_VARIABLE: Final = r"^[A-Z][A-Z0-9_]*$"
NAME_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"
SIDE_PATTERN: Final = r"^[A-Za-z][A-Za-z0-9+_-]{0,63}$"
LANGUAGE_PATTERN: Final = r"^[a-z]{2,3}$"


def _read_id(value: object) -> int:
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{5,19}", value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 10_000 <= abs(value) < 10**15:
        raise ValueError("want the channel's number, as -1001234567890")
    return bare_id(value)


def _read_recipient(value: object) -> str:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not re.fullmatch(_RECIPIENT, text):
        raise ValueError('want "@name", a chat\'s number, me, or env:NAME for an address that stays in the environment')
    return text


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # a zone not found is a KeyError
        raise ValueError(f"{name!r} is no time zone; want an IANA name such as Europe/Kyiv") from error
    return name


Text = Annotated[str, Field(min_length=1, max_length=500)]
Name = Annotated[str, Field(pattern=NAME_PATTERN)]
Language = Annotated[str, Field(pattern=LANGUAGE_PATTERN, description="A language code: ru, uk, en, fr or ar")]
FrameLanguage = Annotated[
    Literal["en", "ru", "uk", "fr", "ar"],
    Field(description="The language of the frame; quotes stay in theirs"),
]
Span = Annotated[
    timedelta,
    BeforeValidator(read_span),
    WithJsonSchema({"type": "string", "pattern": SPAN_PATTERN, "examples": ["10m", "48h", "7d"]}),
]
Size = Annotated[
    int,
    BeforeValidator(read_size),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": SIZE_PATTERN}]}),
]
Count = Annotated[int, Field(ge=100, le=10_000)]
Number = Annotated[
    int,
    BeforeValidator(_read_id),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string", "pattern": "^-?[0-9]{5,19}$"}]}),
]
Recipient = Annotated[
    str,
    BeforeValidator(_read_recipient),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string", "pattern": _RECIPIENT}]}),
]
Zone = Annotated[str, AfterValidator(_known_zone)]
Cron = Annotated[str, AfterValidator(check_cron)]
Severity = Annotated[int, Field(ge=1, le=3)]


class _Strict(BaseModel):
    """Frozen; unknown keys and values of another type are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Following(_Strict):
    """How channels are followed."""

    backfill: Span = Field(
        default=timedelta(days=7), description="How far back a channel is read when it is first followed"
    )
    reconcile_every: Span = Field(
        default=timedelta(minutes=10), description="How often history is read to find what was missed"
    )
    recheck: Span = Field(default=timedelta(hours=48), description="How far back edits and deletions are looked for")
    recheck_posts: Count = Field(
        default=300, description="In how many posts at most edits and deletions are looked for"
    )


class FollowingOverride(_Strict):
    """What one channel does otherwise."""

    backfill: Span | None = None
    reconcile_every: Span | None = None
    recheck: Span | None = None
    recheck_posts: Count | None = None


class Entry(_Strict):
    """One channel. At least one of ``handle``, ``link`` and ``id`` says which."""

    handle: str | None = Field(default=None, pattern=HANDLE_PATTERN, description='The public name, in quotes: "@name"')
    link: str | None = Field(
        default=None,
        pattern=f"{_LINK}|{_PRIVATE_LINK.replace('?P<id>', '')}|{_INVITE.replace('?P<hash>', '')}",
        description="A t.me link",
    )
    id: Number | None = Field(default=None, description="The number Telegram gives the channel, -1001234567890")
    name: Text | None = Field(default=None, description="What people call it")
    alignment: str | None = Field(
        default=None,
        pattern=SIDE_PATTERN,
        description='Whose voice it is: resolves "ours" and "the enemy", tags a split as partisan',
    )
    family: Name | None = Field(default=None, description="Channels of one family count as one origin")
    language: Language | None = None
    tags: tuple[Name, ...] = ()
    enabled: bool = Field(default=True, description="false: keep what is stored, follow no longer")
    join: bool = Field(default=False, description="true: join the channel; public ones can be read without")
    account: Name | None = Field(default=None, description="The account that follows it; without one, the first")
    notes: str | None = Field(default=None, description="For people; nothing reads it")
    following: FollowingOverride = FollowingOverride()

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        if self.handle is None and self.link is None and self.id is None:
            raise ValueError("says no channel; want handle, link or id")
        if self.public_name is None and self.telegram_id is None:
            raise ValueError("an invite link alone does not say which channel; add its id")
        return self

    @property
    def public_name(self) -> str | None:
        """The handle without "@", if the entry says it."""
        if self.handle is not None:
            return self.handle.removeprefix("@")
        if self.link is not None and re.match(_LINK, self.link):
            return re.sub(r"^(https?://)?(t\.me|telegram\.me)/(s/)?", "", self.link).split("/")[0]
        return None

    @property
    def telegram_id(self) -> int | None:
        """The channel's bare number, if the entry says it."""
        if self.id is not None:
            return self.id
        private = None if self.link is None else re.match(_PRIVATE_LINK, self.link)
        return None if private is None else int(private["id"])

    @property
    def invite(self) -> str | None:
        """The hash of the invite link, if the entry has one."""
        found = None if self.link is None else re.match(_INVITE, self.link)
        return None if found is None else found["hash"]

    @property
    def key(self) -> str:
        """What stands for the channel in every post: its public name, else its bare number."""
        return self.public_name or str(self.telegram_id)

    @property
    def channel(self) -> Channel:
        """The entry as the other rooms know it."""
        return Channel(
            key=self.key,
            name=self.name,
            telegram_id=self.telegram_id,
            alignment=self.alignment,
            family=self.family,
            language=self.language,
            tags=self.tags,
        )


class DigestPlan(_Strict):
    """One digest: when it is issued and to whom."""

    name: Name
    schedule: Cron = Field(default="0 7 * * *", description="A cron line: minute hour day month weekday, Sunday is 0")
    timezone: Zone = Field(default="UTC", description="An IANA zone, in which the schedule and the digest's times are")
    recipients: tuple[Recipient, ...] = ()
    min_severity: Severity = 1
    language: FrameLanguage = "en"


class Alert(_Strict):
    """Contradictions that are sent as soon as they are found."""

    name: Name
    recipients: tuple[Recipient, ...]
    min_severity: Severity = 3
    language: FrameLanguage = "en"


class Media(_Strict):
    """How much of what hangs on posts is fetched."""

    hash_up_to: Size = Field(default=1024**2, description="Files up to so much are hashed: copies are known as such")
    keep_up_to: Size = Field(default=0, description="Files up to so much are kept; 0: none")
    per_day: Size = Field(default=512 * 1024**2, description="No more than this is fetched in 24 hours")
    folder: Text = Field(default="media", description="Where files are kept")


class AccountPlan(_Strict):
    """One Telegram account: its name here, and the environment variable that holds its session."""

    name: Name
    session: str = Field(
        default="TELEGRAM_SESSION", pattern=_VARIABLE, description="The variable with its session: a path or a string"
    )


class Watchlist(_Strict):
    """Everything that channels.yaml declares."""

    entries: tuple[Entry, ...] = Field(default=(), alias="channels")
    accounts: tuple[AccountPlan, ...] = Field(
        default=(AccountPlan(name="main"),), min_length=1, description="Who follows and sends; the first one sends"
    )
    following: Following = Following()
    media: Media = Media()
    digests: tuple[DigestPlan, ...] = ()
    alerts: tuple[Alert, ...] = ()

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Every declared channel, enabled or not: what is stored of it keeps its alignment and family."""
        return tuple(entry.channel for entry in self.entries)

    @property
    def recipients(self) -> tuple[str, ...]:
        """Everybody who is told anything, each once."""
        told = [name for plan in self.digests for name in plan.recipients]
        told += [name for alert in self.alerts for name in alert.recipients]
        return tuple(dict.fromkeys(told))

    def following_of(self, entry: Entry) -> Following:
        """Return how ``entry`` is followed: the defaults with its own changes."""
        own = {name: value for name, value in entry.following if value is not None}
        return self.following.model_copy(update=own)

    @property
    def media_plan(self) -> MediaPlan:
        """How much of the media is fetched, as the follower takes it."""
        return MediaPlan(**dict(self.media))

    def followed_by(self, account: str) -> tuple[Followed, ...]:
        """Return the channels that an account is to follow now, as the follower takes them."""
        first = self.accounts[0].name
        return tuple(
            Followed(
                key=entry.key,
                handle=entry.public_name,
                telegram_id=entry.telegram_id,
                invite=entry.invite,
                join=entry.join,
                **dict(self.following_of(entry)),
            )
            for entry in self.entries
            if entry.enabled and (entry.account or first) == account
        )


def watchlist_schema() -> dict[str, Any]:
    """Return the JSON Schema of channels.yaml."""
    schema = Watchlist.model_json_schema(by_alias=True)
    entry = schema["$defs"]["Entry"]
    entry["anyOf"] = [{"required": [name]} for name in ("handle", "link", "id")]
    spans = schema["$defs"]["Following"]["properties"]
    for name, field in Following.model_fields.items():
        spans[name]["default"] = write_span(field.default) if isinstance(field.default, timedelta) else field.default
    del schema["properties"]["media"]["default"]
    del schema["properties"]["accounts"]["default"]
    for holder in (schema, entry):  # a whole mapping as a default tells an editor nothing
        del holder["properties"]["following"]["default"]
    schema["required"] = ["channels"]
    schema["properties"]["channels"]["minItems"] = 1
    schema["$defs"]["Alert"]["properties"]["recipients"]["minItems"] = 1
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "channels.yaml"}
