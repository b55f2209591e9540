"""``monitor import`` and ``monitor posts``: what goes into the store, and what is in it."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from monitor.claims import Reader
from monitor.cli import options
from monitor.cli.lines import post_line
from monitor.cli.progress import progress
from monitor.config import Watchlist
from monitor.model.post import Channel, Observation
from monitor.pipeline import RECORD_BATCH, compare_stored, extract, record
from monitor.store import Recorded, Store
from monitor.telegram.records import BrokenRecord, SourceFile, open_source


def add_commands(commands: options.Commands) -> None:
    """Add the commands of this module."""
    parser = options.add_command(
        commands,
        "import",
        run_import,
        summary="store Telegram Desktop exports or post lines, then read and compare what is new",
        example="monitor import result.json posts.jsonl.gz",
    )
    parser.add_argument("files", nargs="+", metavar="FILE", type=Path, help="result.json, .jsonl or .jsonl.gz")
    options.add_channels_file(parser)
    parser = options.add_command(
        commands,
        "posts",
        run_posts,
        summary="print the stored posts with every text each has had",
        example="monitor posts --channel rybar --since 2026-04-08 --format jsonl",
    )
    parser.add_argument("--channel", metavar="NAME", help="only this channel")
    options.add_period(parser)
    options.add_format(parser)


async def run_import(arguments: argparse.Namespace) -> int:
    """Record every file, then extract and compare; 1 if any record was broken."""
    settings = options.load_settings()
    watch = options.watchlist(arguments, settings)
    sources = [open_source(path, channels=watch.channels) for path in arguments.files]
    broken: list[BrokenRecord] = []
    async with await options.open_store(settings, create=True) as store:
        await store.declare_channels(watch.channels)
        recorded = Recorded()
        for source in sources:
            recorded += await _record_file(store, source, broken)
        reader = Reader.load()
        with progress("reading", unit="posts") as tell:
            extracted = await extract(store, reader, progress=tell)
        compared = await compare_stored(store)
    print(
        f"posts: {recorded.new_posts} new, {recorded.new_revisions} new texts, {recorded.deleted} deleted, "
        f"{recorded.unchanged} unchanged; {len(broken)} broken records\n"
        f"read: {extracted.revisions} texts, {extracted.claims} claims, {extracted.failed} unreadable\n"
        f"compared: {compared.incidents} incidents, {compared.findings} findings, {compared.changed} changed"
    )
    return 1 if broken or extracted.failed else 0
