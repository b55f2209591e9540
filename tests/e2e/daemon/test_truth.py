"""Whatever goes wrong while channels are lively, the store ends as the server is: every post, text and deletion."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.e2e.daemon.process import Daemon
from tests.e2e.daemon.scene import Scene
from tests.telegram_server import Line
from tests.telegram_server.script import Script

Disturbance = Callable[[Scene, Daemon, Script], Awaitable[None]]
STEP_S = 0.02


async def _steps(script: Script, count: int) -> None:
    for _ in range(count):
        script.step()
        await asyncio.sleep(STEP_S)


async def _nothing(_scene: Scene, _daemon: Daemon, script: Script) -> None:
    await _steps(script, 50)


async def _cut(scene: Scene, _daemon: Daemon, script: Script) -> None:
    for _ in range(5):
        scene.server.cut()
        await _steps(script, 10)


async def _reset(scene: Scene, _daemon: Daemon, script: Script) -> None:
    for _ in range(5):
        scene.server.reset()
        await _steps(script, 10)


async def _line(scene: Scene, script: Script, line: Line) -> None:
    await scene.server.set_line(line)
    scene.server.cut()
    await _steps(script, 50)
    await scene.server.set_line(Line.OPEN)


async def _refused(scene: Scene, _daemon: Daemon, script: Script) -> None:
    await _line(scene, script, Line.REFUSED)


async def _closed_at_once(scene: Scene, _daemon: Daemon, script: Script) -> None:
    await _line(scene, script, Line.CLOSED_AT_ONCE)
    assert scene.server.calls["connect"] < 50  # a daemon that hammers is a fault of its own (fact 27)


async def _silent(scene: Scene, _daemon: Daemon, script: Script) -> None:
    await _line(scene, script, Line.SILENT)
    scene.server.cut()  # a line that stays silent is noticed by the probe, which a test of the line itself waits for


async def _dropped(scene: Scene, _daemon: Daemon, script: Script) -> None:
    scene.server.faults.drop_rate = 0.5
    await _steps(script, 50)


async def _all_dropped(scene: Scene, _daemon: Daemon, script: Script) -> None:
    scene.server.faults.drop_rate = 1.0
    await _steps(script, 50)


async def _reordered(scene: Scene, _daemon: Daemon, script: Script) -> None:
    scene.server.faults.reorder_rate = 0.5
    await _steps(script, 50)


async def _too_long(scene: Scene, _daemon: Daemon, script: Script) -> None:
    """Fact 5, with a limit that a handful of changes passes."""
    scene.server.faults.difference_limit = 3
    scene.server.faults.drop_rate = 0.8
    await _steps(script, 80)


async def _pages(scene: Scene, _daemon: Daemon, script: Script) -> None:
    scene.server.faults.difference_page = 2
    scene.server.faults.drop_rate = 0.8
    await _steps(script, 50)


async def _flooded_history(scene: Scene, _daemon: Daemon, script: Script) -> None:
    scene.server.faults.flood("messages.GetHistory", 3, times=5)
    scene.server.faults.flood("channels.GetMessages", 3, times=5)
    await _steps(script, 50)


async def _flooded_channel(scene: Scene, _daemon: Daemon, script: Script) -> None:
    """Fact 16, but for one channel: the others go on."""
    first = next(iter(scene.channels.values()))
    scene.server.faults.flood("messages.GetHistory", 5, channel_id=first.id)
    await _steps(script, 50)


async def _flooded_difference(scene: Scene, _daemon: Daemon, script: Script) -> None:
    """Fact 9: Telethon delivers nothing until the flood ends; history does."""
    scene.server.faults.flood("updates.GetChannelDifference", 600, times=20)
    scene.server.faults.flood("updates.GetDifference", 600, times=20)
    scene.server.faults.drop_rate = 0.5
    await _steps(script, 50)


async def _private_difference(scene: Scene, _daemon: Daemon, script: Script) -> None:
    """Fact 9: Telethon lets go of a channel whose difference is refused, and says so to nobody."""
    scene.server.faults.fail("updates.GetChannelDifference", "CHANNEL_PRIVATE", times=20)
    scene.server.faults.drop_rate = 0.5
    await _steps(script, 50)


async def _unknown_objects(scene: Scene, _daemon: Daemon, script: Script) -> None:
    """Fact 10: one inside a difference ends Telethon's client."""
    scene.server.faults.unknown_answers.extend(["updates.GetDifference", "updates.GetChannelDifference"] * 3)
    scene.server.faults.drop_rate = 0.5
    for _ in range(5):
        scene.server.push_unknown()
        await _steps(script, 10)


