"""Each recipient has its courier; an address that stays in the environment is looked up there."""

import pytest

from monitor.daemon.couriers import PostOffice
from monitor.delivery.notify import AppriseCourier
from monitor.errors import RetryError, SkipError
from monitor.model.message import Message


class Postman:
    async def send(self, recipient: str, message: Message) -> str | None:
        raise NotImplementedError(f"{recipient} {message.key}")


@pytest.fixture
def office() -> PostOffice:
    opened = PostOffice({"OPS_MAIL": "mailto://desk@example.org", "OPS_CHAT": "-1001234567890"}.get)
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


def test_a_variable_that_is_not_set_is_named(office: PostOffice) -> None:
    with pytest.raises(SkipError, match="env:OPS_HOOK: that variable is not set"):
        office.courier_of("env:OPS_HOOK")


def test_without_telegram_what_goes_another_way_still_goes(office: PostOffice) -> None:
    office.telegram = None
    with pytest.raises(RetryError, match="Telegram is not connected"):
        office.courier_of("@desk_group")
    assert office.courier_of("env:OPS_MAIL")
