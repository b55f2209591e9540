"""Each recipient has its courier; an address that stays in the environment is looked up there."""

from datetime import UTC, datetime

import pytest

from monitor.daemon.couriers import PostOffice
from monitor.delivery.feed import FolderCourier
from monitor.delivery.notify import AppriseCourier
from monitor.errors import RetryError, SkipError
from monitor.model.message import Message


class Postman:
    async def send(self, recipient: str, message: Message) -> str | None:
        raise NotImplementedError(f"{recipient} {message.key}")


@pytest.fixture
def office() -> PostOffice:
    secrets = {"OPS_MAIL": "mailto://desk@example.org", "OPS_CHAT": "-1001234567890", "OPS_FOLDER": "file:///data/out"}
    opened = PostOffice(secrets.get, now=lambda: datetime(2026, 4, 8, tzinfo=UTC))
    opened.telegram = Postman()
    return opened


@pytest.mark.parametrize("recipient", ["@desk_group", "-1001234567890", "me", "@desk_group/45"])
def test_names_and_numbers_go_by_telegram(office: PostOffice, recipient: str) -> None:
    assert office.courier_of(recipient) == (office.telegram, recipient)


def test_an_address_of_the_environment_goes_where_it_belongs(office: PostOffice) -> None:
    assert office.courier_of("env:OPS_CHAT") == (office.telegram, "-1001234567890")
    courier, address = office.courier_of("env:OPS_MAIL")
    assert isinstance(courier, AppriseCourier)
    assert address == "mailto://desk@example.org"
    courier, address = office.courier_of("env:OPS_FOLDER")
    assert isinstance(courier, FolderCourier)
    assert address == "file:///data/out"


def test_a_variable_that_is_not_set_is_named(office: PostOffice) -> None:
    with pytest.raises(SkipError, match="env:OPS_HOOK: that variable is not set"):
        office.courier_of("env:OPS_HOOK")


def test_without_telegram_what_goes_another_way_still_goes(office: PostOffice) -> None:
    office.telegram = None
    with pytest.raises(RetryError, match="Telegram is not connected"):
        office.courier_of("@desk_group")
    assert office.courier_of("env:OPS_MAIL")
