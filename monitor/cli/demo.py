"""``monitor demo``: the whole pipeline on the bundled sample, without credentials or network."""

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import as_file, files
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.cli import options
from monitor.cli.progress import progress
from monitor.comparing import compare_stored
from monitor.config import DigestPlan, Watchlist, load_watchlist
from monitor.digest import render_plain, render_telegram
from monitor.errors import FatalError
from monitor.model.edition import Edition, Window
from monitor.pipeline import Extracted, compose_edition, extract, record
from monitor.store import Recorded, Store, StoreStatus, upgrade
from monitor.telegram.records import open_source

_DAYS = 9  # editions issued: from the first day of the sample to its last
_ISSUED_AT = 7  # o'clock, in the digest's zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstration:
    """What the pipeline made of the sample; ``edition`` is the last of its daily editions."""

    channels: int
    recorded: Recorded
    extracted: Extracted
    stored: StoreStatus
    plan: DigestPlan
    edition: Edition


async def run_demo(arguments: argparse.Namespace) -> int:
    """Print what each stage did, then the digest, then where the database lies."""
    folder = arguments.folder or Path(tempfile.mkdtemp(prefix="monitor-demo-"))
    url = database_url(folder)
    shown = await demonstrate(url)
    options.say(
        f"{shown.recorded.new_posts} posts of {shown.channels} channels, {shown.extracted.claims} claims, "
        f"{shown.stored.incidents} incidents, {shown.stored.findings} findings\n"
    )
    options.say(render_plain(shown.edition, zone=ZoneInfo(shown.plan.timezone), language=shown.plan.language))
    options.say(
        f"\nThis is the last of {_DAYS} daily editions. The database is {folder / 'demo.db'}. Look further with:"
    )
    options.say(f"  DATABASE_URL={url} monitor findings --severity 2")
    return 0


def database_url(folder: Path) -> str:
    """Return the address of the demo's database in ``folder``."""
    return f"sqlite:///{folder.resolve() / 'demo.db'}"


async def demonstrate(url: str) -> Demonstration:
    """Run every stage on the bundled sample and issue its daily editions into the database at ``url``."""
    await upgrade(url)
    with as_file(files("monitor") / "sample") as sample:
        watch = load_watchlist(sample / "channels.yaml")
        paths = sorted(sample.glob("*.json*"))
        async with await Store.open(url) as store:
            recorded = await _record(store, paths, watch)
            with progress("reading", unit="posts") as tell:
                extracted = await extract(store, options.load_reader(), progress=tell)
            await compare_stored(store)
            plan = watch.digests[0]
            return Demonstration(
                channels=len(watch.channels),
                recorded=recorded,
                extracted=extracted,
                stored=await store.status(),
                plan=plan,
                edition=await _issue_daily(store, plan),
            )


async def _record(store: Store, paths: Sequence[Path], watch: Watchlist) -> Recorded:
    await store.declare_channels(watch.channels)
    recorded = Recorded()
    for path in paths:
        recorded += await record(store, open_source(path, channels=watch.channels).observations())
    return recorded


async def _issue_daily(store: Store, plan: DigestPlan) -> Edition:
    """Issue an edition for each day of the sample, so that the later ones correct the earlier; return the last."""
    zone = ZoneInfo(plan.timezone)
    newest = await store.newest_instant()
    if newest is None:
        raise FatalError("the bundled sample holds no posts; install the program again")
    last = newest.astimezone(zone).date() + timedelta(days=1)
    morning = datetime(last.year, last.month, last.day, _ISSUED_AT, tzinfo=zone)
    edges = [(morning - timedelta(days=days)).astimezone(UTC) for days in range(_DAYS, -1, -1)]
    issued = []
    for start, end in pairwise(edges):
        window = Window(start=start, end=end)
        edition = await compose_edition(store, plan.name, window, min_severity=plan.min_severity)
        await store.issue_edition(edition, render_telegram(edition, zone=zone, language=plan.language))
        issued.append(edition)
    return issued[-1]
