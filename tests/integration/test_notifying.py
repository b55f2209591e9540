"""Messages through Apprise reach a real HTTP endpoint and a real mail server on loopback."""

import email
import json
from email.policy import default

import pytest

from monitor.delivery.notify import AppriseCourier
from monitor.errors import RetryError, SkipError
from monitor.model.message import File, FileKind, Message
from tests.endpoints import http_endpoint, mail_server

# Apprise's own: it still asks for a module that Python 3.13 has no more.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

HTML = '<b>daily</b> \u00b7 8 April\nKilled: <b>2</b> &lt;or&gt; <a href="https://t.me/desk/12">47</a>'
CHART = File(kind=FileKind.PHOTO, name="chart.png", content=b"\x89PNG\r\n" + bytes(range(256)))


@pytest.fixture
def message() -> Message:
    return Message(key="1", html=HTML)


@pytest.mark.parametrize(
    ("form", "text"),
    [("html", 'Killed: <b>2</b> &lt;or&gt; <a href="https://t.me/desk/12">47</a>'), ("text", "Killed: 2 <or> 47")],
)
async def test_a_webhook_is_told_title_and_text_in_the_form_that_it_takes(
    message: Message, form: str, text: str
) -> None:
    taken: list[bytes] = []
    async with http_endpoint("200 OK", taken) as port:
        assert await AppriseCourier().send(f"json://127.0.0.1:{port}/hook?format={form}", message) is None
    (body,) = [json.loads(one) for one in taken]
    assert body["title"] == "daily \u00b7 8 April"
    assert body["message"] == text


async def test_a_mail_carries_the_text_and_the_picture() -> None:
    taken: list[bytes] = []
    async with mail_server(taken) as port:
        address = f"mailto://127.0.0.1:{port}?from=monitor@example.org&to=desk@example.org&mode=insecure"
        await AppriseCourier().send(address, Message(key="1", html=HTML, files=(CHART,)))
    (raw,) = taken
    mail = email.message_from_bytes(raw, policy=default)
    assert mail["Subject"] == "daily \u00b7 8 April"
    parts = {part.get_content_type(): part for part in mail.walk()}
    html = parts["text/html"].get_payload(decode=True)
    picture = parts["image/png"]
    assert isinstance(html, bytes)
    assert b'<a href="https://t.me/desk/12">47</a>' in html
    assert (picture.get_filename(), picture.get_payload(decode=True)) == ("chart.png", CHART.content)


async def test_a_service_that_refuses_is_tried_again_later(message: Message) -> None:
    async with http_endpoint("503 Service Unavailable", []) as port:
        with pytest.raises(RetryError, match="did not take the message"):
            await AppriseCourier().send(f"json://127.0.0.1:{port}/hook", message)


async def test_a_service_that_is_not_there_is_tried_again_later(message: Message) -> None:
    async with http_endpoint("200 OK", []) as port:
        pass
    with pytest.raises(RetryError):
        await AppriseCourier().send(f"json://127.0.0.1:{port}/hook", message)


async def test_an_address_that_is_none_is_told_apart_and_not_shown(message: Message) -> None:
    with pytest.raises(SkipError) as caught:
        await AppriseCourier().send("nonsense://hunter2@example.org", message)
    assert "hunter2" not in str(caught.value)
