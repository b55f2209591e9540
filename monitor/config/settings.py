"""The environment as frozen settings; every variable may stand as ``NAME_FILE``, the path of a file that holds it.

A value is never part of an error, a ``repr`` or a log line: only its name is.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from monitor.errors import ConfigurationError
from monitor.model.account import Application, DataCentre

_SHORTEST_API_ID = 10_000
_MOST_BYTES = 64 * 1024  # of a NAME_FILE; a string session is under 1 kB
_DEFAULT_DATABASE = "sqlite:///monitor.db"
_DEFAULT_CHANNELS = "channels.yaml"
_DEFAULT_SESSION = "telegram.session"
_DATABASE = re.compile(r"(sqlite|postgres(ql)?)(\+\w+)?://")
_API_HASH = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)
_BOT_TOKEN = re.compile(r"\d{5,}:[\w-]{20,}", re.ASCII)
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{4,24}", re.ASCII)
_DATA_CENTRE = re.compile(
    r"(?:(?P<id>[1-9][0-9]{0,4})@)?(?P<host>[\w.:-]+|\[[0-9a-fA-F:.]+\]):(?P<port>[0-9]{1,5})", re.ASCII
)
_PUBLIC_KEY = re.compile(r"-----BEGIN RSA PUBLIC KEY-----\s[\w+/=\s]+\s-----END RSA PUBLIC KEY-----", re.ASCII)
_USUAL_DATA_CENTRE = 2  # where an account is looked for first; only its own server gives the number a meaning


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where things are and who we are on Telegram; ``None`` where the environment says nothing."""

    database_url: str = field(default=_DEFAULT_DATABASE, repr=False)
    channels_file: Path = Path(_DEFAULT_CHANNELS)
    channels_file_given: bool = False
    lexicons_folder: Path | None = None
    log_level: str = "INFO"
    telegram_api_id: int | None = field(default=None, repr=False)
    telegram_api_hash: str | None = field(default=None, repr=False)
    telegram_phone: str | None = field(default=None, repr=False)
    telegram_session: str = field(default=_DEFAULT_SESSION, repr=False)
    telegram_bot_token: str | None = field(default=None, repr=False)
    telegram_data_centre: DataCentre | None = None
    metrics_port: int | None = None

    @property
    def application(self) -> Application:
        """How the program presents itself to Telegram.

        Raises:
            ConfigurationError: The environment does not say it.
        """
        if self.telegram_api_id is None or self.telegram_api_hash is None:
            raise ConfigurationError(
                "TELEGRAM_API_ID and TELEGRAM_API_HASH are needed to talk to Telegram; my.telegram.org gives them"
            )
        return Application(
            api_id=self.telegram_api_id, api_hash=self.telegram_api_hash, data_centre=self.telegram_data_centre
        )

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every text that must not be seen in a log line."""
        password = urlsplit(self.database_url).password
        known = (
            self.telegram_api_hash,
            self.telegram_phone,
            None if is_path(self.telegram_session) else self.telegram_session,
            self.telegram_bot_token,
            # A short number, as test servers take, stands in every other line: to hide it would only spoil them.
            str(self.telegram_api_id) if (self.telegram_api_id or 0) >= _SHORTEST_API_ID else None,
            password,
            None if password is None else unquote(password),
        )
        return tuple(secret for secret in known if secret)


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from ``environment``, by default the process's own.

    Raises:
        ConfigurationError: A variable cannot be used; the message names it and what it should be, not what it is.
    """
    given = os.environ if environment is None else environment
    channels = _value(given, "MONITOR_CHANNELS")
    return Settings(
        database_url=_matching(given, "DATABASE_URL", _DATABASE, "sqlite:///monitor.db or postgresql://user@host/name")
        or _DEFAULT_DATABASE,
        channels_file=Path(channels or _DEFAULT_CHANNELS),
        channels_file_given=channels is not None,
        lexicons_folder=load_lexicons_folder(given),
        log_level=_log_level(given),
        telegram_api_id=_api_id(given),
        telegram_api_hash=_matching(given, "TELEGRAM_API_HASH", _API_HASH, "32 hexadecimal digits", whole=True),
        telegram_phone=_matching(given, "TELEGRAM_PHONE", _PHONE, "a phone number with its country code", whole=True),
        telegram_session=_value(given, "TELEGRAM_SESSION") or _DEFAULT_SESSION,
        telegram_bot_token=_matching(
            given, "TELEGRAM_BOT_TOKEN", _BOT_TOKEN, "the bot's number, a colon and its key", whole=True
        ),
        telegram_data_centre=_data_centre(given),
        metrics_port=_port(given, "MONITOR_METRICS_PORT"),
    )


