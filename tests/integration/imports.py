"""An import of the bundled sample through the pipeline, also as a program that kills itself on the way."""

import asyncio
import os
import random
import signal
import sys
from importlib.resources import files
from itertools import count
from pathlib import Path

from sqlalchemy import Engine, event

from monitor import pipeline
from monitor.claims import Reader
from monitor.comparing import Compared, compare_stored
from monitor.config import load_watchlist
from monitor.model.claim import ReadPost
from monitor.model.finding import Finding, Incident, StatusChange
from monitor.model.post import Channel, Observation
from monitor.store import Store
from monitor.telegram.records import open_source

SAMPLE = Path(str(files("monitor") / "sample"))
_MOST_STATEMENTS = 350  # of about 400 that an import takes


def sample() -> tuple[tuple[Channel, ...], list[Observation]]:
    """Return the channels of the bundled sample and what was seen of their posts."""
    channels = load_watchlist(SAMPLE / "channels.yaml").channels
    paths = sorted(path for path in SAMPLE.iterdir() if ".json" in path.suffixes or ".jsonl" in path.suffixes)
    return channels, [one for path in paths for one in open_source(path, channels=channels).observations()]


async def run(store: Store, reader: pipeline.Reads, observations: list[Observation]) -> Compared:
    """Record, extract and compare."""
    await pipeline.record(store, observations)
    await pipeline.extract(store, reader)
    return await compare_stored(store)


async def contents(
    store: Store,
) -> tuple[
    list[ReadPost], tuple[Channel, ...], tuple[Incident, ...], dict[str, tuple[Finding, tuple[StatusChange, ...]]]
]:
    """Return all that the store holds, without the numbers of its rows."""
    found = await store.findings()
    return (
        [post async for post in store.posts()],
        await store.channels(),
        await store.incidents(),
        {one.id: (one, await store.finding_changes(one.id)) for one in found},
    )


async def _import(url: str, reader: Reader, *, seed: int) -> None:
    """Import the sample in an order of its own; a seed above 0 also draws a statement at which the process kills itself."""
    draw = random.Random(seed)  # noqa: S311 - a test's chance
    channels, observations = sample()
    draw.shuffle(observations)
    pipeline.RECORD_BATCH = pipeline.READ_BATCH = 4  # many transactions to be killed in
    async with await Store.open(url) as store:
        if seed:
            _kill_at_statement(draw.randrange(1, _MOST_STATEMENTS))
        await store.declare_channels(channels)
        await run(store, reader, observations)


def _kill_at_statement(number: int) -> None:
    """Let this process kill itself before its statement of that number: in the middle of a transaction, as a rule."""
    left = count(number, -1)

    @event.listens_for(Engine, "before_cursor_execute")
    def execute(*_given: object) -> None:
        if next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def main(url: str, seeds: list[int]) -> None:
    """Import once a seed, each in a process of its own, and print how each ended: 0, or the signal that killed it."""
    reader = Reader.load()  # once: each process is a fork, so that most of its short life is the import
    for seed in seeds:
        child = os.fork()
        if child == 0:
            asyncio.run(_import(url, reader, seed=seed))
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


if __name__ == "__main__":
    main(sys.argv[1], [int(seed) for seed in sys.argv[2:]])
