"""``monitor import`` and ``monitor posts``: what goes into the store, and what is in it."""

import argparse
import difflib
from collections.abc import Iterator
from datetime import datetime

from monitor.cli import options
from monitor.cli.lines import post_line
from monitor.cli.progress import progress
from monitor.comparing import compare_stored
from monitor.errors import UsageError
from monitor.model.claim import ReadPost
from monitor.model.post import Observation
from monitor.pipeline import Progress, extract, record
from monitor.store import Recorded, Store
from monitor.telegram.fields import BrokenRecord
from monitor.telegram.records import SourceFile, open_source

_MOST_TOLD = 20  # broken records of a file that are told one by one


async def run_import(arguments: argparse.Namespace) -> int:
    """Record every file, then extract and compare; 1 if any record was broken."""
    settings = options.load_settings()
    watch = options.watchlist(arguments, settings)
    for path in arguments.files:  # a mistake in the last name shows before the first file is taken
        open_source(path)
    async with await options.open_store(settings, create=True) as store:
        await store.declare_channels(watch.channels)
        known = await store.channels()
        recorded, sources = Recorded(), []
        for path in arguments.files:
            source = open_source(path, channels=known)
            recorded += await _record_file(store, source)
            sources.append(source)
        reader = options.load_reader()
        waiting = await store.texts_waiting(reader.fingerprint)
        with progress("reading", unit="texts", total=waiting) as tell:
            extracted = await extract(store, reader, progress=tell)
        compared = await compare_stored(store)
        stored = await store.status()
    broken = sum(source.broken_count for source in sources)
    again = f" ({extracted.reread} of them again, by other lexicons)" if extracted.reread else ""
    options.say(
        f"posts: {recorded.new_posts} new, {recorded.new_revisions} new texts, {recorded.deleted} deleted, "
        f"{recorded.unchanged} unchanged; {broken} broken records{_skipped(sources)}\n"
        f"read: {extracted.revisions} texts{again}, {extracted.claims} claims, {extracted.failed} unreadable\n"
        f"compared: {stored.incidents} incidents, {stored.findings} findings, {compared.changed} changed"
    )
    return 1 if broken or extracted.failed else 0


async def _record_file(store: Store, source: SourceFile) -> Recorded:
    told = 0

    def tell_broken(broken: BrokenRecord) -> None:
        nonlocal told
        told += 1
        if told <= _MOST_TOLD:
            options.complain(f"{broken}")

    with progress(source.path.name, unit="B", total=source.size) as tell:
        recorded = await record(store, _measured(source, source.observations(on_broken=tell_broken), tell))
    if source.broken_count > _MOST_TOLD:
        options.complain(f"{source.path}: {source.broken_count - _MOST_TOLD} more broken records")
    return recorded


def _measured(source: SourceFile, observations: Iterator[Observation], tell: Progress) -> Iterator[Observation]:
    """Pass observations on and tell how many bytes of the file they took."""
    told = 0
    for observation in observations:
        if source.position > told:
            tell(source.position - told)
            told = source.position
        yield observation
    tell(source.size - told)


def _skipped(sources: list[SourceFile]) -> str:
    counts: dict[str, int] = {}
    for source in sources:
        for what, count in source.skipped.items():
            counts[what] = counts.get(what, 0) + count
    return "".join(f"; {count} {what} passed over" for what, count in sorted(counts.items()))


async def run_posts(arguments: argparse.Namespace) -> int:
    """Print the posts that pass the filters, oldest first."""
    since, until = options.period(arguments)
    async with await options.open_store(options.load_settings()) as store:
        channel = None if arguments.channel is None else await _stored_key(store, arguments.channel)
        count = 0
        async for post in store.posts(since=since, until=until, channel=channel):
            count += 1
            if arguments.format == "jsonl":
                options.print_lines([post_line(post.post)])
            else:
                options.say(_post_text(post))
    if arguments.format == "text":
        options.say(f"{count} posts")
    return 0


async def _stored_key(store: Store, name: str) -> str:
    wanted = name.removeprefix("https://").removeprefix("t.me/").removeprefix("@").casefold()
    keys = {channel.key.casefold(): channel.key for channel in await store.channels()}
    if wanted in keys:
        return keys[wanted]
    near = difflib.get_close_matches(wanted, keys, n=1)
    hint = f"; did you mean {keys[near[0]]}?" if near else "; `monitor status` lists the channels"
    raise UsageError(f"--channel {name}: nothing is stored of it{hint}")


def _post_text(read: ReadPost) -> str:
    post = read.post
    marks = [f"{_minute(post.date)} UTC", post.ref.url]
    if post.deleted_at is not None:
        marks.append(f"deleted, seen gone {_minute(post.deleted_at)}")
    lines = [f"{post.ref}  {'  '.join(marks)}"]
    for revision in post.revisions:
        if len(post.revisions) > 1:
            lines.append(
                f"  [text {revision.number + 1} of {len(post.revisions)}, seen {_minute(revision.observed_at)}]"
            )
        lines += [f"    {line}" for line in revision.text.splitlines() or [""]]
    return "\n".join(lines)


def _minute(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M}"
