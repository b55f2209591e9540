"""The accounts that one daemon uses: each with its session, its line to Telegram, and its share of the channels."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from monitor.config import AccountPlan, Settings, Watchlist, secret_named
from monitor.errors import ConfigurationError
from monitor.model.following import MediaPlan, Recorded
from monitor.store import Store
from monitor.telegram.client import Account, Api
from monitor.telegram.follow import Follower
from monitor.telegram.limits import Clock, Limiter
from monitor.telegram.session import Session


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


def join_up(
    plans: Sequence[AccountPlan],
    *,
    media: MediaPlan,
    settings: Settings,
    store: Store,
    clock: Clock,
    announce: Callable[[Recorded], None],
    locks: ExitStack,
) -> tuple[Member, ...]:
    """Return the accounts ready to be served, their sessions locked until ``locks`` ends.

    Raises:
        ConfigurationError: A session is missing or broken.
        FatalError: A session is in use elsewhere.
        LostAccountError: Nobody is logged in with it.
    """
    members = []
    application = settings.application
    for plan in plans:
        session = session_of(plan, settings)
        locks.enter_context(session.lock())
        account = Account(
            session=session.load(data_centre=application.data_centre),
            api=Api(id=application.api_id, hash=application.api_hash),
            limiter=Limiter(clock=clock),
            clock=clock,
        )
        follower = Follower(account=account, store=store, announce=announce, media=media)
        members.append(Member(name=plan.name, account=account, follower=follower))
    return tuple(members)
