"""Every error the program raises on purpose.

::

    MonitorError                the message says what, where and what to do
    ├── UsageError              bad input or configuration: exit code 2
    │   └── ConfigurationError  environment or channels.yaml
    │   └── LexiconError        a lexicon or gazetteer file
    ├── FatalError              the work cannot go on: exit code 1
    │   └── SchemaError         the database schema is not at head
    │   └── StoreError          the database cannot be reached or refused the work
    │   └── LostAccountError    Telegram lets the account in no more: exit code 3
    ├── RetryError              try again after ``after``: flood wait, network, busy database
    ├── SkipError               this channel or recipient is out, the rest goes on
    └── UnsendableError         this message can go to nobody, the rest goes on
"""

from datetime import timedelta


class MonitorError(Exception):
    """Base of all; ``str(error)`` is one line for a person."""

    exit_code: int = 1


class UsageError(MonitorError):
    """What the caller gave cannot be used."""

    exit_code = 2


class ConfigurationError(UsageError):
    """The environment or channels.yaml is wrong."""


class LexiconError(UsageError):
    """A lexicon or gazetteer file is wrong."""


class FatalError(MonitorError):
    """The work cannot go on without a person."""


class SchemaError(FatalError):
    """The database schema is not the one this version needs."""


class StoreError(FatalError):
    """The database cannot be reached, or refused the work."""


class LostAccountError(FatalError):
    """Telegram lets the account in no more (logged out, banned, or its session used elsewhere): only a new login helps."""

    exit_code = 3


class RetryError(MonitorError):
    """The work may succeed later."""

    def __init__(self, message: str, *, after: timedelta) -> None:
        super().__init__(message)
        self.after = after


class SkipError(MonitorError):
    """One channel or recipient is out for good; the rest goes on."""


class UnsendableError(MonitorError):
    """One message is such that no recipient can be sent it; the rest goes on."""
