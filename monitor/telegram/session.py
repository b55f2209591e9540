"""Sessions: what lets an account in, read from a file or a string, and used by one process at a time.

A file is Telethon's own SQLite session. It is read once and held in memory: nothing of the monitor rests on what Telethon
would write into it, and a process that is killed leaves no lock and no half-written state there (TELEGRAM.md, facts 12, 14).
"""

import fcntl
import hashlib
import os
import re
import socket
import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from telethon.crypto import AuthKey, rsa
from telethon.sessions import SQLiteSession, StringSession

from monitor.errors import ConfigurationError, FatalError, LostAccountError
from monitor.model.account import DataCentre

__all__ = ["Session", "SessionLock", "StringSession", "new_session"]

_STRING = re.compile(
    r"1(?:[\w-]{351}|[\w-]{367})=", re.ASCII
)  # version 1; an IPv4 or an IPv6 address and a key of 256 bytes
_SUFFIX = ".session"  # Telethon adds it to a name without it
_LONGEST_NAME = 200  # bytes a file system surely takes for a name
_KEY_BYTES = 256


class Session:
    """Where one account's session is kept: in the file ``path``, or (``path`` is ``None``) in the string given.

    Raises:
        ConfigurationError: ``given`` is neither a path nor a string session; the message does not show it.
    """

    def __init__(self, given: str) -> None:
        self._given = given
        is_string = _STRING.fullmatch(given) is not None
        if not is_string and ("\0" in given or len(os.fsencode(Path(given).name)) > _LONGEST_NAME):
            raise ConfigurationError(
                "TELEGRAM_SESSION: neither a path nor a whole string session; `monitor login --print-session` makes one"
            )
        self.path = None if is_string else _file(given)

    @property
    def name(self) -> str:
        """What messages call it."""
        return "the string session" if self.path is None else str(self.path)

    @property
    def is_exposed(self) -> bool:
        """Whether others on this machine may read its file, and so be the account."""
        return self.path is not None and self.path.exists() and bool(self.path.stat().st_mode & 0o077)

    def load(self, *, data_centre: DataCentre | None = None) -> StringSession:
        """Return the session with its key, to be held in memory; ``data_centre`` is where its server is now.

        Raises:
            ConfigurationError: There is no such file, or it is no session.
            LostAccountError: Nobody ever logged in with it.
        """
        session = StringSession(self._given) if self.path is None else _read(self.path)
        if session.auth_key is None:
            raise LostAccountError(f"{self.name}: nobody is logged in; run `monitor login`")
        if data_centre is not None:
            session.set_dc(data_centre.number, data_centre.host, data_centre.port)
        return session

    def save(self, session: StringSession) -> None:
        """Write the session to its file, readable by its owner only; the file appears whole or not at all.

        Raises:
            FatalError: The file cannot be written.
        """
        if self.path is None:
            raise FatalError("a string session cannot be written to; name a file in TELEGRAM_SESSION")
        part = self.path.with_name(f".{self.path.stem}.{os.getpid()}{_SUFFIX}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            part.unlink(missing_ok=True)
            os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            kept = SQLiteSession(str(part))
            kept.set_dc(session.dc_id, session.server_address, session.port)
            kept.auth_key = session.auth_key
            kept.save()
            kept.close()
            part.replace(self.path)
        except (OSError, sqlite3.Error) as error:
            said = (error.strerror if isinstance(error, OSError) else None) or str(error)
            raise FatalError(f"cannot write {self.path}: {said}; choose another file with TELEGRAM_SESSION") from error
        finally:
            with suppress(OSError):
                part.unlink()

    def lock(self) -> "SessionLock":
        """Return the lock that keeps every other process from using the session."""
        if self.path is not None:
            return SessionLock(self.path.with_name(f"{self.path.name}.lock"), session=self.name)
        return SessionLock(_elsewhere(self._given), session=self.name)


class SessionLock:
    """Held by one process; the kernel lets it go with the process, however that ends.

    Telegram kills a key that two connections from different addresses use (AUTH_KEY_DUPLICATED), for good.
    """

    def __init__(self, path: Path, *, session: str) -> None:
        self._path, self._session = path, session
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        """Take the lock.

        Raises:
            FatalError: Another process holds it; the message says which.
        """
        held = _opened(self._path)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = " ".join(held.read(200).split()) or "another process"
            held.close()
            raise FatalError(
                f"{self._session} is in use by {holder}; stop that one first: Telegram ends a session that is used twice"
            ) from error
        held.truncate()
        held.write(f"process {os.getpid()} on {socket.gethostname()}\n")
        held.flush()
        self._file = held
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the lock go. The file stays: removing it would let a third process lock a new one beside the second's."""
        if self._file is not None:
            self._file.close()
            self._file = None


def new_session(data_centre: DataCentre | None) -> StringSession:
    """Return a session without a login, on the server named or else on Telegram's own.

    Raises:
        ConfigurationError: The server's key is none.
    """
    session = StringSession()
    if data_centre is None:
        return session
    session.set_dc(data_centre.number, data_centre.host, data_centre.port)
    if data_centre.public_key is not None:
        try:
            rsa.add_key(data_centre.public_key, old=False)
        except Exception as error:  # the parser below raises what it likes
            raise ConfigurationError("TELEGRAM_DC_KEY: not an RSA public key in PKCS#1 form") from error
    return session


def _file(given: str) -> Path:
    path = Path(given)
    return path if path.suffix == _SUFFIX or path.is_file() else path.with_name(path.name + _SUFFIX)


def _read(path: Path) -> StringSession:
    if not path.is_file():
        raise ConfigurationError(f"{path} does not exist; run `monitor login`, or name the session in TELEGRAM_SESSION")
    row = _row(path)
    session = StringSession()
    if row is None:
        return session
    number, host, port, key = row
    session.set_dc(number, host, port)
    if key:
        if len(key) != _KEY_BYTES:
            raise ConfigurationError(f"{path} holds a broken key; run `monitor login` with another file")
        session.auth_key = AuthKey(key)
    return session


def _row(path: Path) -> tuple[int, str, int, bytes] | None:
    last: sqlite3.Error | None = None
    # What a killed client left half-written can only be undone by a connection that may write.
    for mode in ("ro", "rw"):
        try:
            with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True)) as connection:
                found: tuple[int, str, int, bytes] | None = connection.execute(
                    "SELECT dc_id, server_address, port, auth_key FROM sessions"
                ).fetchone()
                return found
        except sqlite3.Error as error:
            last = error
    raise ConfigurationError(f"{path} is no Telethon session: {last}; name another in TELEGRAM_SESSION") from last


def _opened(path: Path) -> IO[str]:
    """Open the lock file, in the folder for temporary files where its own cannot be written to."""
    for place in (path, _elsewhere(str(path.absolute()))):
        with suppress(OSError):
            return os.fdopen(
                os.open(place, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600), "r+", encoding="utf-8", errors="replace"
            )
    raise FatalError(f"cannot make the lock file {path}; let this user write to its folder")


def _elsewhere(what: str) -> Path:
    number = hashlib.sha256(what.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"conflict-monitor-{number}.lock"
