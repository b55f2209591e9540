"""The accounts that one daemon uses: each with its session, its line to Telegram, and its share of the channels."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import structlog

from monitor.config import AccountPlan, Settings, Watchlist, secret_named
from monitor.errors import ConfigurationError
from monitor.model.account import Application
from monitor.model.following import MediaPlan, Recorded
from monitor.store import Store
from monitor.telegram.client import Account, Api
from monitor.telegram.follow import Follower
from monitor.telegram.limits import Clock, Limiter
from monitor.telegram.session import Session, StringSession

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One account at work."""

    name: str
    account: Account
    follower: Follower


def chosen_accounts(watch: Watchlist, names: Sequence[str]) -> tuple[AccountPlan, ...]:
    """Return the accounts that this process is to use: those named, by default every one.

    Raises:
        ConfigurationError: One is not declared.
    """
    known = {plan.name: plan for plan in watch.accounts}
    for name in names:
        if name not in known:
            raise ConfigurationError(f"account {name} is not declared in channels.yaml; there is: {', '.join(known)}")
    return tuple(plan for plan in watch.accounts if not names or plan.name in names)


def session_of(plan: AccountPlan, settings: Settings) -> Session:
    """Return the session of an account, of which the environment says where it is.

    Raises:
        ConfigurationError: It does not say.
    """
    if plan.session == "TELEGRAM_SESSION":
        return Session(settings.telegram_session)
    given = secret_named(plan.session)
    if given is None:
        raise ConfigurationError(
            f"{plan.session} is not set; want the session of account {plan.name}, a path or a string"
        )
    return Session(given)


def open_sessions(plans: Sequence[AccountPlan], *, settings: Settings, locks: ExitStack) -> dict[str, StringSession]:
    """Return each account's session, locked until ``locks`` ends.

    Raises:
        ConfigurationError: A session is missing or broken.
        FatalError: A session is in use elsewhere.
        LostAccountError: Nobody is logged in with it.
    """
    opened = {}
    for plan in plans:
        session = session_of(plan, settings)
        locks.enter_context(session.lock())
        if session.is_exposed:
            _log.warning("session.exposed", account=plan.name, path=session.name, remedy=f"chmod 600 {session.name}")
        opened[plan.name] = session.load(data_centre=settings.telegram_data_centre)
    return opened


def join_up(
    sessions: Mapping[str, StringSession],
    *,
    application: Application,
    media: MediaPlan,
    store: Store,
    clock: Clock,
    announce: Callable[[Recorded], None],
) -> tuple[Member, ...]:
    """Return the accounts ready to be served; ``announce`` is told what their followers record."""
    members = []
    for name, session in sessions.items():
        account = Account(
            session=session,
            api=Api(id=application.api_id, hash=application.api_hash),
            limiter=Limiter(clock=clock),
            clock=clock,
        )
        follower = Follower(account=account, store=store, announce=announce, media=media)
        members.append(Member(name=name, account=account, follower=follower))
    return tuple(members)
