"""What holds for every test: an environment of its own, no database or account of the person who runs it."""

import os
from collections.abc import Generator

import hypothesis
import pytest

# A slow machine is not a failure; CI tries the same examples each time, so that it never fails by chance.
hypothesis.settings.register_profile("local", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")

_OURS = ("MONITOR_", "TELEGRAM_", "DATABASE_URL")
_KEPT = ("MONITOR_TEST_",)  # what chooses the tests' own servers and data


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the settings of the person who runs the tests."""
    for name in os.environ:
        if name.startswith(_OURS) and not name.startswith(_KEPT):
            monkeypatch.delenv(name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Count a PostgreSQL test that is skipped in CI as failed: there it must really run."""
    report = yield
    if report.skipped and os.environ.get("CI") and item.get_closest_marker("postgres") is not None:
        report.outcome = "failed"
        report.longrepr = f"PostgreSQL tests must run in CI, but this one was skipped: {report.longrepr}"
    return report
