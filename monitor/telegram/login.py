"""Log an account in: phone, code and two-step password, or a QR code that a logged-in phone scans; or a bot by its token."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol, TypeVar

import segno
from telethon import TelegramClient, errors, events
from telethon.sessions import StringSession
from telethon.tl import functions, types

from monitor.errors import FatalError, LostAccountError, MonitorError, RetryError, UsageError
from monitor.model.account import Application
from monitor.telegram.session import Session, new_session

_ANSWER_S = 30.0  # for one call to Telegram
_QR_S = 25.0  # a token lives 30 s
_TRIES = 3  # wrong codes or passwords until a person should think again
_BORDER = 2  # light modules around a QR code
Answer = TypeVar("Answer")


class Prompts(Protocol):
    """How the person who logs in is spoken to."""

    def show(self, text: str) -> None:
        """Say something."""

    async def ask(self, question: str, *, is_secret: bool = False) -> str:
        """Return the answer; a secret one is not shown while it is typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """An account, as people know it."""

    id: int
    name: str
    phone: str | None


async def who_is_in(session: Session, application: Application) -> Who | None:
    """Return whose live session it is, ``None`` if nobody's or if Telegram ended it.

    Raises:
        FatalError: Telegram cannot be reached.
    """
    if session.path is None or not session.path.exists():
        return None
    try:
        loaded = session.load(data_centre=application.data_centre)
    except LostAccountError:
        return None
    client = _client(loaded, application)
    try:
        await _answer(client.connect)
        me = await _answer(client.get_me)
    except (errors.UnauthorizedError, errors.AuthKeyError, LostAccountError):
        return None
    finally:
        await client.disconnect()
    return None if me is None else _who(me)


async def log_in(
    application: Application, prompts: Prompts, *, phone: str | None, by_qr: bool
) -> tuple[StringSession, Who]:
    """Return a session that is logged in, and as whom.

    Raises:
        UsageError: Telegram refused what was typed.
        RetryError: Telegram wants a rest first.
        FatalError: Telegram cannot be reached, or takes no logins from here.
    """
    session = new_session(application.data_centre)
    client = _client(session, application)
    try:
        await _answer(client.connect)
        if by_qr:
            me = await _scanned(client, application, prompts)
        else:
            me = await _typed(client, prompts, phone=phone)
    finally:
        await client.disconnect()
    return session, _who(me)


async def log_in_bot(application: Application, token: str) -> StringSession:
    """Return a session of the bot that ``token`` belongs to; a bot needs no person for that.

    Raises:
        UsageError: Telegram does not know the token.
        RetryError: Telegram wants a rest first.
        FatalError: Telegram cannot be reached.
    """
    session = new_session(application.data_centre)
    client = _client(session, application)
    try:
        await _answer(client.connect)
        await _answer(lambda: client.sign_in(bot_token=token))
    finally:
        await client.disconnect()
    return session


def _client(session: StringSession, application: Application) -> Any:
    return TelegramClient(
        session,
        application.api_id,
        application.api_hash,
        use_ipv6=":" in (session.server_address or ""),
        connection_retries=2,
        flood_sleep_threshold=0,
        raise_last_call_error=True,
    )


def _who(me: Any) -> Who:
    name = f"@{me.username}" if me.username else " ".join(part for part in (me.first_name, me.last_name) if part)
    return Who(id=me.id, name=name or f"account {me.id}", phone=me.phone)


async def _typed(client: Any, prompts: Prompts, *, phone: str | None) -> Any:
    number = _digits(phone or await prompts.ask("Phone number, with its country code: "))
    sent = await _answer(lambda: client.send_code_request(number))
    prompts.show(f"Telegram sent a code {_where(sent.type)}.")

    async def sign_in() -> Any:
        code = _digits(await prompts.ask("Code: "))
        return await _answer(lambda: client.sign_in(number, code, phone_code_hash=sent.phone_code_hash))

    try:
        return await _again(sign_in, errors.PhoneCodeInvalidError, prompts, said="That is not the code.")
    except errors.SessionPasswordNeededError:
        return await _password(client, prompts)


async def _scanned(client: Any, application: Application, prompts: Prompts) -> Any:
    """Show a code, and a new one whenever it expires, until it is scanned."""
    scanned = asyncio.Event()

    async def note(_update: object) -> None:
        scanned.set()

    client.add_event_handler(note, events.Raw(types.UpdateLoginToken))
    request = functions.auth.ExportLoginTokenRequest(application.api_id, application.api_hash, [])
    while True:
        scanned.clear()
        try:
            told = await _answer(lambda: client(request))
            if isinstance(told, types.auth.LoginTokenMigrateTo):
                await _answer(lambda: client._switch_dc(told.dc_id))  # noqa: SLF001, B023 - the only way to follow; awaited here
                moved = functions.auth.ImportLoginTokenRequest(told.token)
                told = await _answer(lambda: client(moved))  # noqa: B023 - awaited here
        except errors.SessionPasswordNeededError:
            return await _password(client, prompts)
        if isinstance(told, types.auth.LoginTokenSuccess):
            return told.authorization.user
        prompts.show(
            "On the phone: Settings, Devices, Link Desktop Device. Scan this:\n" + qr_text(_address(told.token))
        )
        try:
            await asyncio.wait_for(scanned.wait(), _QR_S)
        except TimeoutError:
            prompts.show("That code expired; here is a new one.")


