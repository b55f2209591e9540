"""Structured logs: one line an event, no post text, no secrets."""

import logging
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any

import structlog

_HIDDEN = "[hidden]"


def configure(*, level: str = "INFO", secrets: Iterable[str] = ()) -> None:
    """Send every log line to stderr: readable on a terminal, JSON elsewhere.

    Args:
        level: A standard level name.
        secrets: Values that must not appear in any line; each is replaced wherever it occurs.
    """
    hidden = tuple(sorted((secret for secret in secrets if secret), key=len, reverse=True))

    def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        for key, value in event.items():
            if isinstance(value, str):
                for secret in hidden:
                    value = value.replace(secret, _HIDDEN)  # noqa: PLW2901 - each secret is taken out of what is left
                event[key] = value
        return event

    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer()
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            redact,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
