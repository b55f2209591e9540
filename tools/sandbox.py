"""Run the daemon by hand without Telegram: a server on loopback, a few lively channels, a digest every two minutes.

Run ``python -m tools.sandbox`` from the root of the project, or ``make sandbox``. Whatever the daemon sends is printed. The
files stay in the folder named at the start, so that every other command can be tried on them while it runs. LOG_LEVEL=INFO
shows what the daemon does. Ctrl-C ends it.
"""

import argparse
import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from tests.telegram_server import ServedChannel, TelegramServer, World
from tests.telegram_server.script import Mixture, Script
from tests.telegram_server.stage import entry, environment, write_watchlist

ROOT = Path(__file__).resolve().parent.parent
READER = "sandbox_reader"
_CHANNELS: Sequence[tuple[str, str, Mapping[str, str]]] = (
    ("sandbox_wire", "Wire (sandbox)", {"alignment": "MLI"}),
    ("sandbox_depeche", "Dépêche (sandbox)", {}),
    ("sandbox_svodka", "Сводка (sandbox)", {"alignment": "RU"}),
    ("sandbox_front", "Фронт (sandbox)", {"alignment": "UA"}),
    ("sandbox_sahel", "الساحل (sandbox)", {}),
)
_LIVELY = Mixture(claim=0.5, edit=0.2, delete=0.05, react=0.3, held=10)
_HISTORY = 200  # posts that stand there before the daemon comes
_STOPS_WITHIN_S = 20.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until Ctrl-C, or until the daemon ends; return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path, help="where the files go; a new temporary folder unless given")
    parser.add_argument("--pause", type=float, default=2.0, help="seconds between two posts (2)")
    parser.add_argument("--seconds", type=float, help="how long to run; until Ctrl-C unless given")
    given = parser.parse_args(arguments)
    folder = given.folder or Path(tempfile.mkdtemp(prefix="monitor-sandbox-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return asyncio.run(_run(folder, pause_s=given.pause, seconds=given.seconds))
    except KeyboardInterrupt:
        return 130


async def _run(folder: Path, *, pause_s: float, seconds: float | None) -> int:
    world = World()
    channels = _set_up(world)
    script = Script(world, channels, seed=1, mixture=_LIVELY)
    async with TelegramServer(world) as server:
        settings = {"LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"), **environment(folder, server)}
        _write(folder, channels)
        _tell_how(folder, settings)
        code = await (await _monitor("db", "upgrade", settings=settings)).wait()
        if code:
            return code
        daemon = await _monitor("run", settings=settings)
        try:
            async with asyncio.timeout(seconds):
                await _live(script, daemon, pause_s=pause_s)
        except TimeoutError:
            print("sandbox: the time is up")
        finally:
            if daemon.returncode is None:
                daemon.send_signal(signal.SIGTERM)
            with suppress(TimeoutError):
                async with asyncio.timeout(_STOPS_WITHIN_S):
                    await daemon.wait()
            if daemon.returncode is None:
                daemon.kill()
        return daemon.returncode or 0


def _set_up(world: World) -> list[ServedChannel]:
    """Make the channels, with some history over the last day, and somebody to send to."""
    world.add_account(READER)
    channels = [world.add_channel(name, title=title, is_joined=True) for name, title, _ in _CHANNELS]
    now = world.now
    begun = now() - timedelta(days=1)
    history = Script(world, channels, seed=0, mixture=_LIVELY)
    for number in range(_HISTORY):
        instant = begun + timedelta(days=1) * number / _HISTORY
        world.now = lambda instant=instant: instant.replace(microsecond=0)  # type: ignore[misc]  # mypy cannot infer it
        history.step()
    world.now = now
    return channels


def _write(folder: Path, channels: Sequence[ServedChannel]) -> None:
    entries = [entry(one, name=one.title, **more) for one, (_, _, more) in zip(channels, _CHANNELS, strict=True)]
    write_watchlist(
        folder / "channels.yaml",
        entries,
        following={"backfill": "2d", "reconcile_every": "30s", "recheck": "1d"},
        digests=[{"name": "sandbox", "schedule": "*/2 * * * *", "recipients": [f"@{READER}"]}],
    )


def _tell_how(folder: Path, settings: Mapping[str, str]) -> None:
    print(f"sandbox: the files are in {folder}. In another terminal, for example:\n")
    print("    export " + " ".join(f"{name}={settings[name]}" for name in ("DATABASE_URL", "MONITOR_CHANNELS")))
    print("    monitor status\n    monitor findings\n", flush=True)


async def _monitor(*words: str, settings: Mapping[str, str]) -> asyncio.subprocess.Process:
    # A session of its own: Ctrl-C is passed on in order, not sent to both at once.
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "monitor", *words, cwd=ROOT, env=os.environ | settings, start_new_session=True
    )


async def _live(script: Script, daemon: asyncio.subprocess.Process, *, pause_s: float) -> None:
    """Let posts appear and print what is sent, until the daemon ends."""
    printed = 0
    sent = script.world.account.sent
    while daemon.returncode is None:
        script.step()
        for message in sent[printed:]:
            what = "" if message.media is None else f" [{message.file_name or 'photo'}, {len(message.media)} bytes]"
            print(f"\n--- sent to @{READER}{what}\n{message.text}\n---", flush=True)
        printed = len(sent)
        with suppress(TimeoutError):
            async with asyncio.timeout(pause_s):
                await daemon.wait()


if __name__ == "__main__":
    sys.exit(main())
