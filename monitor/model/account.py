"""What it takes to speak to a server of Telegram's protocol."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class DataCentre:
    """A server other than Telegram's own; ``public_key`` is its RSA key (PEM, PKCS#1), by which new logins know it."""

    number: int
    host: str
    port: int
    public_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """The program as it is registered with Telegram, and the server it speaks to: ``None`` for the session's own."""

    api_id: int = field(repr=False)
    api_hash: str = field(repr=False)
    data_centre: DataCentre | None = None
