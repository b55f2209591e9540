import json
import logging

import pytest
import structlog

from monitor import logs
from monitor.errors import StoreError

SECRETS = ("hunter2", 'pass"wörd\\', "123456:AAbbCC")


pytestmark = pytest.mark.usefixtures("logging_as_it_was")


def logger(level: str = "INFO") -> structlog.typing.FilteringBoundLogger:
    logs.configure(level=level, secrets=SECRETS)
    bound: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return bound


def test_a_line_is_one_json_object_with_the_event_and_its_keys(capsys: pytest.CaptureFixture[str]) -> None:
    logger().info("posts.recorded", channel="sahel_desk", count=3)
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["channel"], line["count"], line["level"]) == ("posts.recorded", "sahel_desk", 3, "info")


def fail(error: Exception) -> None:
    """Raise an error whose words stand in no line of code, which a traceback shows."""
    raise error


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_shows_wherever_it_stands(capsys: pytest.CaptureFixture[str], secret: str) -> None:
    speaking = logger("DEBUG")
    try:
        fail(ValueError(f"login with {secret} failed"))
    except ValueError as error:
        speaking.debug(
            f"event {secret}",
            plain=secret,
            nested={"deep": [(secret,), {secret: 1}]},
            thrown=error,
            exc_info=True,
        )
    logging.getLogger("telethon").warning("bad token %s", secret)
    written = capsys.readouterr().err
    assert len(written.splitlines()) == 2
    assert written.count("[hidden]") >= 6
    for form in (secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]):
        assert form not in written


@pytest.mark.parametrize(("level", "method", "is_shown"), [("DEBUG", "debug", True), ("DEBUG", "warning", False)])
def test_post_text_shows_at_level_debug_only(
    capsys: pytest.CaptureFixture[str], level: str, method: str, is_shown: bool
) -> None:
    speaking = logger(level)
    text = "twelve were killed"
    try:
        fail(ValueError(text))
    except ValueError:
        getattr(speaking, method)("post.failed", text=text, quote=text, exc_info=True)
    written = capsys.readouterr().err
    assert (text in written) is is_shown
    assert "ValueError" in written
    assert "test_logs.py" in written


def test_what_our_own_errors_say_shows_at_any_level_with_their_cause(capsys: pytest.CaptureFixture[str]) -> None:
    speaking = logger()
    lost = StoreError("the database cannot be reached")
    lost.__cause__ = OSError("quoted words")
    try:
        fail(lost)
    except StoreError as error:
        speaking.error("store.lost", exc_info=error)
    written = json.loads(capsys.readouterr().err)["exception"]
    assert "StoreError: the database cannot be reached" in written
    assert "caused by:" in written
    assert "OSError" in written
    assert "quoted words" not in written


def test_every_member_of_a_group_of_errors_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    speaking = logger()
    quoted = "quoted words"  # built here: newer Pythons show the whole statement that failed
    error = ExceptionGroup(quoted, [StoreError("it refused"), ExceptionGroup("in", [KeyError(quoted)])])
    try:
        fail(error)
    except ExceptionGroup:
        speaking.exception("daemon.failed")
    written = json.loads(capsys.readouterr().err)["exception"]
    assert written.count("of the group:") == 3
    assert "StoreError: it refused" in written
    assert "KeyError" in written
    assert quoted not in written


def test_libraries_are_heard_from_warning_on(capsys: pytest.CaptureFixture[str]) -> None:
    logger()
    logging.getLogger("telethon").info("connecting")
    logging.getLogger("telethon").warning("flood")
    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == ["flood"]
