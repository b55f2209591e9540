"""The composition root: everything that the daemon consists of is made here."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import structlog

from monitor import logs
from monitor.claims import Reader
from monitor.config import Settings, Watchlist, is_path, load_watchlist, secret_named
from monitor.daemon import memory
from monitor.daemon.couriers import SECRET
from monitor.daemon.life import Daemon
from monitor.daemon.members import chosen_accounts, join_up, open_sessions
from monitor.daemon.signals import signals
from monitor.errors import MonitorError
from monitor.store import Store
from monitor.telegram.limits import Clock, SystemClock

_log = structlog.get_logger()


async def run(
    settings: Settings,
    *,
    channels_file: Path,
    accounts: Sequence[str] = (),
    clock: Clock | None = None,
) -> None:
    """Follow, read, compare and send until told to stop by SIGTERM or SIGINT; SIGHUP reads channels.yaml again.

    Args:
        settings: What the environment says.
        channels_file: The channels.yaml to follow, now and whenever it changes.
        accounts: The accounts that this process uses; by default every one that channels.yaml declares.
        clock: What time it is.

    Raises:
        ConfigurationError: The environment, channels.yaml or a session cannot be used.
        LostAccountError: Telegram lets none of the accounts in any more.
        FatalError: A session is in use elsewhere, or the database cannot be used.
    """
    memory.stay_small()
    watch = load_watchlist(channels_file)
    plans = chosen_accounts(watch, accounts)
    logs.configure(level=settings.log_level, secrets=[*settings.secrets, *_named_secrets(watch)])
    stop, reread = asyncio.Event(), asyncio.Event()
    with signals(stop=stop.set, reread=reread.set), ExitStack() as locks:
        application = settings.application
        sessions = open_sessions(plans, settings=settings, locks=locks)
        async with await Store.open(settings.database_url, create=True) as store:
            reader = await asyncio.to_thread(Reader.load, settings.lexicons_folder)
            memory.settle()
            daemon = Daemon(
                settings, watch, channels_file=channels_file, store=store, reader=reader, clock=clock or SystemClock()
            )
            daemon.members = join_up(
                sessions,
                application=application,
                media=watch.media_plan,
                store=store,
                clock=daemon.clock,
                announce=daemon.stages.take,
            )
            try:
                await daemon.live(stop=stop, reread=reread)
            except ExceptionGroup as failures:
                _log.exception("daemon.failed")
                raise _first_known(failures) or failures from failures


def _first_known(failures: ExceptionGroup[Exception]) -> MonitorError | None:
    """Return what a person can be told of it in a line."""
    for failure in failures.exceptions:
        found = _first_known(failure) if isinstance(failure, ExceptionGroup) else failure
        if isinstance(found, MonitorError):
            return found
    return None


def _named_secrets(watch: Watchlist) -> Iterator[str]:
    """Yield the values of the variables that channels.yaml names: string sessions and addresses."""
    for plan in watch.accounts:
        value = secret_named(plan.session)
        if value is not None and not is_path(value):
            yield value
    for name in watch.recipients:
        if name.startswith(SECRET) and (value := secret_named(name.removeprefix(SECRET))) is not None:
            yield value