async def _password(client: Any, prompts: Prompts) -> Any:
    async def sign_in() -> Any:
        password = await prompts.ask("Two-step password: ", is_secret=True)
        return await _answer(lambda: client.sign_in(password=password))

    return await _again(sign_in, errors.PasswordHashInvalidError, prompts, said="That is not the password.")


async def _again(
    step: Callable[[], Awaitable[Answer]], refused: type[Exception], prompts: Prompts, *, said: str
) -> Answer:
    for left in reversed(range(_TRIES)):
        try:
            return await step()
        except refused as error:
            if left == 0:
                raise UsageError(f"{said} Run `monitor login` again for a new try") from error
            prompts.show(said)
    raise AssertionError("the last try returns or raises")


async def _answer(call: Callable[[], Awaitable[Answer]]) -> Answer:
    """Return what Telegram answers; what only a person can mend becomes a line for that person."""
    try:
        return await asyncio.wait_for(call(), _ANSWER_S)
    except (errors.SessionPasswordNeededError, errors.PhoneCodeInvalidError, errors.PasswordHashInvalidError):
        raise
    except errors.FloodWaitError as error:
        raise RetryError(
            f"Telegram allows no login for another {error.seconds} s; try again then",
            after=timedelta(seconds=error.seconds),
        ) from error
    except tuple(_REFUSALS) as error:
        raise _REFUSALS[type(error)] from error
    except (errors.UnauthorizedError, errors.AuthKeyError):
        raise
    except errors.RPCError as error:
        raise FatalError(f"Telegram refused the login: {error.message}") from error
    except (OSError, TimeoutError) as error:
        raise FatalError("Telegram cannot be reached; look at the network, and at TELEGRAM_DC if it is set") from error


_REFUSALS: dict[type[Exception], MonitorError] = {
    errors.AccessTokenInvalidError: UsageError(
        "TELEGRAM_BOT_TOKEN: Telegram knows no such bot; ask @BotFather for its token"
    ),
    errors.AccessTokenExpiredError: UsageError("TELEGRAM_BOT_TOKEN has expired; ask @BotFather for a new one"),
    errors.ApiIdInvalidError: UsageError("TELEGRAM_API_ID and TELEGRAM_API_HASH do not belong together"),
    errors.PhoneNumberInvalidError: UsageError("Telegram knows no such phone number; want it with its country code"),
    errors.PhoneNumberUnoccupiedError: UsageError(
        "no account has that phone number; register it in Telegram's own app"
    ),
    errors.PhoneNumberBannedError: LostAccountError("Telegram banned that phone number; use another account"),
    errors.PhoneCodeExpiredError: UsageError("the code expired; run `monitor login` again"),
}


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdecimal() or character == "+")


def _where(kind: Any) -> str:
    match kind:
        case types.auth.SentCodeTypeApp():
            return "to the account's other devices, as a message from Telegram"
        case types.auth.SentCodeTypeSms() | types.auth.SentCodeTypeFirebaseSms():
            return "by text message"
        case types.auth.SentCodeTypeCall() | types.auth.SentCodeTypeFlashCall() | types.auth.SentCodeTypeMissedCall():
            return "by a call"
        case types.auth.SentCodeTypeEmailCode():
            return "by e-mail"
        case _:
            return "its own way"


def _address(token: bytes) -> str:
    return f"tg://login?token={base64.urlsafe_b64encode(token).decode().rstrip('=')}"


def qr_text(address: str) -> str:
    """Return a QR code as lines of half blocks, light on a dark terminal.

    >>> print(qr_text("x").splitlines()[1].strip())
    ██ ▄▄▄▄▄ █ ▀▀▄██ ▄▄▄▄▄ ██
    """
    rows = [list(row) for row in segno.make(address, micro=False, error="l").matrix_iter(border=_BORDER)]
    rows += [[0] * len(rows[0])] * (len(rows) % 2)
    shapes = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
    return "\n".join(
        "".join(shapes[bool(upper), bool(lower)] for upper, lower in zip(above, below, strict=True))
        for above, below in zip(rows[::2], rows[1::2], strict=True)
    )