async def _unknown_history(scene: Scene, _daemon: Daemon, script: Script) -> None:
    scene.server.faults.unknown_answers.extend(["messages.GetHistory"] * 3)
    await _steps(script, 50)


async def _server_errors(scene: Scene, _daemon: Daemon, script: Script) -> None:
    scene.server.faults.fail("messages.GetHistory", "INTERNAL", code=500, times=3)
    scene.server.faults.fail("channels.GetMessages", "INTERNAL", code=500, times=3)
    scene.server.faults.fail("updates.GetChannelDifference", "RPC_CALL_FAIL", code=500, times=3)
    await _steps(script, 50)


async def _any_errors(scene: Scene, _daemon: Daemon, script: Script) -> None:
    scene.server.faults.fail("messages.GetHistory", "SOMETHING_NEW", times=3)
    scene.server.faults.fail("channels.GetMessages", "SOMETHING_NEW", times=3)
    scene.server.faults.fail("users.GetUsers", "SOMETHING_NEW", times=3)
    scene.server.faults.fail("updates.GetDifference", "SOMETHING_NEW", times=3)
    scene.server.cut()
    await _steps(script, 50)


async def _lost_answers(scene: Scene, _daemon: Daemon, script: Script) -> None:
    scene.server.faults.lost_answers.extend(["messages.GetHistory"] * 3)
    await _steps(script, 50)


async def _slow_answers(scene: Scene, _daemon: Daemon, script: Script) -> None:
    scene.server.faults.delays["*"] = 0.5
    await _steps(script, 50)
    scene.server.faults.delays.clear()


async def _killed(_scene: Scene, daemon: Daemon, script: Script) -> None:
    """Fact 12: what Telethon would have saved is lost; nothing of ours rests on it."""
    for _ in range(3):
        await daemon.kill()
        await _steps(script, 15)
        await daemon.start()
        await _steps(script, 15)


async def _stopped(_scene: Scene, daemon: Daemon, script: Script) -> None:
    """Facts 1 and 2: what is posted while nobody listens is read afterwards."""
    assert await daemon.stop() == 0
    await _steps(script, 200)
    await daemon.start()


DISTURBANCES: dict[str, Disturbance] = {
    "nothing": _nothing,
    "lines cut": _cut,
    "lines reset": _reset,
    "refused": _refused,
    "closed at once": _closed_at_once,
    "silent": _silent,
    "updates dropped": _dropped,
    "no update comes": _all_dropped,
    "updates reordered": _reordered,
    "difference too long": _too_long,
    "difference in pages": _pages,
    "history flooded": _flooded_history,
    "one channel flooded": _flooded_channel,
    "difference flooded": _flooded_difference,
    "difference refused": _private_difference,
    "unknown objects": _unknown_objects,
    "unknown history": _unknown_history,
    "server errors": _server_errors,
    "errors of any kind": _any_errors,
    "answers lost": _lost_answers,
    "answers slow": _slow_answers,
    "killed": _killed,
    "stopped meanwhile": _stopped,
}


@pytest.mark.parametrize("disturb", [pytest.param(one, id=name) for name, one in DISTURBANCES.items()])
async def test_store_ends_as_the_server_is(scene: Scene, disturb: Disturbance) -> None:
    await _end_as_the_server_is(scene, disturb)


@pytest.mark.postgres
@pytest.mark.parametrize("disturb", [pytest.param(_killed, id="killed"), pytest.param(_cut, id="lines cut")])
async def test_store_on_postgresql_ends_as_the_server_is(postgresql_scene: Scene, disturb: Disturbance) -> None:
    await _end_as_the_server_is(postgresql_scene, disturb)


async def _end_as_the_server_is(scene: Scene, disturb: Disturbance) -> None:
    scene.follow("sample_one", posts=30)
    scene.follow("sample_two", posts=150)
    scene.follow("sample_three", posts=30, is_joined=False)  # Telegram pushes nothing of it
    script = scene.script()
    async with scene.running() as daemon:
        await disturb(scene, daemon, script)
        scene.server.faults.heal()
        await _steps(script, 10)
        await scene.settled()
        assert daemon.is_running
        assert await daemon.stop() == 0
