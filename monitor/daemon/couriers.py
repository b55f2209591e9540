"""Who carries to whom: recipients as channels.yaml names them, their addresses, and the couriers that are there."""

from collections.abc import Callable
from datetime import datetime, timedelta

from monitor.delivery.feed import SCHEME, FolderCourier
from monitor.delivery.notify import AppriseCourier
from monitor.errors import RetryError, SkipError
from monitor.pipeline import Courier

SECRET = "env:"  # noqa: S105 - how channels.yaml marks an address that stays in the environment
_SOON = timedelta(minutes=1)


class PostOffice:
    """Finds the courier of a recipient. The Telegram courier may come, change and go while the daemon runs."""

    def __init__(self, secret: Callable[[str], str | None], *, now: Callable[[], datetime]) -> None:
        """Take what gives the value behind ``env:NAME``, ``None`` where it is unset, and the present instant."""
        self._secret = secret
        self._folders = FolderCourier(now)
        self.telegram: Courier | None = None
        self._others = AppriseCourier()

    def courier_of(self, recipient: str) -> tuple[Courier, str]:
        """Return the courier and the address; see ``monitor.pipeline.Couriers``."""
        address = recipient
        if recipient.startswith(SECRET):
            value = self._secret(recipient.removeprefix(SECRET))
            if value is None:
                raise SkipError(f"{recipient}: that variable is not set; set it, then restart the daemon")
            address = value
        if address.startswith(f"{SCHEME}://"):
            return self._folders, address
        if "://" in address:
            return self._others, address
        if self.telegram is None:
            raise RetryError("Telegram is not connected", after=_SOON)
        return self.telegram, address