def load_lexicons_folder(environment: Mapping[str, str] | None = None) -> Path | None:
    """Return the folder of edited lexicons, ``None`` where only the shipped ones count.

    By itself, because what reads a text needs nothing else of the environment and should not fail by it.

    Raises:
        ConfigurationError: Its ``_FILE`` twin cannot be read.
    """
    folder = _value(os.environ if environment is None else environment, "MONITOR_LEXICONS")
    return None if folder is None else Path(folder)


def secret_named(name: str, *, environment: Mapping[str, str] | None = None) -> str | None:
    """Return what channels.yaml names instead of saying it (``env:NAME``, an account's session); ``None`` if it is unset.

    Raises:
        ConfigurationError: Its ``_FILE`` twin cannot be read.
    """
    return _value(os.environ if environment is None else environment, name)


def is_path(session: str) -> bool:
    """Tell whether a session is named by its file: a string session has neither a dot nor a slash."""
    return "/" in session or "." in session


def _value(given: Mapping[str, str], name: str) -> str | None:
    """Return the variable, or the content of the file that its ``_FILE`` twin names; an empty variable counts as unset."""
    direct = given.get(name, "").strip()
    path = given.get(f"{name}_FILE", "").strip()
    if not path:
        return direct or None
    if direct:
        raise ConfigurationError(f"{name} and {name}_FILE are both set; keep one of them")
    return _content(path, name)


def _content(path: str, name: str) -> str:
    """Return what the file holds instead of the variable."""
    try:
        with Path(path).open("rb") as stream:
            raw = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        raise ConfigurationError(f"{name}_FILE: {path} cannot be read: {error.strerror or error}") from error
    if len(raw) > _MOST_BYTES:
        raise ConfigurationError(f"{name}_FILE: {path} is over {_MOST_BYTES // 1024} kB; want only the value of {name}")
    try:
        text = raw.decode().strip()
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{name}_FILE: {path} is not UTF-8 text") from error
    if not text or "\0" in text:
        raise ConfigurationError(f"{name}_FILE: {path} holds no text; want the value of {name}")
    return text


def _matching(
    given: Mapping[str, str], name: str, pattern: re.Pattern[str], wanted: str, *, whole: bool = False
) -> str | None:
    value = _value(given, name)
    if value is not None and not (pattern.fullmatch(value) if whole else pattern.match(value)):
        raise ConfigurationError(f"{name}: not usable; want {wanted}")
    return value


def _api_id(given: Mapping[str, str]) -> int | None:
    value = _value(given, "TELEGRAM_API_ID")
    if value is None:
        return None
    if not re.fullmatch(r"[1-9][0-9]{0,9}", value):
        raise ConfigurationError("TELEGRAM_API_ID: not usable; want the number that my.telegram.org shows")
    return int(value)


def _data_centre(given: Mapping[str, str]) -> DataCentre | None:
    value, key = _value(given, "TELEGRAM_DC"), _public_key(given)
    if value is None:
        if key is not None:
            raise ConfigurationError("TELEGRAM_DC_KEY is set without TELEGRAM_DC; say which server the key is of")
        return None
    match = _DATA_CENTRE.fullmatch(value)
    if match is None or not 0 < int(match["port"]) < 65536:
        raise ConfigurationError("TELEGRAM_DC: not usable; want HOST:PORT or NUMBER@HOST:PORT")
    return DataCentre(
        number=int(match["id"] or _USUAL_DATA_CENTRE),
        host=match["host"].strip("[]"),
        port=int(match["port"]),
        public_key=key,
    )


def _public_key(given: Mapping[str, str]) -> str | None:
    """Return the server's key: the variable holds it, or the path of the file that does."""
    value = _value(given, "TELEGRAM_DC_KEY")
    if value is not None and not value.startswith("-----BEGIN"):
        value = _content(value, "TELEGRAM_DC_KEY")
    if value is not None and not _PUBLIC_KEY.fullmatch(value):
        raise ConfigurationError(
            "TELEGRAM_DC_KEY: not usable; want the server's RSA PUBLIC KEY (PKCS#1) as PEM, or its file"
        )
    return value


def _port(given: Mapping[str, str], name: str) -> int | None:
    value = _value(given, name)
    if value is not None and not (re.fullmatch(r"[0-9]{1,5}", value) and 0 < int(value) < 65536):
        raise ConfigurationError(f"{name}: not usable; want a port from 1 to 65535")
    return None if value is None else int(value)


def _log_level(given: Mapping[str, str]) -> str:
    value = (_value(given, "LOG_LEVEL") or "INFO").upper()
    if value not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ConfigurationError("LOG_LEVEL: not usable; want DEBUG, INFO, WARNING or ERROR")
    return value
