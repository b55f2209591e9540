"""The bot that sends: a credential of its own, which lives when the account is lost."""

import structlog

from monitor.daemon.couriers import PostOffice
from monitor.errors import FatalError, RetryError, UsageError
from monitor.model.account import Application
from monitor.telegram.client import Account, Api
from monitor.telegram.limits import Clock, Limiter
from monitor.telegram.login import log_in_bot
from monitor.telegram.send import TelegramCourier

_RETRY_S = 60.0

_log = structlog.get_logger()


class Bot:
    """Logs in by its token and is the post office's Telegram courier while it can be."""

    def __init__(self, application: Application, token: str, *, office: PostOffice, clock: Clock) -> None:
        self._application, self._token, self._office, self._clock = application, token, office, clock
        self._account: Account | None = None
        self._refused: str | None = None

    @property
    def is_up(self) -> bool:
        """Whether it is connected."""
        return self._account is not None and self._account.line.is_up

    @property
    def user_id(self) -> int | None:
        """Its number, once it was connected."""
        return None if self._account is None else self._account.user_id

    @property
    def trouble(self) -> str | None:
        """Why it is not connected."""
        return self._refused if self._account is None else self._account.line.reason

    async def serve(self) -> None:
        """Keep it connected. Without it nothing is sent, but channels are followed all the same."""
        while True:
            try:
                await self._serve_once()
            except RetryError as error:
                self._note(error)
                await self._clock.sleep(error.after.total_seconds())
            except (FatalError, UsageError) as error:
                self._note(error)
                await self._clock.sleep(_RETRY_S)

    async def _serve_once(self) -> None:
        account = Account(
            session=await log_in_bot(self._application, self._token),
            api=Api(id=self._application.api_id, hash=self._application.api_hash),
            limiter=Limiter(clock=self._clock),
            clock=self._clock,
        )
        self._account, self._refused = account, None
        self._office.telegram = TelegramCourier(account, is_bot=True)
        await account.serve()

    def _note(self, error: Exception) -> None:
        if str(error) != self._refused:
            _log.error("bot.refused", reason=str(error))
        self._account, self._refused, self._office.telegram = None, str(error), None
