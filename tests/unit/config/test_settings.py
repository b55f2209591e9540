from pathlib import Path

import pytest

from monitor.config import Settings, load_settings, secret_named
from monitor.errors import ConfigurationError
from monitor.model.account import DataCentre

HASH = "0123456789abcdef0123456789abcdef"
TOKEN = "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

KEY = "-----BEGIN RSA PUBLIC KEY-----\nMIIBCgKCAQEA\n-----END RSA PUBLIC KEY-----"


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = load_settings({"TELEGRAM_API_ID": "", "LOG_LEVEL": " "})
    assert settings == Settings()
    assert settings.database_url == "sqlite:///monitor.db"
    assert settings.channels_file == Path("channels.yaml")


def test_a_variable_may_stand_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "hash"
    secret.write_text(f"{HASH}\n", encoding="utf-8")
    assert load_settings({"TELEGRAM_API_HASH_FILE": str(secret)}).telegram_api_hash == HASH


def test_every_variable_may_stand_in_a_file(tmp_path: Path) -> None:
    values = {
        "DATABASE_URL": "postgresql://monitor@db/monitor",
        "MONITOR_CHANNELS": "/etc/monitor/channels.yaml",
        "MONITOR_LEXICONS": "/etc/monitor/lexicons",
        "LOG_LEVEL": "debug",
        "TELEGRAM_API_ID": "12345",
        "TELEGRAM_API_HASH": HASH,
        "TELEGRAM_SESSION": "/data/monitor.session",
        "TELEGRAM_PHONE": "+999 662 1234",
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_DC": "3@[::1]:8443",
        "TELEGRAM_DC_KEY": KEY,
        "MONITOR_METRICS_PORT": "9464",
    }
    by_file = {}
    for name, value in values.items():
        (tmp_path / name).write_text(f"{value}\n", encoding="utf-8")
        by_file[f"{name}_FILE"] = str(tmp_path / name)
    settings = load_settings(by_file)
    assert settings == load_settings(values)
    assert settings.telegram_api_id == 12345
    assert settings.log_level == "DEBUG"
    assert settings.channels_file_given
    assert settings.lexicons_folder == Path("/etc/monitor/lexicons")
    assert settings.metrics_port == 9464
    assert settings.telegram_data_centre == DataCentre(number=3, host="::1", port=8443, public_key=KEY)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://monitor:hunter2@db/monitor"),
        ("TELEGRAM_API_ID", "hunter2"),
        ("TELEGRAM_API_HASH", "hunter2"),
        ("TELEGRAM_BOT_TOKEN", "hunter2"),
        ("TELEGRAM_PHONE", "hunter2"),
        ("TELEGRAM_DC", "hunter2"),
        ("TELEGRAM_DC", "hunter2:99999"),
        ("MONITOR_METRICS_PORT", "hunter2"),
        ("MONITOR_METRICS_PORT", "0"),
        ("LOG_LEVEL", "hunter2"),
    ],
)
def test_an_unusable_value_is_named_and_not_shown(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_settings({name: value})
    assert str(caught.value).startswith(f"{name}: not usable; want ")
    assert "hunter2" not in str(caught.value)


def test_a_variable_given_both_ways_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="LOG_LEVEL and LOG_LEVEL_FILE are both set"):
        load_settings({"LOG_LEVEL": "INFO", "LOG_LEVEL_FILE": str(tmp_path / "level")})


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "cannot be read"), (b"", "holds no text"), (b"\n", "holds no text"), (b"\xff", "not UTF-8"), (b"a\0b", "holds no text")],
)  # fmt: skip
def test_a_file_that_holds_no_value_is_named(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=f"TELEGRAM_SESSION_FILE: .*secret.*{said}"):
        load_settings({"TELEGRAM_SESSION_FILE": str(path)})


def test_no_secret_shows_in_the_settings_and_all_are_listed_for_the_log() -> None:
    settings = load_settings(
        {
            "DATABASE_URL": "postgresql://monitor:hunter%402@db/monitor",
            "TELEGRAM_API_ID": "1234567",
            "TELEGRAM_API_HASH": HASH,
            "TELEGRAM_SESSION": "1BVtsOHYBu",
            "TELEGRAM_BOT_TOKEN": TOKEN,
        }
    )
    assert set(settings.secrets) == {"hunter%402", "hunter@2", "1234567", HASH, "1BVtsOHYBu", TOKEN}
    assert not [secret for secret in settings.secrets if secret in repr(settings)]


def test_the_path_of_a_session_is_no_secret() -> None:
    assert "/data/telegram.session" not in load_settings({"TELEGRAM_SESSION": "/data/telegram.session"}).secrets


def test_the_key_of_another_data_centre_may_be_named_by_its_file(tmp_path: Path) -> None:
    (tmp_path / "server.pem").write_text(KEY, encoding="utf-8")
    settings = load_settings({"TELEGRAM_DC": "127.0.0.1:8443", "TELEGRAM_DC_KEY": str(tmp_path / "server.pem")})
    assert settings.telegram_data_centre == DataCentre(number=2, host="127.0.0.1", port=8443, public_key=KEY)


def test_a_key_that_is_none_or_that_belongs_to_no_server_is_refused(tmp_path: Path) -> None:
    (tmp_path / "server.pem").write_text("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="TELEGRAM_DC_KEY: not usable; want the server's RSA PUBLIC KEY"):
        load_settings({"TELEGRAM_DC": "127.0.0.1:8443", "TELEGRAM_DC_KEY": str(tmp_path / "server.pem")})
    with pytest.raises(ConfigurationError, match="without TELEGRAM_DC"):
        load_settings({"TELEGRAM_DC_KEY": KEY})


def test_what_channels_yaml_names_is_looked_up_like_a_setting(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("mailto://desk\n", encoding="utf-8")
    assert secret_named("OPS_MAIL", environment={"OPS_MAIL_FILE": str(tmp_path / "mail")}) == "mailto://desk"
    assert secret_named("OPS_MAIL", environment={}) is None
