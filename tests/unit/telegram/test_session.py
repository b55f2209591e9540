"""Sessions are read wherever they are kept, written for their owner only, and used by one process at a time."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from telethon.crypto import AuthKey
from telethon.sessions import SQLiteSession, StringSession

from monitor.errors import ConfigurationError, FatalError, LostAccountError
from monitor.telegram.session import Session

KEY = AuthKey(bytes(range(256)))


def _string(host: str = "127.0.0.1") -> str:
    session = StringSession()
    session.set_dc(2, host, 8443)
    session.auth_key = KEY
    return str(session.save())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    session = SQLiteSession(str(tmp_path / "analyst.session"))
    session.set_dc(3, "127.0.0.1", 8443)
    session.auth_key = KEY
    session.close()
    return tmp_path / "analyst.session"


@pytest.mark.parametrize("ending", ["", ".session"])
def test_a_session_file_of_another_server_is_read_as_it_is(file: Path, ending: str) -> None:
    before = file.read_bytes()
    session = Session(str(file.with_suffix(ending))).load()
    assert (session.dc_id, session.server_address, session.port) == (3, "127.0.0.1", 8443)
    assert session.auth_key.key == KEY.key
    assert file.read_bytes() == before


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_string_session_is_read(host: str) -> None:
    session = Session(_string(host))
    assert session.path is None
    assert session.load().server_address == host
    assert "string" in session.name


def test_a_cut_string_session_is_refused_and_not_shown() -> None:
    text = _string()[:-20]
    with pytest.raises(ConfigurationError) as caught:
        Session(text)
    assert text not in str(caught.value)


def test_what_is_no_session_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere.session does not exist; run `monitor login`"):
        Session(str(tmp_path / "nowhere")).load()
    (tmp_path / "notes.session").write_text("no database")
    with pytest.raises(ConfigurationError, match=r"notes.session is no Telethon session"):
        Session(str(tmp_path / "notes.session")).load()


def test_a_session_without_a_login_says_how_to_get_one(tmp_path: Path) -> None:
    SQLiteSession(str(tmp_path / "new.session")).close()
    with pytest.raises(LostAccountError, match="nobody is logged in; run `monitor login`"):
        Session(str(tmp_path / "new.session")).load()


def test_a_written_session_is_read_by_its_owner_only(tmp_path: Path) -> None:
    kept = Session(str(tmp_path / "deep" / "analyst.session"))
    kept.save(StringSession(_string()))
    assert kept.path is not None
    assert kept.path.stat().st_mode & 0o777 == 0o600
    assert kept.load().save() == _string()
    assert [one.name for one in kept.path.parent.iterdir()] == ["analyst.session"]


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FatalError, match=r"cannot write .*analyst.session"):
        Session(str(tmp_path / "file" / "analyst.session")).save(StringSession(_string()))


@pytest.mark.parametrize(("mode", "is_exposed"), [(0o600, False), (0o640, True), (0o604, True)])
def test_a_session_that_others_may_read_is_known(file: Path, mode: int, is_exposed: bool) -> None:
    file.chmod(mode)
    assert Session(str(file)).is_exposed is is_exposed


HOLD = """
import sys
from monitor.telegram.session import Session
with Session(sys.argv[1]).lock():
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("kind", ["file", "string"])
def test_a_session_in_use_names_who_uses_it_until_that_one_is_killed(
    file: Path, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    given = str(file) if kind == "file" else _string()
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, given],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"TMPDIR": str(tmp_path)},
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(FatalError, match=rf"in use by process {holder.pid} on \S+; stop that one first"):
            Session(given).lock().__enter__()
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        with Session(given).lock():
            pass
