"""Structured logs: one line an event, no secrets, and no post text above level debug."""

import json
import logging
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from typing import Any

import structlog

from monitor.errors import MonitorError

_HIDDEN = "[hidden]"
_POST_TEXT = frozenset(
    {"text", "quote", "caption", "title", "raw", "line"}
)  # keys whose values may be a stranger's words
Event = MutableMapping[str, Any]


def configure(*, level: str = "INFO", secrets: Iterable[str] = ()) -> None:
    """Send every log line to stderr, the libraries' too: readable on a terminal, JSON elsewhere.

    Args:
        level: A standard level name. Libraries speak from level warning on: below it they repeat every statement and message.
        secrets: Values that must not appear in any line; each is replaced wherever it occurs.
    """
    number = logging.getLevelNamesMapping()[level.upper()]
    before: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _write_exceptions,
        _keep_post_text_back,
    ]
    render = _renderer(secrets)
    structlog.configure(
        processors=[*before, render],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render]
        )
    )
    logging.basicConfig(handlers=[handler], level=max(number, logging.WARNING), force=True)


def _renderer(secrets: Iterable[str]) -> Callable[[object, str, Event], str]:
    """Return what writes an event as one text and then takes the secrets out of it.

    Only the finished text is sure to hold everything: nested values, keys, what an exception says, and how each is spelt.
    """
    write: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer(ensure_ascii=False, default=repr)
    )
    spelt = {form for secret in secrets if secret for form in _spellings(secret)}
    hidden = sorted(spelt, key=len, reverse=True)

    def render(logger: object, method: str, event: Event) -> str:
        text = str(write(logger, method, event))
        for secret in hidden:
            text = text.replace(secret, _HIDDEN)
        return text

    return render


def _spellings(secret: str) -> Iterator[str]:
    """Yield a secret as it is and as JSON and Python write it inside quotes."""
    yield secret
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield json.dumps(repr(secret)[1:-1])[1:-1]


def _keep_post_text_back(_logger: object, method: str, event: Event) -> Event:
    """Leave only the length of what may be a stranger's words, except at level debug."""
    if method != "debug":
        for key in _POST_TEXT & event.keys():
            event[key] = f"[{len(str(event[key]))} characters]"
    return event


def _write_exceptions(_logger: object, method: str, event: Event) -> Event:
    """Write where an exception came from; what it says only if it is ours or the level is debug, since it may quote a post."""
    given = event.pop("exc_info", None)
    if not given:
        return event
    error = given if isinstance(given, BaseException) else given[1] if isinstance(given, tuple) else sys.exc_info()[1]
    if error is not None:
        event["exception"] = "\n".join(_told(error, says_all=method == "debug"))
    return event


def _told(error: BaseException, *, says_all: bool) -> Iterator[str]:
    """Yield where an exception came from, with what caused it or, of a group, every member."""
    yield from (line.rstrip() for line in traceback.format_tb(error.__traceback__))
    name = type(error).__name__
    yield f"{name}: {error}" if says_all or isinstance(error, MonitorError) else name
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions:
            yield "of the group:"
            yield from _told(member, says_all=says_all)
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield "caused by:"
        yield from _told(cause, says_all=says_all)
