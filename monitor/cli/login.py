"""``monitor login``: log the Telegram account in, once, at a terminal."""

import argparse
import asyncio
import getpass
import sys
import threading
from collections.abc import Callable

from monitor.cli import options
from monitor.config import is_path
from monitor.errors import UsageError
from monitor.telegram.login import Who, log_in, who_is_in
from monitor.telegram.session import Session

_NO_TERMINAL = (
    "login asks for a code, and there is no terminal to ask on; at one, run `monitor login`, "
    "for a container `docker compose run --rm monitor login`, or anywhere `monitor login --print-session` and give what it "
    "prints as TELEGRAM_SESSION"
)


async def run_login(arguments: argparse.Namespace) -> int:
    """Log in and keep the session; a live session of another account is never replaced."""
    settings = options.load_settings()
    application = settings.application
    if not sys.stdin.isatty():
        raise UsageError(_NO_TERMINAL)
    phone = arguments.phone or settings.telegram_phone
    prompts = _Terminal()
    if arguments.print_session:
        session, who = await log_in(application, prompts, phone=phone, by_qr=arguments.qr)
        prompts.show(
            f"Logged in as {who.name}. Whoever has the line below is that account; give it as TELEGRAM_SESSION."
        )
        options.say(session.save())
        return 0
    kept = Session(settings.telegram_session)
    if kept.path is None or not is_path(str(kept.path)):
        raise UsageError(
            "TELEGRAM_SESSION holds a string session, which is logged in already; name a file, or unset it"
        )
    with kept.lock():
        held = await who_is_in(kept, application)
        if held is not None:
            return _keep(held, kept=kept, phone=phone)
        session, who = await log_in(application, prompts, phone=phone, by_qr=arguments.qr)
        kept.save(session)
    prompts.show(f"Logged in as {who.name}; the session is in {kept.path}, for this user only.")
    return 0


def _keep(held: Who, *, kept: Session, phone: str | None) -> int:
    """Say whose session is there, and refuse to put another account's in its place."""
    if phone is not None and held.phone is not None and _digits(phone) != _digits(held.phone):
        raise UsageError(
            f"{kept.path} is the session of another account, {held.name}; name another file in TELEGRAM_SESSION"
        )
    options.say(
        f"{kept.path}: logged in already, as {held.name}; another account needs another file in TELEGRAM_SESSION"
    )
    return 0


def _digits(phone: str) -> str:
    return "".join(character for character in phone if character.isdecimal())


class _Terminal:
    """Talks on the terminal; standard output stays free for the session."""

    def show(self, text: str) -> None:
        """Print on standard error."""
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()

    async def ask(self, question: str, *, is_secret: bool = False) -> str:
        """Read a line, while the connection stays alive."""

        def read() -> str:
            if is_secret:
                return getpass.getpass(question, stream=None)
            sys.stderr.write(question)
            sys.stderr.flush()
            line = sys.stdin.readline()
            if not line:
                raise EOFError
            return line

        try:
            return (await _in_thread(read)).strip()
        except EOFError as error:
            raise UsageError("the terminal was closed before all was answered; run `monitor login` again") from error


async def _in_thread(read: Callable[[], str]) -> str:
    """Return what ``read`` returns. Ctrl-C does not wait for its thread, as it would for one of an executor's."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[str] = loop.create_future()

    def settle(text: str | None, error: BaseException | None) -> None:
        if not answer.done():
            answer.set_exception(error) if error is not None else answer.set_result(text or "")

    def run() -> None:
        text, failure = None, None
        try:
            text = read()
        except Exception as error:  # noqa: BLE001 - it is raised where the answer is awaited
            failure = error
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, text, failure)

    threading.Thread(target=run, name="prompt", daemon=True).start()
    return await answer
