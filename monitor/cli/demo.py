"""``monitor demo``: the whole pipeline on the bundled sample, without credentials or network."""

import argparse
import tempfile
from datetime import timedelta
from importlib.resources import as_file, files
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.claims import Reader
from monitor.cli import options
from monitor.cli.progress import progress
from monitor.config import load_watchlist
from monitor.digest import render_plain
from monitor.model.edition import Window
from monitor.pipeline import compare_stored, compose_edition, extract, record
from monitor.store import Recorded, Store, upgrade
from monitor.telegram.records import open_source

_DAY = timedelta(days=1)


def add_commands(commands: options.Commands) -> None:
    """Add the command of this module."""
    parser = options.add_command(
        commands,
        "demo",
        run_demo,
        summary="run import, reading, comparison and digest on the bundled sample channels",
        example="monitor demo",
    )
    parser.add_argument("--folder", metavar="FOLDER", type=Path, help="keep the database here (default: a new folder)")


async def run_demo(arguments: argparse.Namespace) -> int:
    """Print what each stage did, then the digest, then where the database lies."""
    folder = arguments.folder or Path(tempfile.mkdtemp(prefix="monitor-demo-"))
    folder.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{folder.resolve() / 'demo.db'}"
    await upgrade(url)
    with as_file(files("monitor") / "sample") as sample:
        watch = load_watchlist(sample / "channels.yaml")
        async with await Store.open(url) as store:
            await store.declare_channels(watch.channels)
            recorded = Recorded()
            for path in sorted(sample.glob("*.json*")):
                recorded += await record(store, open_source(path, channels=watch.channels).observations())
            reader = Reader.load()
            with progress("reading", unit="posts") as tell:
                extracted = await extract(store, reader, progress=tell)
            compared = await compare_stored(store)
            newest = await store.newest_instant()
            plan = watch.digests[0]
            edition = await compose_edition(
                store, plan.name, Window(start=newest - 7 * _DAY, end=newest + _DAY), min_severity=plan.min_severity
            )
    print(
        f"{recorded.new_posts} posts of {len(watch.channels)} channels, {extracted.claims} claims, "
        f"{compared.incidents} incidents, {compared.findings} findings\n"
    )
    print(render_plain(edition, zone=ZoneInfo(plan.timezone)))
    print(f"\nThe database is {folder / 'demo.db'}. Look further with, for example:")
    print(f"  DATABASE_URL={url} monitor findings --severity 2")
    return 0
